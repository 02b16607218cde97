import { type KernelObjectiveOptions, kernelObjective } from "./kernel-objective.js";
import type { Engine } from "./train-in-context.js";

/** The fused kernel as an engine of `trainInContext`; options as for `kernelObjective`. */
export function kernelEngine(options: KernelObjectiveOptions): Engine {
  const { precision = "float64", estimator = "plain" } = options;
  const estimated = estimator === "plain" ? "" : `, ${estimator} estimator`;
  return {
    name: `fused kernel, ${precision}${estimated}`,
    objective: kernelObjective(options),
    losses: "sampled",
  };
}
