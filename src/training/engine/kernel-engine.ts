import { exactTheoryGap } from "../../prompt/exact-theory-gap.js";
import { gramPromptSampler } from "../../prompt/gram-prompt.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import {
  type KernelObjectiveOptions,
  kernelObjective,
  type PromptSource,
} from "../kernel-objective.js";
import type { Engine } from "./engine.js";

/**
 * The fused kernel as an engine of `trainInContext`; options as for `kernelObjective`.
 *
 * Prompts of Gaussian covariates and fresh tasks are drawn inside the kernel; those of other laws here.
 */
export function kernelEngine(
  options: Omit<KernelObjectiveOptions, "shape" | "distribution" | "prompts">,
): Engine {
  const { precision = "float64", estimator = "plain" } = options;
  const estimated = estimator === "plain" ? "" : `, ${estimator} estimator`;
  return {
    name: `fused kernel, ${precision}${estimated}`,
    losses: "sampled",
    objective: (shape, distribution) =>
      kernelObjective({ ...options, shape, distribution, ...givenPrompts(distribution) }),
  };
}

function givenPrompts(distribution: PromptDistribution): { readonly prompts?: PromptSource } {
  if (exactTheoryGap(distribution) === undefined) return {};
  const draw = gramPromptSampler(distribution);
  return { prompts: { draw, describe: () => "drawn by gramPromptSampler" } };
}
