import { conditionalChunk, conditionalWeights } from "./conditional";
import { fullChunk, fullWeights } from "./full";
import { gdPlusPlusChunk, gdPlusPlusWeights } from "./gd-plus-plus";
import { peak } from "./peak";
import { restrictedChunk, restrictedWeights } from "./restricted";

// What JavaScript calls. Sizes are numbers, everything else an address in the shared memory.

/** First byte that belongs to the caller: below lies what the module keeps constant. */
export const dataEnd: usize = __heap_base;

export { conditionalWeightsBytes, conditionalWorkspace } from "./conditional";
export { fullWeightsBytes, fullWorkspace } from "./full";
export { gdPlusPlusWeightsBytes, gdPlusPlusWorkspace } from "./gd-plus-plus";
export { restrictedWeightsBytes, restrictedWorkspace } from "./restricted";

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

export function restrictedWeights64(
  dim: i32,
  layers: i32,
  _loops: i32,
  parameters: usize,
  weights: usize,
): void {
  restrictedWeights<f64>(dim, layers, parameters, weights);
}

export function restrictedChunk64(
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
  restrictedChunk<f64>(dim, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}

export function restrictedWeights32(
  dim: i32,
  layers: i32,
  _loops: i32,
  parameters: usize,
  weights: usize,
): void {
  restrictedWeights<f32>(dim, layers, parameters, weights);
}

export function restrictedChunk32(
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
  restrictedChunk<f32>(dim, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}

export function gdPlusPlusWeights64(
  dim: i32,
  layers: i32,
  loops: i32,
  parameters: usize,
  weights: usize,
): void {
  gdPlusPlusWeights<f64>(dim, layers, loops, parameters, weights);
}

export function gdPlusPlusChunk64(
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
  gdPlusPlusChunk<f64>(dim, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}

export function gdPlusPlusWeights32(
  dim: i32,
  layers: i32,
  loops: i32,
  parameters: usize,
  weights: usize,
): void {
  gdPlusPlusWeights<f32>(dim, layers, loops, parameters, weights);
}

export function gdPlusPlusChunk32(
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
  gdPlusPlusChunk<f32>(dim, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}

export function conditionalWeights64(
  dim: i32,
  layers: i32,
  _loops: i32,
  parameters: usize,
  weights: usize,
  law: usize,
): void {
  conditionalWeights<f64>(dim, layers, parameters, weights, law);
}

export function conditionalChunk64(
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
  conditionalChunk<f64>(dim, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}

export function conditionalWeights32(
  dim: i32,
  layers: i32,
  _loops: i32,
  parameters: usize,
  weights: usize,
  law: usize,
): void {
  conditionalWeights<f32>(dim, layers, parameters, weights, law);
}

export function conditionalChunk32(
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
  conditionalChunk<f32>(dim, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}

/** Thirty-two multiplications and additions of vectors per iteration. */
export function peak64(at: usize, iterations: i32): f64 {
  return peak<f64>(at, iterations);
}

export function peak32(at: usize, iterations: i32): f64 {
  return peak<f32>(at, iterations);
}

export * from "./draw";
export { takeSteps } from "./steps";
