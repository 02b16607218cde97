import { choleskyFactor } from "../numeric/matrix.js";
import type { Stream } from "../random/stream.js";
import type { PromptDistribution } from "./prompt-distribution.js";

/**
 * What a model sees of a regression prompt, as the papers write it, one token per column.
 *
 * Statement.    Z₀ = [[x₁ … xₙ x_q], [y₁ … yₙ 0]]
 * Shapes.       tokens: (dim + 1, contextLength + 1) row-major
 */
export interface PromptTokens {
  readonly dim: number;
  readonly contextLength: number;
  readonly tokens: Float64Array;
}

/** A prompt with the answer it asks for. Shapes: task: (dim). */
export interface TokenPrompt extends PromptTokens {
  readonly target: number;
  readonly task: Float64Array;
}

/** Draws token prompts of one law; the matrix factors are computed once. */
export function tokenPromptSampler(
  distribution: PromptDistribution,
): (stream: Stream) => TokenPrompt {
  const { dim, contextLength, noiseVariance } = distribution;
  const covariateFactor = choleskyFactor(distribution.covariance);
  const taskFactor = choleskyFactor(distribution.taskCovariance);
  const noiseScale = Math.sqrt(noiseVariance);
  const columns = contextLength + 1;
  return (stream) => {
    const task = lowerTimes(taskFactor, dim, stream.normals(dim));
    const tokens = new Float64Array((dim + 1) * columns);
    let target = 0;
    for (let column = 0; column < columns; column++) {
      const covariate = lowerTimes(covariateFactor, dim, stream.normals(dim));
      let label = 0;
      for (let i = 0; i < dim; i++) {
        tokens[i * columns + column] = covariate[i]!;
        label += task[i]! * covariate[i]!;
      }
      if (column === contextLength) target = label;
      else
        tokens[dim * columns + column] =
          label + (noiseScale > 0 ? noiseScale * stream.normal() : 0);
    }
    return { dim, contextLength, tokens, target, task };
  };
}

/** L v for a lower-triangular row-major L. */
export function lowerTimes(lower: Float64Array, dim: number, vector: Float64Array): Float64Array {
  const result = new Float64Array(dim);
  for (let i = 0; i < dim; i++) {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += lower[i * dim + j]! * vector[j]!;
    result[i] = sum;
  }
  return result;
}
