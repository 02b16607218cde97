import { requireInteger } from "../errors.js";
import { gramPredictor } from "../model/gram-forward.js";
import { describeShape, type ModelShape, unpackWeights } from "../model/model-shape.js";
import { layersOf } from "../model/weights.js";
import { toGramPrompt } from "../prompt/gram-prompt.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { tokenPromptSampler } from "../prompt/token-prompt.js";
import { describeLossWeights, resolveLossWeights } from "./loss-weights.js";
import type { Objective } from "./objective.js";

/**
 * The Float64 twin of `tensorflowObjective`: the same prompts, another forward, no autodiff.
 *
 * Statement.    loss by the Gram recursion in float64, gradient by central differences of it
 * Accuracy.     loss to rounding; gradient to about 1e−8 of its norm (step 1e−5, error O(step²))
 *
 * It costs two losses per parameter: a reference to hold an engine against, not to train with.
 */
export function float64Objective(options: {
  readonly shape: ModelShape;
  readonly distribution: PromptDistribution;
  readonly batch: number;
  readonly lossWeights?: readonly number[];
}): Objective {
  const { shape, distribution, batch } = options;
  requireInteger("float64Objective", "batch", batch);
  const weights = resolveLossWeights("float64Objective", shape, options.lossWeights);
  const sample = tokenPromptSampler(distribution);
  return {
    describe: () =>
      `float64 twin, ${describeShape(shape)}, batch ${batch}${describeLossWeights(weights)}`,
    evaluate(parameters, stream) {
      const prompts = Array.from({ length: batch }, (_, i) =>
        toGramPrompt(sample(stream.split(i))),
      );
      const lossAt = (point: Float64Array): number => {
        const predict = gramPredictor(layersOf(unpackWeights(shape, point), shape.loops));
        let sum = 0;
        for (const prompt of prompts) {
          const predictions = predict(prompt);
          weights.forEach((weight, loop) => {
            const prediction = predictions[(loop + 1) * shape.layers - 1]!;
            sum += weight * (prediction - prompt.target) ** 2;
          });
        }
        return sum / batch;
      };
      const point = Float64Array.from(parameters);
      const gradient = parameters.map((value, i) => {
        point[i] = value + DIFFERENCE;
        const above = lossAt(point);
        point[i] = value - DIFFERENCE;
        const below = lossAt(point);
        point[i] = value;
        return (above - below) / (2 * DIFFERENCE);
      });
      return { loss: lossAt(parameters), gradient };
    },
  };
}

const DIFFERENCE = 1e-5;
