import { fullChunk, fullWeights } from "./full";
export { fullWorkspace, fullWeightsBytes } from "./full";

export function fullWeights64(size: i32, layers: i32, loops: i32, parameters: usize, weights: usize): void {
  fullWeights<f64>(size, layers, loops, parameters, weights);
}
export function fullWeights32(size: i32, layers: i32, loops: i32, parameters: usize, weights: usize): void {
  fullWeights<f32>(size, layers, loops, parameters, weights);
}
export function fullChunk64(size: i32, layers: i32, loops: i32, lossWeights: usize, weights: usize, records: usize, prompts: i32, workspace: usize, out: usize): void {
  fullChunk<f64>(size, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}
export function fullChunk32(size: i32, layers: i32, loops: i32, lossWeights: usize, weights: usize, records: usize, prompts: i32, workspace: usize, out: usize): void {
  fullChunk<f32>(size, layers, loops, lossWeights, weights, records, prompts, workspace, out);
}
