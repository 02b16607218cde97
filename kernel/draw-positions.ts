/*
 * Every query position of a sequence: after each context example a prompt of its own.
 *
 * A lane draws one sequence of tokens. After examples 1 … i, i ≤ n, its record holds their Gram matrix,
 * scale 1/i, and the next covariate as the query; so a sequence gives n prompts, whose mean loss is the
 * loss over all positions. Records are as in draw-gram.ts, one group of lanes after another for each
 * position; they are drawn in runs, between which `state` keeps what a run needs of the one before.
 */
import { multiplyRows, PromptLaw, writeQuery } from "./draw-gram";
import { loadGenerator, seedGenerator, storeGenerator } from "./generator";
import { fillNormals, useNormalTables } from "./normal";

/** Vectors of `state`: 8 for the generators of up to four lanes, then task, token and Gram matrix. */
export function sequenceStateVectors(dim: u32): u32 {
  return 8 + dim + (dim + 1) + (dim + 1) * (dim + 1);
}

/** Begins the sequences of one group of lanes, the first of which is `firstPrompt`. */
export function startSequences<T extends number>(
  law: PromptLaw,
  key: usize,
  firstPrompt: f64,
  state: usize,
): void {
  useNormalTables(law.normalTables);
  const dim: usize = law.dim;
  const task = state + 16 * 8;
  const gram = task + 16 * (2 * dim + 1);
  const lanes: usize = 16 / sizeof<T>();
  for (let lane: usize = 0; lane < lanes; lane++) {
    seedGenerator(key, <u64>firstPrompt + lane);
    if (!law.covariatesOnly) fillNormals<T>(task + lane * sizeof<T>(), 16, dim);
    storeGenerator(state + 32 * lane);
  }
  if (!law.covariatesOnly && law.taskFactor) multiplyRows<T>(law.taskFactor, dim, 1, task);
  memory.fill(gram, 0, 16 * (dim + 1) * (dim + 1));
  drawToken<T>(law, state);
}

/** The records of the positions from `firstPosition` (from 1) on, `count` of them. */
export function drawPositions<T extends number>(
  law: PromptLaw,
  firstPosition: f64,
  count: u32,
  records: usize,
  state: usize,
): void {
  useNormalTables(law.normalTables);
  const dim: usize = law.dim;
  const task = state + 16 * 8;
  const token = task + 16 * dim;
  const gram = token + 16 * (dim + 1);
  const size: usize = law.covariatesOnly ? dim : dim + 1;
  for (let position: u32 = 0; position < count; position++) {
    if (!law.covariatesOnly) writeLabel<T>(law, task, token);
    for (let i: usize = 0; i < size; i++) {
      const entry = v128.load(token + 16 * i);
      for (let j: usize = 0; j <= i; j++) {
        const place: usize = 16 * ((dim + 1) * i + j);
        const product = v128.mul<T>(entry, v128.load(token + 16 * j));
        const sum = v128.add<T>(v128.load(gram + place), product);
        v128.store(gram + place, sum);
        v128.store(records + place, sum);
        v128.store(records + 16 * ((dim + 1) * j + i), sum);
      }
    }
    drawToken<T>(law, state);
    const rest = records + 16 * (dim + 1) * (dim + 1);
    if (!law.covariatesOnly) writeQuery<T>(dim, task, token, rest);
    const scale = 1 / (firstPosition + f64(position));
    v128.store(rest + 16 * (dim + 2), v128.splat<T>(<T>scale));
    records = rest + 16 * (dim + 3);
  }
}

/** The next covariate of every lane and, in the label's place, the normal variate of its noise. */
function drawToken<T extends number>(law: PromptLaw, state: usize): void {
  const dim: usize = law.dim;
  const token = state + 16 * (8 + dim);
  const lanes: usize = 16 / sizeof<T>();
  for (let lane: usize = 0; lane < lanes; lane++) {
    loadGenerator(state + 32 * lane);
    fillNormals<T>(token + lane * sizeof<T>(), 16, dim + usize(law.noiseScale > 0));
    storeGenerator(state + 32 * lane);
  }
  if (law.covariateFactor) multiplyRows<T>(law.covariateFactor, dim, 1, token);
}

/** The label w·x + σε in the place of ε. */
function writeLabel<T extends number>(law: PromptLaw, task: usize, token: usize): void {
  const end: usize = 16 * law.dim;
  const hasNoise = law.noiseScale > 0;
  const scale = v128.splat<T>(<T>law.noiseScale);
  let label = hasNoise ? v128.mul<T>(scale, v128.load(token + end)) : v128.splat<T>(0);
  for (let i: usize = 0; i < end; i += 16) {
    label = v128.add<T>(label, v128.mul<T>(v128.load(task + i), v128.load(token + i)));
  }
  v128.store(token + end, label);
}
