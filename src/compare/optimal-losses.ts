import { HypothesisError } from "../errors.js";
import { Rational } from "../numeric/rational.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { gdPlusPlusOptimum } from "../theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { untiedOptimum } from "../theory/polynomial-family/untied-optimum.js";
import { bestPreconditioner } from "../theory/preconditioner-search/best-preconditioner.js";
import { bestSymmetric } from "../theory/preconditioner-search/best-symmetric.js";
import type { ClosedForm } from "./closed-form.js";
import { type Effort, QUICK_LOOPS } from "./effort.js";

/** Families of models whose least exact loss is known or searched for. */
export type OptimumName = "symmetric" | "best" | "untied" | "gdPlusPlus";

/**
 * Least exact losses of models of one depth, null where out of reach.
 *
 * Conventions.  symmetric, best: looped, over symmetric preconditioners, and the best found over all;
 *               untied: layers b_l Σ⁻¹ of their own; gdPlusPlus: the best isotropic GD++ found, looped or
 *               untied as the weights are
 */
export interface OptimalLosses extends Readonly<Record<OptimumName, number | null>> {
  /** b₁ ≤ … ≤ b_L of the best untied model; null where out of reach or not real. */
  readonly untiedSteps: readonly number[] | null;
  /** Why a loss is null. */
  readonly unavailable: Readonly<Partial<Record<OptimumName, string>>>;
}

/**
 * What models of one law and depth can reach.
 *
 * @param shape.isLooped  whether one layer is applied again and again
 * @param effort  quick: searches up to QUICK_LOOPS layers applied; thorough: as far as they reach
 * Hypotheses.   the prior Ω = Σ⁻¹, to which the searches are limited; the losses are null elsewhere
 */
export function optimalLosses(
  reference: ClosedForm,
  distribution: PromptDistribution,
  shape: { readonly depth: number; readonly isLooped: boolean },
  stream: Stream,
  effort: Effort = "quick",
): OptimalLosses {
  const { dim, contextLength } = distribution;
  const { depth: loops, isLooped } = shape;
  const noiseVariance = Rational.fromNumber(distribution.noiseVariance);
  const setting = { dim, contextLength, loops, noiseVariance };
  const unavailable: Partial<Record<OptimumName, string>> = {};
  const reach = <T>(name: OptimumName, isSearch: boolean, compute: () => T): T | null => {
    try {
      if (reference.kind !== "isotropic") {
        throw new HypothesisError("known for Gaussian covariates with the prior Ω = Σ⁻¹ only");
      }
      if (isSearch && effort === "quick" && loops > QUICK_LOOPS) {
        throw new HypothesisError(
          `searched up to ${QUICK_LOOPS} layers applied unless thorough effort is asked for`,
        );
      }
      return compute();
    } catch (error) {
      if (!(error instanceof HypothesisError)) throw error;
      unavailable[name] = error.message;
      return null;
    }
  };
  const untied = reach("untied", false, () => untiedOptimum(setting));
  return {
    symmetric: reach(
      "symmetric",
      true,
      () => bestSymmetric(setting, { stream: stream.split("symmetric") }).loss,
    ),
    best: reach(
      "best",
      true,
      () => bestPreconditioner(setting, { stream: stream.split("best") }).loss,
    ),
    untied: untied?.loss.toNumber() ?? null,
    untiedSteps: untied?.stepSizes?.map((stepSize) => stepSize.toNumber()) ?? null,
    gdPlusPlus: reach(
      "gdPlusPlus",
      true,
      () => gdPlusPlusOptimum({ ...setting, tied: isLooped }).loss,
    ),
    unavailable,
  };
}
