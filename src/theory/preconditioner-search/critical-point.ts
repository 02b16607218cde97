import { ArgumentError } from "../../errors.js";
import { Matrix, symmetricEigen } from "../../numeric/matrix.js";
import { splitSpace } from "../../numeric/subspace.js";
import { populationGradient } from "../population/population-gradient.js";
import { populationHessian } from "../population/population-hessian.js";
import { populationLoss } from "../population/population-loss.js";
import type { LoopedLaw } from "./matrix-descent.js";

/** What the second derivatives say about a stationary preconditioner. */
export interface CriticalPoint {
  /** "undecided" when the smallest curvature cannot be told from 0 in doubles. */
  readonly verdict: "minimum" | "saddle" | "undecided";
  /** Least eigenvalue of the Hessian across the orbit; unit Frobenius norm. */
  readonly smallestCurvature: number;
  /** The eigenvector to it: where a saddle falls. */
  readonly direction: Matrix;
  /** Dimension of {OBOᵀ}: directions in which the loss does not change. */
  readonly orbitDimension: number;
  /** Curvature below which a sign means nothing. */
  readonly resolution: number;
  /** ‖∇ℓ‖_F; the verdict is about a point within about gradientNorm / smallestCurvature. */
  readonly gradientNorm: number;
}

/** Rounding errors in one Hessian entry, in units of 2⁻⁵³ of the largest term: generous. */
const ROUNDINGS = 64;

/**
 * Whether a stationary whitened preconditioner is a local minimum, rotations apart.
 *
 * Statement.    the loss is the same at every OBOᵀ, so the Hessian vanishes along KB − BK, Kᵀ = −K;
 *               the verdict is the sign of its least eigenvalue on the complement
 * Conventions.  Σ = I and prior Ω = Σ⁻¹ (whitened B), noise allowed; directions of unit norm
 * Accuracy.     doubles: |smallestCurvature| > resolution is needed for a verdict; resolution is
 *               the larger of the rounding error of the Hessian and its size along the orbit,
 *               which only rounding and the gradient left over make differ from 0
 * Throws.       ArgumentError when the law is not whitened; as populationHessian
 */
export function criticalPoint(
  law: Omit<LoopedLaw, "covariance" | "taskCovariance">,
  preconditioner: Matrix,
): CriticalPoint {
  const { loops, ...setting } = law;
  const { dim } = setting;
  if ("covariance" in law || "taskCovariance" in law) {
    const requirement = "whitened: neither covariance nor taskCovariance";
    throw new ArgumentError("criticalPoint", "law", requirement, law);
  }
  const weights = { preconditioners: [preconditioner], loops };
  const hessian = populationHessian(setting, weights);
  const tangents = orbitTangents(preconditioner).map((tangent) =>
    hessian.basis.map((direction) => Matrix.mul(direction, tangent).sum()),
  );
  const size = dim * dim;
  const { along, across } = splitSpace(tangents, size);
  const complement = across.transpose().mmul(hessian.matrix).mmul(across);
  const { values, vectors } = symmetricEigen(complement);
  const smallest = values[0]!;
  const coefficients = across.mmul(vectors.subMatrix(0, vectors.rows - 1, 0, 0));
  const direction = Matrix.zeros(dim, dim);
  for (const [k, one] of hessian.basis.entries()) {
    direction.add(Matrix.mul(one, coefficients.get(k, 0)));
  }
  const resolution = Math.max(
    along.columns === 0 ? 0 : hessian.matrix.mmul(along).norm("frobenius"),
    roundingError(law, preconditioner),
  );
  const gradient = populationGradient(setting, weights).preconditioners[0]!;
  return {
    verdict: smallest > resolution ? "minimum" : smallest < -resolution ? "saddle" : "undecided",
    smallestCurvature: smallest,
    direction,
    orbitDimension: along.columns,
    resolution,
    gradientNorm: gradient.norm("frobenius"),
  };
}

/** KB − BK for a basis of the antisymmetric K. */
function orbitTangents(matrix: Matrix): Matrix[] {
  const dim = matrix.rows;
  const tangents: Matrix[] = [];
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < i; j++) {
      const rotation = Matrix.zeros(dim, dim).set(i, j, 1).set(j, i, -1);
      tangents.push(Matrix.sub(rotation.mmul(matrix), matrix.mmul(rotation)));
    }
  }
  return tangents;
}

/** At −ρI no terms cancel: second derivatives there bound those of all terms' sizes. */
function roundingError(law: LoopedLaw, preconditioner: Matrix): number {
  const { loops, ...setting } = law;
  const radius = preconditioner.norm("frobenius") / Math.sqrt(preconditioner.rows);
  const opposite = Matrix.eye(law.dim).mul(-radius);
  const { value } = populationLoss(setting, { preconditioners: [opposite], loops });
  const degree = 2 * loops;
  return (ROUNDINGS * 2 ** -53 * degree * (degree - 1) * value) / (law.dim * radius ** 2);
}
