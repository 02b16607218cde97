import { ArgumentError, Description } from "../errors.js";
import { type ModelShape, packWeights, unpackWeights } from "../model/model-shape.js";
import { fullBlock, gdPlusPlusBlock, restrictedBlock, type Weights } from "../model/weights.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { Stream } from "../random/stream.js";
import { fullStackGradient } from "../theory/attention-loss/full-stack.js";
import { gdPlusPlusStackGradient } from "../theory/attention-loss/gd-plus-plus-stack.js";
import { populationGradient } from "../theory/population/population-gradient.js";
import type { PopulationSetting } from "../theory/population/setting.js";
import { describeProblem } from "../training/describe-problem.js";
import type { Engine } from "../training/engine/engine.js";
import { initialParameters } from "../training/initial-parameters.js";
import type { Objective } from "../training/objective.js";
import { populationSetting } from "./population-setting.js";

/**
 * The exact population loss as an engine of `trainInContext`: training without noise.
 *
 * Conventions.  restricted and GD++ layers start at u = 0, where the gradient in u vanishes
 * Throws.       HypothesisError, before a run begins, as `populationObjective`, and for models out of
 *               reach
 */
export function populationEngine(shape: ModelShape, distribution: PromptDistribution): Engine {
  const engine: Engine = {
    name: "the exact population loss, float64",
    losses: "exact",
    objective: populationObjective,
    start(ofShape, stream) {
      const drawn = unpackWeights(ofShape, initialParameters(ofShape, stream));
      return packWeights(withoutReadIn(drawn));
    },
  };
  const stream = Stream.fromSeed(0);
  // Depths out of reach are refused here; the circuit is kept for the run.
  engine.objective(shape, distribution).evaluate(engine.start!(shape, stream), stream);
  return engine;
}

/**
 * The exact population loss of a model as an objective: training without noise.
 *
 * Statement.    E(ŷ − y_q)² after the last loop and its gradient in every A, C, P and Q; u = 0 is kept in
 *               restricted and GD++ layers, where the gradient in u vanishes
 * Accuracy.     as `populationGradient`, `gdPlusPlusStackGradient` and `fullStackGradient`
 * Throws.       HypothesisError beyond what these reach; ArgumentError for parameters with u ≠ 0
 */
export function populationObjective(
  shape: ModelShape,
  distribution: PromptDistribution,
): Objective {
  const setting = populationSetting(distribution);
  return {
    describe: () => `exact population loss; ${describeProblem(shape, distribution)}`,
    evaluate(parameters) {
      const weights = unpackWeights(shape, parameters);
      const isReading =
        weights.family !== "full" &&
        weights.layers.some(({ readIn }) => readIn.some((entry) => entry !== 0));
      if (isReading) {
        const got = new Description("u ≠ 0");
        throw new ArgumentError("populationObjective", "parameters", "with u = 0", got);
      }
      const { loss, slope } = differentiate(weights, setting, shape.loops);
      return { loss, gradient: packWeights(slope) };
    },
  };
}

/** The loss, and its gradient in the form of the weights. */
function differentiate(
  weights: Weights,
  setting: PopulationSetting,
  loops: number,
): { loss: number; slope: Weights } {
  const readIn = new Float64Array(setting.dim);
  if (weights.family === "full") {
    const { value, layers } = fullStackGradient(setting, { layers: weights.layers, loops });
    return { loss: value, slope: fullBlock(layers) };
  }
  if (weights.family === "gd++") {
    const block = weights.layers.map(({ preconditioner, covariateValue }) => ({
      preconditioner,
      covariateValue,
    }));
    const { value, layers } = gdPlusPlusStackGradient(setting, { layers: block, loops });
    return { loss: value, slope: gdPlusPlusBlock(layers.map((layer) => ({ ...layer, readIn }))) };
  }
  const { value, preconditioners } = populationGradient(setting, {
    preconditioners: weights.layers.map(({ preconditioner }) => preconditioner),
    loops,
  });
  const slopes = preconditioners.map((preconditioner) => ({ preconditioner, readIn }));
  return { loss: value, slope: restrictedBlock(slopes) };
}

function withoutReadIn(weights: Weights): Weights {
  if (weights.family === "full") return weights;
  const zero = () => new Float64Array(weights.layers[0]!.preconditioner.rows);
  return weights.family === "gd++"
    ? gdPlusPlusBlock(weights.layers.map((layer) => ({ ...layer, readIn: zero() })))
    : restrictedBlock(weights.layers.map((layer) => ({ ...layer, readIn: zero() })));
}
