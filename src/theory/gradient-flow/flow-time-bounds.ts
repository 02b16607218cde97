import { HypothesisError, requireInteger, requirePositive } from "../../errors.js";

/** The looped-GD paper's bound on the time of gradient flow, as reported and as its proof gives it. */
export interface FlowTimeBounds {
  /** (1/ξ)^{(L−1)/(2L−1)} (16L/(L−1))^{(L−1)/L}. */
  readonly reported: number;
  /** 16L/(L−1) · ξ^{−(L−1)/L}. */
  readonly integrated: number;
}

/**
 * Times by which gradient flow is claimed to reach loss ≤ ξ.
 *
 * Statement.    reported: t ≳ (1/ξ)^{(L−1)/(2L−1)} (16L/(L−1))^{(L−1)/L}; integrated: the gradient
 *               dominance ‖∇ℓ‖² ≥ ℓ^{(2L−1)/L}/16 makes −dℓ/dt ≥ ℓ^{(2L−1)/L}/16, hence loss ≤ ξ by
 *               16L/(L−1) ξ^{−(L−1)/L}
 * Hypotheses.   Σ = I, L ≥ 2 (at one loop dominance gives 16 ln(ℓ₀/ξ) instead); ξ above the threshold
 *               of gradient dominance. Dominance itself is not checked here
 * Accuracy.     1e−14 relative
 * Throws.       ArgumentError unless ξ > 0; HypothesisError for one loop
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), gradient flow;
 *               the integrated form derived here
 */
export function flowTimeBounds(loops: number, targetLoss: number): FlowTimeBounds {
  requireInteger("flowTimeBounds", "loops", loops);
  requirePositive("flowTimeBounds", "targetLoss", targetLoss);
  if (loops === 1) {
    throw new HypothesisError(
      "flowTimeBounds: the power laws need at least 2 loops; one loop converges exponentially",
    );
  }
  const constant = (16 * loops) / (loops - 1);
  const exponent = (loops - 1) / loops;
  return {
    reported: targetLoss ** (-(loops - 1) / (2 * loops - 1)) * constant ** exponent,
    integrated: constant * targetLoss ** -exponent,
  };
}
