import { HypothesisError } from "../errors.js";
import type { ModelShape } from "../model/model-shape.js";
import { Rational } from "../numeric/rational.js";
import { exactTheoryGap } from "../prompt/exact-theory-gap.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { loopedStepsOptimum } from "../theory/polynomial-family/looped-steps-optimum.js";
import { untiedOptimum } from "../theory/polynomial-family/untied-optimum.js";
import { closedForm } from "./closed-form.js";
import { hasInversePrior } from "./population-setting.js";

/**
 * The loss that training a model of this shape is held against, where one is known.
 *
 * Statement.    one looped layer: that of `closedForm`. k layers looped L times: the least with multiples
 *               b_1 Σ⁻¹ … b_k Σ⁻¹ (`loopedStepsOptimum`; noise: `untiedOptimum`, L = 1 alone), which is
 *               below that of one layer looped kL times
 * Hypotheses.   with several layers Ω = Σ⁻¹; undefined elsewhere, and beyond the optima's reach
 */
export function referenceLoss(
  { layers, loops }: Pick<ModelShape, "layers" | "loops">,
  distribution: PromptDistribution,
): number | undefined {
  if (layers === 1) {
    const form = closedForm(distribution, loops);
    return form.kind === "none" ? undefined : form.loss;
  }
  return untiedLoss({ layers, loops }, distribution) ?? undefined;
}

/** The least loss of several layers with multiples of Σ⁻¹, null where it is not known. */
export function untiedLoss(
  { layers, loops }: Pick<ModelShape, "layers" | "loops">,
  distribution: PromptDistribution,
): number | null {
  if (exactTheoryGap(distribution) !== undefined || !hasInversePrior(distribution)) return null;
  const { dim, contextLength } = distribution;
  const noiseVariance = Rational.fromNumber(distribution.noiseVariance);
  const law = { dim, contextLength, noiseVariance };
  try {
    const optimum =
      loops === 1
        ? untiedOptimum({ ...law, loops: layers })
        : loopedStepsOptimum({ ...law, steps: layers, loops });
    return optimum.loss.toNumber();
  } catch (error) {
    if (error instanceof HypothesisError) return null;
    throw error;
  }
}
