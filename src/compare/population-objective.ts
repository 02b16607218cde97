import { ArgumentError, Description, HypothesisError } from "../errors.js";
import { type ModelShape, packWeights, unpackWeights } from "../model/model-shape.js";
import { type RestrictedLayer, restrictedBlock, type Weights } from "../model/weights.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { Stream } from "../random/stream.js";
import { populationGradient } from "../theory/population/population-gradient.js";
import { describeProblem } from "../training/describe-problem.js";
import type { Engine } from "../training/engine/engine.js";
import { initialParameters } from "../training/initial-parameters.js";
import type { Objective } from "../training/objective.js";
import { populationSetting } from "./population-setting.js";

/**
 * The exact population loss as an engine of `trainInContext`: training without noise.
 *
 * Conventions.  it starts at u = 0, where the gradient in u vanishes
 * Throws.       HypothesisError, before a run begins, as `populationObjective`, and for models out of
 *               reach
 */
export function populationEngine(shape: ModelShape, distribution: PromptDistribution): Engine {
  const engine: Engine = {
    name: "the exact population loss, float64",
    losses: "exact",
    objective: populationObjective,
    start(ofShape, stream) {
      const weights = unpackWeights(ofShape, initialParameters(ofShape, stream));
      const layers = restrictedLayers(weights).map(({ preconditioner }) => ({
        preconditioner,
        readIn: new Float64Array(ofShape.dim),
      }));
      return packWeights(restrictedBlock(layers));
    },
  };
  const stream = Stream.fromSeed(0);
  // Depths out of reach are refused here; the circuit is kept for the run.
  engine.objective(shape, distribution).evaluate(engine.start!(shape, stream), stream);
  return engine;
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
