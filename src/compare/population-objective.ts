import { ArgumentError, Description, HypothesisError } from "../errors.js";
import { type ModelShape, packWeights, unpackWeights } from "../model/model-shape.js";
import { type RestrictedLayer, restrictedBlock, type Weights } from "../model/weights.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { populationGradient } from "../theory/population/population-gradient.js";
import { describeProblem } from "../training/describe-problem.js";
import { initialParameters } from "../training/initial-parameters.js";
import type { Objective } from "../training/objective.js";
import type { Engine } from "../training/train-in-context.js";
import { populationSetting } from "./population-setting.js";

/**
 * What `trainInContext` needs to descend the exact population loss: the objective, and a start with
 * u = 0, where the gradient in u vanishes.
 */
export function populationEngine(
  shape: ModelShape,
  distribution: PromptDistribution,
  stream: Stream,
): { readonly engine: Engine; readonly start: Float64Array } {
  const objective = populationObjective(shape, distribution);
  const weights = unpackWeights(shape, initialParameters(shape, stream.split("start")));
  const layers = restrictedLayers(weights).map(({ preconditioner }) => ({
    preconditioner,
    readIn: new Float64Array(shape.dim),
  }));
  const start = packWeights(restrictedBlock(layers));
  // Depths out of reach are refused here, before a run begins; the circuit is kept for the run.
  objective.evaluate(start, stream);
  return {
    engine: { name: "the exact population loss, float64", objective, losses: "exact" },
    start,
  };
}

/**
 * The exact population loss of a restricted model as an objective: training without noise.
 *
 * Statement.    E(ŷ − y_q)² after the last loop and its gradient in every A; u = 0 is kept, where the
 *               gradient in u vanishes
 * Accuracy.     as `populationGradient`
 * Throws.       HypothesisError for full layers, or more layers than the engine reaches; ArgumentError
 *               for parameters with u ≠ 0
 */
export function populationObjective(
  shape: ModelShape,
  distribution: PromptDistribution,
): Objective {
  if (shape.family !== "restricted") {
    throw new HypothesisError(
      `populationObjective: no exact loss is known for ${shape.family} layers; train on prompts (--engine tfjs)`,
    );
  }
  const setting = populationSetting(distribution);
  return {
    describe: () => `exact population loss; ${describeProblem(shape, distribution)}`,
    evaluate(parameters) {
      const weights = unpackWeights(shape, parameters);
      const layers = restrictedLayers(weights);
      if (layers.some(({ readIn }) => readIn.some((entry) => entry !== 0))) {
        throw new ArgumentError(
          "populationObjective",
          "parameters",
          "with u = 0",
          new Description("u ≠ 0"),
        );
      }
      const { value, preconditioners } = populationGradient(setting, {
        preconditioners: layers.map(({ preconditioner }) => preconditioner),
        loops: shape.loops,
      });
      const slopes = preconditioners.map((preconditioner) => ({
        preconditioner,
        readIn: new Float64Array(shape.dim),
      }));
      return { loss: value, gradient: packWeights(restrictedBlock(slopes)) };
    },
  };
}

function restrictedLayers(weights: Weights): readonly RestrictedLayer[] {
  return weights.family === "restricted" ? weights.layers : [];
}
