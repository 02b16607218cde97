import { flatten, Matrix, matrixFrom } from "../src/numeric/matrix.js";
import type { PromptDistribution } from "../src/prompt/prompt-distribution.js";

/** A law of prompts, its length any positive number. */
export type FullLayerLaw = Pick<
  PromptDistribution,
  "covariance" | "taskCovariance" | "noiseVariance" | "contextLength"
>;

/** Loss of one full layer and its derivatives. */
export interface FullLayerLoss {
  readonly loss: number;
  /** ∂ℓ/∂b, (d + 1). */
  readonly readOut: Matrix;
  /** ∂ℓ/∂C, (d + 1, d). */
  readonly keyQuery: Matrix;
}

/**
 * Exact population loss of one full layer (P, Q) with its gradient.
 *
 * Statement.    with G the Gram matrix of the tokens and Γ = E[G/n | w], ŷ = −bᵀ(G/n)C x_q and
 *               ℓ = tr Σ CᵀM(bbᵀ)C + 2 tr Σ CᵀF b̃ + tr ΣΩ, M(D) = E[G D G]/n²
 *                 = E[Γ D Γ] (1 + 1/n) + E[tr(DΓ) Γ]/n, F b̃ = E[Γ b wᵀ]
 * Conventions.  b is P's last row, C Q's first d columns: nothing else of a layer reaches the output;
 *               ŷ = −Z[d, n]; no ½; noisy labels, noiseless target
 * Shapes.       b: (d + 1, 1); C: (d + 1, d)
 * Accuracy.     rounding of doubles
 * Source.       derived here: given w, G is Wishart with Γ = [[Σ, Σw], [wᵀΣ, wᵀΣw + σ²]]; the means over
 *               w ~ N(0, Ω) are Gaussian moments of degree 4
 */
export function fullLayerLoss(law: FullLayerLaw, readOut: Matrix, keyQuery: Matrix): FullLayerLoss {
  const { covariance, taskCovariance } = law;
  const outer = readOut.mmul(readOut.transpose());
  const byReadOut = meanSandwich(law, outer);
  const byKeyQuery = meanSandwich(law, keyQuery.mmul(covariance).mmul(keyQuery.transpose()));
  const cross = crossMoment(law, readOut);
  const pulled = byReadOut.mmul(keyQuery).add(cross).mmul(covariance);
  const square = readOut.transpose().mmul(byKeyQuery).mmul(readOut).get(0, 0);
  const linear = keyQuery.mmul(covariance).mmul(cross.transpose()).trace();
  return {
    loss: square + 2 * linear + covariance.mmul(taskCovariance).trace(),
    keyQuery: pulled.mul(2),
    readOut: byKeyQuery.mmul(readOut).add(crossAdjoint(law, keyQuery)).mul(2),
  };
}

/**
 * The best C for a given b, and its loss.
 *
 * Statement.    C = −M(bbᵀ)⁻¹ E[Γ b wᵀ], ℓ = tr ΣΩ − tr Σ E[Γ b wᵀ]ᵀ M⁻¹ E[Γ b wᵀ]: the least loss
 *               over all layers whose P has the last row b, whatever its length
 */
export function bestKeyQuery(
  law: FullLayerLaw,
  readOut: Matrix,
  solve: (matrix: Matrix, right: Matrix) => Matrix,
): { keyQuery: Matrix; loss: number } {
  const { covariance, taskCovariance } = law;
  const square = meanSandwich(law, readOut.mmul(readOut.transpose()));
  const cross = crossMoment(law, readOut);
  const keyQuery = solve(square, cross).mul(-1);
  const gain = keyQuery.mmul(covariance).mmul(cross.transpose()).trace();
  return { keyQuery, loss: covariance.mmul(taskCovariance).trace() + gain };
}

/** M(D) = E[G D G]/n² for a symmetric D. */
function meanSandwich(law: FullLayerLaw, inner: Matrix): Matrix {
  const { covariance, taskCovariance, noiseVariance, contextLength } = law;
  const dim = covariance.rows;
  const twice = covariance.mmul(taskCovariance).mmul(covariance);
  const signal = covariance.mmul(taskCovariance);
  // s = wᵀΣw + σ²: E s and E s².
  const mean = signal.trace() + noiseVariance;
  const meanSquare = mean ** 2 + 2 * signal.mmul(signal).trace();
  const block = inner.subMatrix(0, dim - 1, 0, dim - 1);
  const edge = inner.subMatrix(0, dim - 1, dim, dim);
  const corner = inner.get(dim, dim);
  const weight = block.mmul(covariance).trace();
  const share = 1 / contextLength;
  const topLeft = covariance
    .mmul(block)
    .mmul(covariance)
    .add(Matrix.mul(twice, corner))
    .mul(1 + share)
    .add(Matrix.mul(covariance, (weight + corner * mean) * share));
  const topRight = twice
    .mmul(edge)
    .add(covariance.mmul(edge).mul(mean))
    .mul(1 + share)
    .add(twice.mmul(edge).mul(2 * share));
  const bottomRight =
    (block.mmul(twice).trace() + corner * meanSquare) * (1 + share) +
    (weight * mean + corner * meanSquare) * share;
  const result = Matrix.zeros(dim + 1, dim + 1);
  result.setSubMatrix(topLeft, 0, 0);
  result.setSubMatrix(topRight, 0, dim);
  result.setSubMatrix(topRight.transpose(), dim, 0);
  result.set(dim, dim, bottomRight);
  return result;
}

/** E[Γ b wᵀ] for b = (β, τ): [τ ΣΩ; βᵀΣΩ]. */
function crossMoment({ covariance, taskCovariance }: FullLayerLaw, readOut: Matrix): Matrix {
  const dim = covariance.rows;
  const signal = covariance.mmul(taskCovariance);
  const beta = readOut.subMatrix(0, dim - 1, 0, 0);
  const result = Matrix.zeros(dim + 1, dim);
  result.setSubMatrix(Matrix.mul(signal, readOut.get(dim, 0)), 0, 0);
  result.setSubMatrix(beta.transpose().mmul(signal), dim, 0);
  return result;
}

/** ∂/∂b of tr Σ Cᵀ E[Γ b wᵀ], C = [C₁; c₂ᵀ]: (ΣΩΣ c₂, tr(ΣC₁ᵀΣΩ)). */
function crossAdjoint({ covariance, taskCovariance }: FullLayerLaw, keyQuery: Matrix): Matrix {
  const dim = covariance.rows;
  const signal = covariance.mmul(taskCovariance);
  const top = keyQuery.subMatrix(0, dim - 1, 0, dim - 1);
  const bottom = keyQuery.subMatrix(dim, dim, 0, dim - 1);
  const edge = signal.mmul(covariance).mmul(bottom.transpose());
  const corner = covariance.mmul(top.transpose()).mmul(signal).trace();
  return matrixFrom(dim + 1, 1, [...flatten(edge), corner]);
}
