import { ArgumentError, requireInteger, requirePositive } from "../../errors.js";

/**
 * Time that gradient flow from A = 0 takes to bring the loss of infinitely long prompts down to ξ.
 *
 * Statement.    t* = [(d/ξ)^{(L−1)/L} − 1]/(4L(L−1)) for L ≥ 2, ln(d/ξ)/4 for L = 1
 * Conventions.  dA/dt = −∇_A ℓ, Σ = I, no noise, ℓ = E(ŷ − y_q)² without ½, so ℓ(0) = d
 * Accuracy.     1e−14 relative
 * Throws.       ArgumentError unless 0 < ξ ≤ d
 * Source.       derived here: A = bI, ℓ = d(1 − b)^{2L}, db/dt = 2L(1 − b)^{2L−1}
 */
export function infiniteContextFlowTime(
  { dim, loops }: { readonly dim: number; readonly loops: number },
  targetLoss: number,
): number {
  requireInteger("infiniteContextFlowTime", "dim", dim);
  requireInteger("infiniteContextFlowTime", "loops", loops);
  requirePositive("infiniteContextFlowTime", "targetLoss", targetLoss);
  if (targetLoss > dim) {
    throw new ArgumentError("infiniteContextFlowTime", "targetLoss", `at most ${dim}`, targetLoss);
  }
  const decades = Math.log(dim / targetLoss);
  if (loops === 1) return decades / 4;
  return Math.expm1(decades * ((loops - 1) / loops)) / (4 * loops * (loops - 1));
}
