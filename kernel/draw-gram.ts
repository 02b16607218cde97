/*
 * Regression prompts in Gram form, drawn straight into the records the arithmetic reads.
 *
 * A group holds 16 / sizeof<T>() prompts, one per lane of a 128-bit vector. Its record is, in vectors,
 * [G: m × m, row-major][query: m, the last 0][target][scale 1/n], m = dim + 1.
 *
 * The law is that of src/prompt/gram-prompt.ts: G = K W Kᵀ with W a Wishart matrix by Bartlett's lower
 * trapezoidal factor, whose size is that of the covariates and not of the context. Each lane draws, in
 * this order: the covariates' factor; task and query; the labels' noise. So the covariates of prompt i
 * do not depend on whether the rest is drawn.
 */
import { CHI_BYTES, chi, prepareChi } from "./chi";
import { seedGenerator } from "./generator";
import { fillNormals, useNormalTables } from "./normal";

/** What is drawn: sizes, and matrices by the addresses of their Cholesky factors (f64, row-major). */
@unmanaged
export class PromptLaw {
  contextLength: f64;
  noiseScale: f64;
  dim: u32;
  /** 0 stands for the identity. */
  covariateFactor: u32;
  taskFactor: u32;
  /** Whether G_xx and the scale are all that is drawn; the rest of the record is left as it is. */
  covariatesOnly: u32;
  /** Of `buildNormalTables`. */
  normalTables: u32;
}

/** Vectors of scratch that a draw needs. */
export function drawScratchVectors(dim: u32): u32 {
  return (dim * (dim + 1)) / 2 + 4 * dim + 2 + 2 * (dim + 1);
}

export function recordVectors(dim: u32): u32 {
  return (dim + 1) * (dim + 1) + dim + 3;
}

export function drawGramPrompts<T extends number>(
  law: PromptLaw,
  key: usize,
  firstPrompt: f64,
  groups: u32,
  records: usize,
  scratch: usize,
): void {
  useNormalTables(law.normalTables);
  const dim: usize = law.dim;
  const n = law.contextLength;
  const rank = n < f64(dim) ? <usize>n : dim;
  const hasNoise = law.noiseScale > 0;
  const hasNoiseTail = hasNoise && n > f64(dim);
  const entries = (rank * (rank + 1)) / 2 + (dim - rank) * rank;
  // Scratch: the factor, task, query and noise of every lane; labels; constants of the χ variates.
  const task = scratch + 16 * entries;
  const query = task + 16 * dim;
  const noise = query + 16 * dim;
  const labels = noise + 16 * (rank + 1);
  const constants = labels + 16 * rank;
  for (let k: usize = 0; k < rank; k++) prepareChi(constants + CHI_BYTES * k, n - f64(k));
  if (hasNoiseTail) prepareChi(constants + CHI_BYTES * rank, n - f64(dim));
  const lanes: usize = 16 / sizeof<T>();
  let prompt = <u64>firstPrompt;
  for (let group: u32 = 0; group < groups; group++) {
    for (let lane: usize = 0; lane < lanes; lane++) {
      const offset = lane * sizeof<T>();
      seedGenerator(key, prompt++);
      fillNormals<T>(scratch + offset, 16, entries);
      drawDiagonal<T>(scratch + offset, rank, constants);
      if (law.covariatesOnly) continue;
      const noiseEntries = hasNoise ? rank + usize(hasNoiseTail) : 0;
      fillNormals<T>(task + offset, 16, 2 * dim + noiseEntries);
      if (hasNoiseTail) {
        const last = noise + 16 * rank + offset;
        store<T>(last, <T>chi(constants + CHI_BYTES * rank, f64(load<T>(last))));
      }
    }
    if (law.covariateFactor) multiplyRows<T>(law.covariateFactor, dim, rank, scratch);
    writeCovariates<T>(dim, rank, scratch, records);
    const rest = records + 16 * (dim + 1) * (dim + 1);
    v128.store(rest + 16 * (dim + 2), v128.splat<T>(<T>(1 / n)));
    if (!law.covariatesOnly) {
      if (law.taskFactor) multiplyRows<T>(law.taskFactor, dim, 1, task);
      if (law.covariateFactor) multiplyRows<T>(law.covariateFactor, dim, 1, query);
      writeLabels<T>(law, rank, scratch, records);
      writeQuery<T>(dim, task, query, rest);
    }
    records = rest + 16 * (dim + 3);
  }
}

/** First entry of row i of a lower trapezoid of `rank` columns, its rows packed one after another. */
function rowStart(i: usize, rank: usize): usize {
  return i < rank ? (i * (i + 1)) / 2 : (rank * (rank + 1)) / 2 + (i - rank) * rank;
}

