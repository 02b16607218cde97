import { Rational } from "../numeric/rational.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { bestPreconditioner } from "../theory/preconditioner-search/best-preconditioner.js";
import { bestSymmetric } from "../theory/preconditioner-search/best-symmetric.js";
import type { ClosedForm } from "./closed-form.js";

/** Least exact losses of looped restricted models, null where out of reach. */
export interface OptimalLosses {
  /** Over symmetric preconditioners. */
  readonly symmetric: number | null;
  /** The best found over all preconditioners. */
  readonly best: number | null;
}

/** Loops up to which the searches take a few seconds at most; they reach 6 and more. */
const QUICK_LOOPS = 5;

/**
 * What looped models of one law can reach, symmetric and not.
 *
 * Hypotheses.   the prior Ω = Σ⁻¹, to which the searches are limited; both losses are null elsewhere
 *               and beyond QUICK_LOOPS
 */
export function optimalLosses(
  reference: ClosedForm,
  distribution: PromptDistribution,
  loops: number,
  stream: Stream,
): OptimalLosses {
  if (reference.kind !== "isotropic" || loops > QUICK_LOOPS) return { symmetric: null, best: null };
  const { dim, contextLength } = distribution;
  const noiseVariance = Rational.fromNumber(distribution.noiseVariance);
  const setting = { dim, contextLength, loops, noiseVariance };
  return {
    symmetric: bestSymmetric(setting, { stream: stream.split("symmetric") }).loss,
    best: bestPreconditioner(setting, { stream: stream.split("best") }).loss,
  };
}
