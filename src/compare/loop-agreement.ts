import { gradientDescentIterates, iteratePredictions } from "../baseline/gradient-descent.js";
import { requireInteger } from "../errors.js";
import { gramPredictor, gramSensitivity } from "../model/gram-forward.js";
import { layersOf, type Weights } from "../model/weights.js";
import type { Matrix } from "../numeric/matrix.js";
import { gramPromptSampler } from "../prompt/gram-prompt.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";

/** Agreement of the model after one of the layers it applies with the GD iterate of the same index. */
export interface LoopAgreement {
  /** Which layer applied, from 1: which loop of a looped model. */
  readonly loop: number;
  /** √(E(ŷ_t − w_t·x_q)² / E(w_t·x_q)²) over the prompts. */
  readonly predictionDistance: number;
  /** Mean cosine between ∂ŷ_t/∂x_q and w_t. */
  readonly sensitivityCosine: number;
}

/**
 * Holds the model's prediction after every layer applied against the iterates of preconditioned GD on fresh
 * prompts.
 *
 * Accuracy.     averages over `prompts` sampled prompts
 */
export function loopAgreement(
  weights: Weights,
  preconditioner: Matrix,
  distribution: PromptDistribution,
  options: { readonly loops: number; readonly prompts: number; readonly stream: Stream },
): LoopAgreement[] {
  const { loops, prompts, stream } = options;
  requireInteger("loopAgreement", "prompts", prompts);
  const { dim } = distribution;
  const draw = gramPromptSampler(distribution);
  const layers = layersOf(weights, loops);
  const predict = gramPredictor(layers);
  const sensitivity = gramSensitivity(layers);
  const depth = layers.length;
  const squaredDistance = new Float64Array(depth);
  const squaredPrediction = new Float64Array(depth);
  const cosine = new Float64Array(depth);
  for (let i = 0; i < prompts; i++) {
    const prompt = draw(stream.split(i));
    const predicted = predict(prompt);
    const learned = sensitivity(prompt);
    const iterates = gradientDescentIterates(preconditioner, prompt, depth);
    const descended = iteratePredictions(iterates, prompt);
    for (let t = 0; t < depth; t++) {
      squaredDistance[t]! += (predicted[t]! - descended[t]!) ** 2;
      squaredPrediction[t]! += descended[t]! ** 2;
      cosine[t]! += cosineBetween(
        learned.subarray(t * dim, (t + 1) * dim),
        iterates.subarray(t * dim, (t + 1) * dim),
      );
    }
  }
  return Array.from({ length: depth }, (_, t) => ({
    loop: t + 1,
    predictionDistance: Math.sqrt(squaredDistance[t]! / squaredPrediction[t]!),
    sensitivityCosine: cosine[t]! / prompts,
  }));
}

function cosineBetween(a: Float64Array, b: Float64Array): number {
  const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const norms = Math.hypot(...a) * Math.hypot(...b);
  return norms === 0 ? 0 : dot / norms;
}
