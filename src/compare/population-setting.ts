import { HypothesisError } from "../errors.js";
import { symmetricFunction } from "../numeric/matrix.js";
import { exactTheoryGap } from "../prompt/exact-theory-gap.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { PopulationSetting } from "../theory/population/setting.js";

/** Whether the task prior is the inverse covariance, up to the rounding of a matrix inverse. */
export function hasInversePrior({
  covariance,
  taskCovariance,
}: Pick<PromptDistribution, "covariance" | "taskCovariance">): boolean {
  const inverse = symmetricFunction(covariance, (value) => 1 / value);
  const distance = taskCovariance.clone().sub(inverse).abs().max();
  return distance <= 1e-9 * inverse.abs().max();
}

/**
 * A prompt law as the exact engine takes it. The prior Ω = Σ⁻¹ is named rather than spelled out as a
 * matrix: its circuits are smaller and reach one loop more.
 *
 * Throws.       HypothesisError for covariates that are not Gaussian, or tasks from a pool
 */
export function populationSetting(distribution: PromptDistribution): PopulationSetting {
  const gap = exactTheoryGap(distribution);
  if (gap !== undefined) throw new HypothesisError(`populationSetting: ${gap}`);
  const { dim, contextLength, covariance, taskCovariance, noiseVariance } = distribution;
  return {
    dim,
    contextLength,
    covariance,
    taskCovariance: hasInversePrior(distribution) ? "inverse" : taskCovariance,
    noiseVariance,
  };
}
