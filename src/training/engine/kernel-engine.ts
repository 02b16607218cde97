import { exactTheoryGap } from "../../prompt/exact-theory-gap.js";
import { type KernelObjectiveOptions, kernelObjective } from "../kernel-objective.js";
import type { Engine } from "./engine.js";

/**
 * The fused kernel as an engine of `trainInContext`; options as for `kernelObjective`.
 *
 * Prompts of Gaussian covariates and fresh tasks are drawn inside the kernel; those of other laws
 * in JavaScript, by every thread its own.
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
      kernelObjective({
        ...{ ...options, shape, distribution },
        ...(exactTheoryGap(distribution) !== undefined && { prompts: "sampled" }),
      }),
  };
}
