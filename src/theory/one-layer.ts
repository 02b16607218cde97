import { inverse } from "ml-matrix";
import { ArgumentError, Description, requirePositive } from "../errors.js";
import { Matrix, requirePositiveDefinite, symmetricPart } from "../numeric/matrix.js";
import { Rational } from "../numeric/rational.js";
import { type NoisyLoopedSetting, requireLoopedSetting, requireWishartSetting } from "./setting.js";

/** The law of the prompts of one layer: Σ, Ω (absent: Σ⁻¹), σ² (absent: 0) and n. */
export interface OneLayerSetting {
  readonly contextLength: number | bigint;
  readonly covariance: Matrix;
  readonly taskCovariance?: Matrix;
  readonly noiseVariance?: number;
}

/**
 * Exact population loss of one layer with any preconditioner A.
 *
 * Statement.    ℓ(A) = tr(Σ R Ω Rᵀ) + tr(Σ Aᵀ ΣΩΣ A)/n + τ tr(Σ Aᵀ Σ A), R = AᵀΣ − I,
 *               τ = (tr(ΩΣ) + σ²)/n
 * Conventions.  ℓ = E(ŷ − y_q)² without ½; ŷ = (Aᵀ X yᵀ/n)·x_q; read-in u = 0
 * Shapes.       A, Σ, Ω: (d, d); A need not be symmetric
 * Accuracy.     rounding of doubles; a sum of three non-negative terms, so nothing cancels but I − AᵀΣ
 * Throws.       ArgumentError when Σ or Ω is not positive definite, or a shape differs
 * Source.       E ŜMŜ = ΣMΣ + (ΣMᵀΣ + tr(MΣ)Σ)/n for nŜ ~ W_d(n, Σ), with M = Ω; the noise adds
 *               (σ²/n) tr(Σ Aᵀ E[Ŝ] A)
 */
export function oneLayerLoss(preconditioner: Matrix, setting: OneLayerSetting): number {
  const law = readLaw("oneLayerLoss", setting);
  requireSquare("oneLayerLoss", "preconditioner", preconditioner, law.covariance.rows);
  const { covariance, taskCovariance, perExample, ridge } = law;
  const reach = preconditioner.transpose().mmul(covariance);
  const residual = Matrix.sub(reach, Matrix.eye(covariance.rows));
  const metric = (factor: Matrix, inner: Matrix) =>
    covariance.mmul(factor).mmul(inner).mmul(factor.transpose()).trace();
  const bias = metric(residual, taskCovariance);
  const fluctuation = metric(reach, taskCovariance) * perExample;
  return bias + fluctuation + ridge * metric(preconditioner.transpose(), covariance);
}

/**
 * Gradient in A of oneLayerLoss.
 *
 * Statement.    ∇ℓ(A) = 2(C A − ΣΩ)Σ, C = (1 + 1/n) ΣΩΣ + τΣ
 * Shapes.       (d, d), entry (i, j) is ∂ℓ/∂A_ij
 * Throws.       as oneLayerLoss
 */
export function oneLayerGradient(preconditioner: Matrix, setting: OneLayerSetting): Matrix {
  const law = readLaw("oneLayerGradient", setting);
  requireSquare("oneLayerGradient", "preconditioner", preconditioner, law.covariance.rows);
  const { covariance, taskCovariance, perExample, ridge } = law;
  const cross = covariance.mmul(taskCovariance);
  const quadratic = Matrix.add(
    cross.mmul(covariance).mul(1 + perExample),
    covariance.clone().mul(ridge),
  );
  return quadratic.mmul(preconditioner).sub(cross).mmul(covariance).mul(2);
}

/**
 * The preconditioner of least one-layer loss, and that loss.
 *
 * Statement.    A* = ((1 + 1/n)Σ + τΩ⁻¹)⁻¹, ℓ(A*) = tr(A*(ΣΩ/n + τI)Σ), τ = (tr(ΩΣ) + σ²)/n
 * Conventions.  as oneLayerLoss
 * Accuracy.     rounding of doubles times the condition number of ΩΣ; the loss has no cancellation
 * Throws.       ArgumentError when Σ or Ω is not positive definite, or a shape differs
 * Source.       the zero of oneLayerGradient; Ω = I: Ahn, Cheng, Daneshmand, Sra 2023, Theorem 1;
 *               Ω = Σ⁻¹: Mahankali, Hashimoto, Ma 2024
 */
export function oneLayerOptimum(setting: OneLayerSetting): {
  preconditioner: Matrix;
  loss: number;
} {
  const law = readLaw("oneLayerOptimum", setting);
  const { covariance, taskCovariance, perExample, ridge } = law;
  // Symmetrised: the inverse of a symmetric matrix comes out symmetric only up to rounding.
  const inverseOptimum = Matrix.add(
    covariance.clone().mul(1 + perExample),
    symmetricPart(inverse(taskCovariance)).mul(ridge),
  );
  const preconditioner = symmetricPart(inverse(inverseOptimum));
  const fluctuation = covariance.mmul(taskCovariance).mul(perExample);
  const excess = Matrix.add(fluctuation, Matrix.eye(covariance.rows).mul(ridge));
  return { preconditioner, loss: preconditioner.mmul(excess).mmul(covariance).trace() };
}

/**
 * The one-layer optimum for the prior Ω = Σ⁻¹ in exact rationals: A* = b*Σ⁻¹.
 *
 * Statement.    b* = n/(n + d + 1 + σ²), ℓ = d(d + 1 + σ²)/(n + d + 1 + σ²)
 * Accuracy.     exact
 * Throws.       ArgumentError for a bad setting
 * Source.       Mahankali, Hashimoto, Ma 2024; the rational case of oneLayerOptimum
 * @example oneLayerIsotropicOptimum({ dim: 10, contextLength: 20 }).stepSize.toString()  // → "20/31"
 */
export function oneLayerIsotropicOptimum(setting: Omit<NoisyLoopedSetting, "loops">): {
  stepSize: Rational;
  loss: Rational;
} {
  const n = requireLoopedSetting("oneLayerIsotropicOptimum", { ...setting, loops: 1 });
  const d = BigInt(setting.dim);
  const shrinkage = Rational.of(d + 1n).plus(setting.noiseVariance ?? Rational.ZERO);
  const total = Rational.of(n).plus(shrinkage);
  return {
    stepSize: Rational.of(n).over(total),
    loss: Rational.of(d).times(shrinkage).over(total),
  };
}

function readLaw(where: string, setting: OneLayerSetting) {
  const { contextLength, covariance, noiseVariance = 0 } = setting;
  requirePositiveDefinite(where, "covariance", covariance);
  const dim = covariance.rows;
  const n = requireWishartSetting(where, { dim, contextLength });
  requirePositive(where, "noiseVariance", noiseVariance, { allowZero: true });
  const taskCovariance = setting.taskCovariance ?? symmetricPart(inverse(covariance));
  requireSquare(where, "taskCovariance", taskCovariance, dim);
  requirePositiveDefinite(where, "taskCovariance", taskCovariance);
  const perExample = Rational.of(1n, n).toNumber();
  const signal = taskCovariance.mmul(covariance).trace();
  return { covariance, taskCovariance, perExample, ridge: (signal + noiseVariance) * perExample };
}

function requireSquare(where: string, argument: string, matrix: Matrix, dim: number): void {
  const { rows, columns } = matrix;
  if (rows !== dim || columns !== dim) {
    const got = new Description(`a ${rows}×${columns} matrix`);
    throw new ArgumentError(where, argument, `a ${dim}×${dim} matrix`, got);
  }
}
