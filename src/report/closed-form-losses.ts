import type { WeightComparison } from "../compare/compare-weights.js";
import { Rational } from "../numeric/rational.js";
import { isotropicLossPerLoop } from "../theory/isotropic-loss.js";

/**
 * Exact population losses of gradient descent at the closed form after 1, …, L steps.
 *
 * Statement.    isotropic: at the middle of the enclosure of b*; one layer: its optimal loss; null
 *               where no closed form is known
 */
export function closedFormLosses(comparison: WeightComparison): number[] | null {
  const { distribution, loops, reference } = comparison;
  if (reference.kind === "none") return null;
  if (reference.kind === "one-layer") return [reference.loss];
  const { dim, contextLength, noiseVariance } = distribution;
  return isotropicLossPerLoop(
    { dim, contextLength, loops, noiseVariance: Rational.fromNumber(noiseVariance) },
    reference.stepSize.midpoint,
  )
    .slice(1)
    .map((loss) => loss.toNumber());
}
