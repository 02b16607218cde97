import { describeBackend, selectBackend } from "../backend.js";
import { tensorflowObjective } from "../tensorflow-objective.js";
import type { Engine } from "./engine.js";

/** The plain estimator on token prompts, on a TensorFlow.js backend, as an engine of `trainInContext`. */
export async function tensorflowEngine(options: {
  readonly batch: number;
  readonly lossWeights?: readonly number[];
  /** Default: the first backend that works. */
  readonly backend?: string;
}): Promise<Engine> {
  const { backend: requested, ...estimator } = options;
  const backend = await selectBackend(requested === undefined ? {} : { requested });
  return {
    name: `TensorFlow.js ${backend.name}, float32`,
    announcement: describeBackend(backend),
    losses: "sampled",
    objective: (shape, distribution) => tensorflowObjective({ ...estimator, shape, distribution }),
  };
}
