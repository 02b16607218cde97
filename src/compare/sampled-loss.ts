import { requireInteger } from "../errors.js";
import { gramPredictor } from "../model/gram-forward.js";
import { layersOf, type Weights } from "../model/weights.js";
import { gramPromptSampler } from "../prompt/gram-prompt.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";

/** A sample mean of the squared error with its standard error. */
export interface SampledLoss {
  readonly mean: number;
  readonly standardError: number;
  readonly prompts: number;
}

/**
 * The in-context loss E(ŷ − y_q)² after every layer applied, estimated on fresh Gram-form prompts.
 *
 * Shapes.       result: one estimate per layer applied
 * Accuracy.     unbiased; standard error from the sample variance. Squared errors have polynomial
 *               tails in the covariates: beyond the trained loops even 10⁶ prompts may miss the mean.
 */
export function sampleLoss(
  weights: Weights,
  distribution: PromptDistribution,
  options: { readonly loops: number; readonly prompts: number; readonly stream: Stream },
): SampledLoss[] {
  const { loops, prompts, stream } = options;
  requireInteger("sampleLoss", "prompts", prompts, 2);
  const draw = gramPromptSampler(distribution);
  const layers = layersOf(weights, loops);
  const predict = gramPredictor(layers);
  const sums = new Float64Array(layers.length);
  const squares = new Float64Array(layers.length);
  for (let i = 0; i < prompts; i++) {
    const prompt = draw(stream.split(i));
    const predictions = predict(prompt);
    for (let t = 0; t < layers.length; t++) {
      const error = (predictions[t]! - prompt.target) ** 2;
      sums[t]! += error;
      squares[t]! += error * error;
    }
  }
  return Array.from(sums, (sum, t) => {
    const mean = sum / prompts;
    const variance = Math.max(0, squares[t]! / prompts - mean * mean) * (prompts / (prompts - 1));
    return { mean, standardError: Math.sqrt(variance / prompts), prompts };
  });
}