/** Puts χ variates where their normal proposals lie, on the diagonal of one lane's factor. */
function drawDiagonal<T extends number>(factor: usize, rank: usize, constants: usize): void {
  for (let k: usize = 0; k < rank; k++) {
    const place = factor + 16 * ((k * (k + 3)) / 2);
    store<T>(place, <T>chi(constants + CHI_BYTES * k, f64(load<T>(place))));
  }
}

/** F ← L F for a lower-triangular L and a lower trapezoid F; a vector is one of rank 1. */
export function multiplyRows<T extends number>(
  lower: usize,
  dim: usize,
  rank: usize,
  factor: usize,
): void {
  // From the last row upwards, for row i takes the rows above it as they were.
  for (let left = dim; left > 0; left--) {
    const i = left - 1;
    const row = factor + 16 * rowStart(i, rank);
    for (let k: usize = 0; k < min(i + 1, rank); k++) {
      let sum = v128.splat<T>(0);
      for (let j = k; j <= i; j++) {
        const entry = v128.splat<T>(<T>load<f64>(lower + 8 * (i * dim + j)));
        const other = v128.load(factor + 16 * (rowStart(j, rank) + k));
        sum = v128.add<T>(sum, v128.mul<T>(entry, other));
      }
      v128.store(row + 16 * k, sum);
    }
  }
}

/** G_xx = F Fᵀ. */
function writeCovariates<T extends number>(
  dim: usize,
  rank: usize,
  factor: usize,
  gram: usize,
): void {
  const stride: usize = 16 * (dim + 1);
  let row = factor;
  for (let i: usize = 0; i < dim; i++) {
    let other = factor;
    for (let j: usize = 0; j <= i; j++) {
      const length: usize = 16 * min(j + 1, rank);
      const sum = dotRows<T>(row, other, length);
      v128.store(gram + stride * i + 16 * j, sum);
      v128.store(gram + stride * j + 16 * i, sum);
      other += length;
    }
    row += 16 * min(i + 1, rank);
  }
}

function dotRows<T extends number>(one: usize, other: usize, length: usize): v128 {
  let sum = v128.mul<T>(v128.load(one), v128.load(other));
  for (let k: usize = 16; k < length; k += 16) {
    sum = v128.add<T>(sum, v128.mul<T>(v128.load(one + k), v128.load(other + k)));
  }
  return sum;
}

/** The last row and column of G, from labels y = Fᵀw + noise; task and noise follow the factor. */
function writeLabels<T extends number>(
  law: PromptLaw,
  rank: usize,
  factor: usize,
  gram: usize,
): void {
  const dim: usize = law.dim;
  const task = factor + 16 * rowStart(dim, rank);
  const noise = task + 32 * dim;
  const labels = noise + 16 * (rank + 1);
  const scale = v128.splat<T>(<T>law.noiseScale);
  const hasNoise = law.noiseScale > 0;
  for (let k: usize = 0; k < 16 * rank; k += 16) {
    const start = hasNoise ? v128.mul<T>(scale, v128.load(noise + k)) : v128.splat<T>(0);
    v128.store(labels + k, start);
  }
  let row = factor;
  for (let i: usize = 0; i < dim; i++) {
    const length: usize = 16 * min(i + 1, rank);
    const weight = v128.load(task + 16 * i);
    for (let k: usize = 0; k < length; k += 16) {
      const term = v128.mul<T>(weight, v128.load(row + k));
      v128.store(labels + k, v128.add<T>(v128.load(labels + k), term));
    }
    row += length;
  }
  const stride: usize = 16 * (dim + 1);
  row = factor;
  for (let i: usize = 0; i < dim; i++) {
    const length: usize = 16 * min(i + 1, rank);
    const sum = dotRows<T>(row, labels, length);
    v128.store(gram + stride * i + 16 * dim, sum);
    v128.store(gram + stride * dim + 16 * i, sum);
    row += length;
  }
  let square = dotRows<T>(labels, labels, 16 * rank);
  if (hasNoise && law.contextLength > f64(dim)) {
    const tail = v128.mul<T>(scale, v128.load(noise + 16 * rank));
    square = v128.add<T>(square, v128.mul<T>(tail, tail));
  }
  v128.store(gram + stride * dim + 16 * dim, square);
}

/** Query with its zero, then the target w·x_q. */
export function writeQuery<T extends number>(
  dim: usize,
  task: usize,
  query: usize,
  target: usize,
): void {
  let sum = v128.splat<T>(0);
  for (let i: usize = 0; i < 16 * dim; i += 16) {
    const covariate = v128.load(query + i);
    sum = v128.add<T>(sum, v128.mul<T>(v128.load(task + i), covariate));
    v128.store(target + i, covariate);
  }
  v128.store(target + 16 * dim, v128.splat<T>(0));
  v128.store(target + 16 * (dim + 1), sum);
}
