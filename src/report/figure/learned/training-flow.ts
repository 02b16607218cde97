import { populationSetting } from "../../../compare/population-setting.js";
import { ArgumentError } from "../../../errors.js";
import { packWeights, unpackWeights } from "../../../model/model-shape.js";
import { restrictedBlock, type Weights } from "../../../model/weights.js";
import { gradientFlow } from "../../../theory/gradient-flow/gradient-flow.js";
import { populationGradient } from "../../../theory/population/population-gradient.js";
import type { TrainingRun } from "../../../training/training-run.js";
import type { FlowLoss } from "../training-loss.js";

/**
 * Gradient flow on the exact population loss along a run of plain descent, on the run's step axis.
 *
 * Conventions.  time of a step: the sum of the learning rates before it, which is the flow's clock for
 *               plain gradient descent and for no other optimiser; restricted models, u = 0
 * Accuracy.     tolerance 1e−9 of the solver; between its stretches the loss is drawn as a line
 * Throws.       ArgumentError for another family; HypothesisError where the exact loss is out of reach
 */
export async function flowAlongTraining(
  run: Pick<TrainingRun, "shape" | "distribution" | "history">,
  start: Weights,
): Promise<FlowLoss[]> {
  const { shape, distribution, history } = run;
  if (start.family !== "restricted") {
    throw new ArgumentError("flowAlongTraining", "start", "restricted weights", start.family);
  }
  const setting = populationSetting(distribution);
  const readIn = new Float64Array(shape.dim);
  const objective = (point: Float64Array) => {
    const weights = unpackWeights(shape, point) as typeof start;
    const { value, preconditioners } = populationGradient(setting, {
      preconditioners: weights.layers.map(({ preconditioner }) => preconditioner),
      loops: shape.loops,
    });
    const slopes = preconditioners.map((preconditioner) => ({ preconditioner, readIn }));
    return { loss: value, gradient: packWeights(restrictedBlock(slopes)) };
  };
  const times = [0];
  for (const { learningRate } of history) times.push(times.at(-1)! + learningRate);
  const withoutReadIn = start.layers.map(({ preconditioner }) => ({ preconditioner, readIn }));
  const { path } = await gradientFlow(objective, {
    start: packWeights(restrictedBlock(withoutReadIn)),
    horizon: times.at(-1)!,
  });
  return path.map(({ time, loss }) => ({ step: stepAt(times, time), loss }));
}

/** The fractional step at which so much time has passed. */
function stepAt(times: readonly number[], time: number): number {
  const after = times.findIndex((passed) => passed >= time);
  if (after <= 0) return after === 0 ? 0 : times.length - 1;
  const before = times[after - 1]!;
  return after - 1 + (time - before) / (times[after]! - before);
}
