import { choleskyFactor } from "../numeric/matrix.js";
import type { Stream } from "../random/stream.js";
import { drawBartlettFactor } from "../random/wishart.js";
import type { PromptDistribution } from "./prompt-distribution.js";
import { lowerTimes, type PromptTokens, type TokenPrompt } from "./token-prompt.js";

/**
 * A regression prompt reduced to what linear attention can see: the size does not grow with n.
 *
 * Statement.    G₀ = Z₀ M Z₀ᵀ = Σ_{i≤n} z_i z_iᵀ over the context tokens z_i = (x_i, y_i), and the
 *               query token (x_q, 0)
 * Shapes.       gram: (dim + 1, dim + 1) row-major, symmetric; query: (dim + 1)
 */
export interface PromptGram {
  readonly dim: number;
  readonly contextLength: number;
  readonly gram: Float64Array;
  readonly query: Float64Array;
}

/** A prompt in Gram form with the answer it asks for. Shapes: task: (dim). */
export interface GramPrompt extends PromptGram {
  readonly target: number;
  readonly task: Float64Array;
}

/** The Gram form of a token prompt. */
export function toGramPrompt(prompt: TokenPrompt): GramPrompt {
  return { ...gramForm(prompt), target: prompt.target, task: prompt.task };
}

/** The Gram form of what a model sees of a token prompt. */
export function gramForm({ dim, contextLength, tokens }: PromptTokens): PromptGram {
  const size = dim + 1;
  const columns = contextLength + 1;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < contextLength; k++) {
        sum += tokens[i * columns + k]! * tokens[j * columns + k]!;
      }
      gram[i * size + j] = sum;
      gram[j * size + i] = sum;
    }
  }
  const query = Float64Array.from({ length: size }, (_, i) => tokens[i * columns + contextLength]!);
  return { dim, contextLength, gram, query };
}

/**
 * Draws prompts in Gram form directly, at a cost that does not depend on the context length.
 *
 * Statement.    G₀ = K W Kᵀ, K = [[Σ^{1/2}, 0], [wᵀΣ^{1/2}, σ]], W ~ Wishart_{d+1}(n, I) by Bartlett's
 *               factor; without noise the d-dimensional Wishart suffices. Any square root of Σ gives
 *               the same law: the Cholesky factor is used.
 * Source.       theory: Bartlett 1933; the law equals that of `tokenPromptSampler` (tested by moments)
 */
export function gramPromptSampler(
  distribution: PromptDistribution,
): (stream: Stream) => GramPrompt {
  const { dim, contextLength, noiseVariance } = distribution;
  const covariateFactor = choleskyFactor(distribution.covariance);
  const taskFactor = choleskyFactor(distribution.taskCovariance);
  const noiseScale = Math.sqrt(noiseVariance);
  const size = dim + 1;
  const wishartDim = noiseScale > 0 ? size : dim;
  const rank = Math.min(wishartDim, contextLength);
  return (stream) => {
    const task = lowerTimes(taskFactor, dim, stream.normals(dim));
    const bartlett = drawBartlettFactor(wishartDim, contextLength, stream);
    // Columns of K·F play the part of `rank` context tokens with the same Gram matrix.
    const tokens = new Float64Array(size * rank);
    for (let i = 0; i < dim; i++) {
      for (let k = 0; k < rank; k++) {
        let sum = 0;
        for (let j = k; j <= i; j++) sum += covariateFactor[i * dim + j]! * bartlett[j * rank + k]!;
        tokens[i * rank + k] = sum;
        tokens[dim * rank + k]! += task[i]! * sum;
      }
    }
    if (noiseScale > 0) {
      for (let k = 0; k < rank; k++) {
        tokens[dim * rank + k]! += noiseScale * bartlett[dim * rank + k]!;
      }
    }
    const gram = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < rank; k++) sum += tokens[i * rank + k]! * tokens[j * rank + k]!;
        gram[i * size + j] = sum;
        gram[j * size + i] = sum;
      }
    }
    const query = new Float64Array(size);
    query.set(lowerTimes(covariateFactor, dim, stream.normals(dim)));
    let target = 0;
    for (let i = 0; i < dim; i++) target += task[i]! * query[i]!;
    return { dim, contextLength, gram, query, target, task };
  };
}
