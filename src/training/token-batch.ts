import { choleskyFactor } from "../numeric/matrix.js";
import { standardCovariateSampler } from "../prompt/covariate-law.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { taskSampler } from "../prompt/task-pool.js";
import type { Stream } from "../random/stream.js";

/**
 * A batch of token prompts in float32, laid out for the tensor model.
 *
 * Shapes.       tokens: (batch, contextLength + 1, dim + 1) row-major, one token per ROW;
 *               targets: (batch)
 */
export interface TokenBatch {
  readonly tokens: Float32Array;
  readonly targets: Float32Array;
}

/**
 * Draws batches of token prompts into two arrays that every call reuses.
 *
 * Statement.    prompt i of the batch is `tokenPromptSampler(distribution)(stream.split(i))`, rounded
 *               to float32: the same numbers (tested), drawn without a temporary array per token,
 *               which costs more than the normals themselves.
 */
export function tokenBatchDrawer(
  distribution: PromptDistribution,
  batch: number,
): (stream: Stream) => TokenBatch {
  const { dim, contextLength, noiseVariance } = distribution;
  const covariateFactor = choleskyFactor(distribution.covariance);
  const drawStandard = standardCovariateSampler(distribution.covariateLaw, dim);
  const drawTask = taskSampler(distribution);
  const noiseScale = Math.sqrt(noiseVariance);
  const size = dim + 1;
  const tokens = new Float32Array(batch * (contextLength + 1) * size);
  const targets = new Float32Array(batch);
  const standard = new Float64Array(dim);
  const covariate = new Float64Array(dim);
  const drawCovariate = (stream: Stream): void => {
    drawStandard(stream, standard);
    for (let i = 0; i < dim; i++) {
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += covariateFactor[i * dim + j]! * standard[j]!;
      covariate[i] = sum;
    }
  };
  return (stream) => {
    let offset = 0;
    for (let b = 0; b < batch; b++) {
      const source = stream.split(b);
      const task = drawTask(source);
      for (let token = 0; token <= contextLength; token++) {
        drawCovariate(source);
        let label = 0;
        for (let i = 0; i < dim; i++) {
          label += task[i]! * covariate[i]!;
          tokens[offset + i] = covariate[i]!;
        }
        const isQuery = token === contextLength;
        if (isQuery) targets[b] = label;
        else if (noiseScale > 0) label += noiseScale * source.normal();
        tokens[offset + dim] = isQuery ? 0 : label;
        offset += size;
      }
    }
    return { tokens, targets };
  };
}
