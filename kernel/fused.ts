import { fullChunk, fullWeights, fullWeightsBytes, fullWorkspace } from "./full";

// What JavaScript calls. Sizes are numbers, everything else an address in the shared memory.

/** First byte that belongs to the caller: below lies what the module keeps constant. */
export const dataEnd: usize = __heap_base;

export * from "./draw";
export { fullWeightsBytes, fullWorkspace };

export function fullWeights64(
  dim: i32,
  layers: i32,
  loops: i32,
  parameters: usize,
  weights: usize,
): void {
  fullWeights<f64>(dim, layers, loops, parameters, weights);
}

export function fullChunk64(
  dim: i32,
  layers: i32,
  loops: i32,
  lossWeights: usize,
  weights: usize,
  records: usize,
  prompts: i32,
  workspace: usize,
  out: usize,
): void {
  fullChunk<f64>(dim, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}

export function fullWeights32(
  dim: i32,
  layers: i32,
  loops: i32,
  parameters: usize,
  weights: usize,
): void {
  fullWeights<f32>(dim, layers, loops, parameters, weights);
}

export function fullChunk32(
  dim: i32,
  layers: i32,
  loops: i32,
  lossWeights: usize,
  weights: usize,
  records: usize,
  prompts: i32,
  workspace: usize,
  out: usize,
): void {
  fullChunk<f32>(dim, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}
