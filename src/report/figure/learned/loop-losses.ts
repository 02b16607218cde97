import { requireInteger } from "../../../errors.js";
import { gramPredictor } from "../../../model/gram-forward.js";
import { layersOf, type Weights } from "../../../model/weights.js";
import { gramPromptSampler } from "../../../prompt/gram-prompt.js";
import type { PromptDistribution } from "../../../prompt/prompt-distribution.js";
import type { Stream } from "../../../random/stream.js";

/** What the squared error is after one number of loops, over prompts of one law. */
export interface LoopLoss {
  readonly mean: number;
  readonly standardError: number;
  readonly median: number;
  /** Order statistics five standard deviations of the median's rank below and above it. */
  readonly medianBelow: number;
  readonly medianAbove: number;
}

/** Fewest prompts of which the median's ranks five deviations off still lie among the sample. */
const LEAST_PROMPTS = 100;

/**
 * Mean and median squared error after loops 1, 2, … on fresh prompts, the same at every loop.
 *
 * Statement.    median limits: ranks N/2 ± 5√N/2, whatever the law's tails
 * Accuracy.     beyond the trained loops a mean may be dominated by prompts too rare to be drawn: read
 *               it with the exact one beside it
 * Throws.       ArgumentError for fewer than 100 prompts
 */
export function sampleLoopLosses(
  weights: Weights,
  distribution: PromptDistribution,
  options: { readonly loops: number; readonly prompts: number; readonly stream: Stream },
): LoopLoss[] {
  const { loops, prompts, stream } = options;
  requireInteger("sampleLoopLosses", "prompts", prompts, LEAST_PROMPTS);
  const draw = gramPromptSampler(distribution);
  const layers = layersOf(weights, loops);
  const predict = gramPredictor(layers);
  const block = weights.layers.length;
  const errors = Array.from({ length: loops }, () => new Float64Array(prompts));
  for (let i = 0; i < prompts; i++) {
    const prompt = draw(stream.split(i));
    const predictions = predict(prompt);
    for (let t = 0; t < loops; t++) {
      errors[t]![i] = (predictions[(t + 1) * block - 1]! - prompt.target) ** 2;
    }
  }
  const spread = (5 * Math.sqrt(prompts)) / 2;
  return errors.map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / prompts;
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (prompts - 1);
    values.sort();
    return {
      mean,
      standardError: Math.sqrt(square / prompts),
      median: values[Math.floor(prompts / 2)]!,
      medianBelow: values[Math.floor(prompts / 2 - spread)]!,
      medianAbove: values[Math.ceil(prompts / 2 + spread)]!,
    };
  });
}
