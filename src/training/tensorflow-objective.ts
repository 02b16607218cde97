import * as tf from "@tensorflow/tfjs-core";
import { ArgumentError, Description, requireInteger } from "../errors.js";
import { type ModelShape, requireParameters } from "../model/model-shape.js";
import { tensorLayers, tensorPredictions } from "../model/tensor-forward.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { describeProblem } from "./describe-problem.js";
import { describeLossWeights, resolveLossWeights } from "./loss-weights.js";
import type { Objective } from "./objective.js";
import { registerGradients } from "./register-gradients.js";
import { tokenBatchDrawer } from "./token-batch.js";

/**
 * The in-context loss of the token-level model, estimated on fresh prompts at every evaluation.
 *
 * Statement.    mean over the batch of Σ_t ω_t (ŷ_t − y_q)², ŷ_t after loop t, and its gradient
 * Conventions.  prompt i is drawn from `stream.split(i)` whatever the batch; no ½; no theory enters:
 *               this is the plain estimator a claim about training needs.
 * Accuracy.     forward and gradient in float32 on the active TensorFlow.js backend
 *               (`selectBackend`); unbiased for the population loss up to that rounding
 * @param options.lossWeights  ω; default: the last loop alone (`resolveLossWeights`)
 * Throws.       ArgumentError when batch is not a positive integer, or shape and distribution differ
 *               in dim
 */
export function tensorflowObjective(options: {
  readonly shape: ModelShape;
  readonly distribution: PromptDistribution;
  readonly batch: number;
  readonly lossWeights?: readonly number[];
}): Objective {
  const { shape, distribution, batch } = options;
  requireInteger("tensorflowObjective", "batch", batch);
  if (shape.dim !== distribution.dim) {
    throw new ArgumentError(
      "tensorflowObjective",
      "shape",
      `of the prompts' dim ${distribution.dim}`,
      new Description(`dim ${shape.dim}`),
    );
  }
  const weights = resolveLossWeights("tensorflowObjective", shape, options.lossWeights);
  registerGradients();
  const draw = tokenBatchDrawer(distribution, batch);
  const tokenShape: [number, number, number] = [
    batch,
    distribution.contextLength + 1,
    distribution.dim + 1,
  ];
  return {
    describe: () =>
      `token-level ${describeProblem(shape, distribution)}; batch ${batch}${describeLossWeights(weights)}`,
    async evaluate(parameters, stream) {
      requireParameters("tensorflowObjective", shape, parameters);
      const { tokens, targets } = draw(stream);
      const [loss, gradient] = tf.tidy(() => {
        const state = tf.tensor3d(tokens, tokenShape, "float32");
        const wanted = tf.tensor1d(targets, "float32");
        const lossOf = (packed: tf.Tensor): tf.Scalar => {
          const layers = tensorLayers(shape, packed as tf.Tensor1D);
          const predictions = tensorPredictions(layers, state);
          const losses = weights.flatMap((weight, loop) => {
            if (weight === 0) return [];
            const errors = tf.sub(predictions[(loop + 1) * shape.layers - 1]!, wanted);
            return [tf.mul(tf.sum(tf.square(errors)), weight / batch) as tf.Scalar];
          });
          return losses.reduce((sum, part) => tf.add(sum, part));
        };
        const packed = tf.tensor1d(Float32Array.from(parameters), "float32");
        const { value, grad } = tf.valueAndGrad(lossOf)(packed);
        return [value, grad];
      });
      const [lossValues, slopes] = await Promise.all([loss.data(), gradient.data()]);
      tf.dispose([loss, gradient]);
      return { loss: lossValues[0]!, gradient: Float64Array.from(slopes) };
    },
  };
}
