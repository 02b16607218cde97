import { adam } from "../../src/training/adam.js";
import type { Objective } from "../../src/training/objective.js";
import { cosineSchedule } from "../../src/training/schedule.js";
import type { TrainingOptions } from "../../src/training/training-options.js";
import { testStream } from "../seed.js";

/** ½ Σ (θ_i − i)² with a noisy gradient: minimum at (0, 1, 2, …). */
export function noisyQuadratic(noise = 0.1): Objective {
  return {
    describe: () => `quadratic with noise ${noise}`,
    evaluate(parameters, stream) {
      const distances = parameters.map((value, i) => value - i);
      return {
        loss: 0.5 * distances.reduce((sum, distance) => sum + distance ** 2, 0),
        gradient: distances.map((distance) => distance + noise * stream.normal()),
      };
    },
  };
}

/** A short run on it. */
export function options(changes: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    objective: noisyQuadratic(),
    start: Float64Array.of(5, 5, 5),
    steps: 20,
    optimizer: adam(),
    learningRate: 0.1,
    schedule: cosineSchedule(),
    stream: testStream("train"),
    ...changes,
  };
}

/** A signal that fires in the middle of the given step. */
export function abortAt(step: number, objective: Objective = noisyQuadratic()) {
  const controller = new AbortController();
  let evaluations = 0;
  const aborting: Objective = {
    describe: () => objective.describe(),
    evaluate(parameters, stream) {
      evaluations += 1;
      if (evaluations === step) controller.abort();
      return objective.evaluate(parameters, stream);
    },
  };
  return { objective: aborting, signal: controller.signal };
}
