import { ENTRY } from "./lanes";
import {
  multiply,
  multiplyAdd,
  multiplyAddSymmetric,
  multiplyBoth,
  multiplySymmetric,
} from "./product";
import { addIdentity, copy, sum } from "./vector";

// G ← T G Tᵀ with T = I + P G Q, forward and backward: what the full family does to all of G, and GD++
// to its covariates. Weights are P, Pᵀ, Q, Qᵀ. Ĝ is stored for dℓ = ½ tr(Ĝ dG), which keeps factors of
// two out. Vectors that go through T as well, z′ = T z, lie behind G as further rows, and their z̄′
// behind Kᵀ: their share z̄′zᵀ of T̄ is then a longer inner sum.

/** Vectors of scratch that both directions use, `extra` rows behind a matrix at most. */
export function congruenceScratch(size: i32, extra: i32): i32 {
  return 5 * size * size + extra * size;
}

/** T, W = P G and G′; with `kept` not 0 also U = T G, which the first layer's backward reads. */
export function congruenceForward<T extends number>(
  size: i32,
  weights: usize,
  g: usize,
  t: usize,
  w: usize,
  next: usize,
  kept: usize,
  tT: usize,
  scratch: usize,
): void {
  const matrix = <usize>(size * size) * ENTRY;
  const wT = scratch;
  const uT = scratch + matrix;
  multiplyBoth<T>(g, weights + matrix, size, size, wT, w);
  multiplyBoth<T>(wT, weights + 2 * matrix, size, size, t, tT);
  addIdentity<T>(t, size);
  addIdentity<T>(tT, size);
  if (kept) multiplyBoth<T>(g, tT, size, size, uT, kept);
  else multiply<T>(g, tT, size, size, uT);
  multiplySymmetric<T>(tT, uT, size, size, next);
}

/** From Ĝ′ and the `extra` rows z̄′ to Ĝ, adding P̄ and Q̄. */
export function congruenceBackward<T extends number>(
  size: i32,
  extra: i32,
  weights: usize,
  g: usize,
  t: usize,
  w: usize,
  gradG: usize,
  rows: usize,
  gradP: usize,
  gradQ: usize,
  scratch: usize,
): void {
  const matrix = <usize>(size * size) * ENTRY;
  const k = scratch;
  const tBar = k + matrix;
  const tBarT = tBar + matrix;
  const y = tBarT + matrix;
  const kT = y + matrix;
  const yT = kT;
  multiplyBoth<T>(gradG, t, size, size, k, kT);
  copy(rows, extra * size, kT + matrix);
  // T̄ = K G + Σ z̄′ zᵀ, K = Ĝ′T
  multiplyBoth<T>(kT, g, size + extra, size, tBar, tBarT);
  multiplyAdd<T>(w, tBar, size, size, gradQ);
  multiplyBoth<T>(tBarT, weights + 3 * matrix, size, size, y, yT);
  multiplyAdd<T>(yT, g, size, size, gradP);
  // Ĝ = TᵀK + PᵀY + (PᵀY)ᵀ, Y = T̄Qᵀ
  multiplyBoth<T>(weights, y, size, size, tBar, tBarT);
  sum<T>(tBar, tBarT, size * size, gradG);
  multiplyAddSymmetric<T>(t, k, size, size, gradG);
}

/**
 * The first layer's P̄ and Q̄; nothing lies before it.
 *
 * `gradG` is Ĝ′ with the rows z̄′ behind it, `kept` U with the rows z: T̄ = Ĝ′U + Σ z̄′ zᵀ.
 */
export function congruenceBackwardFirst<T extends number>(
  size: i32,
  extra: i32,
  weights: usize,
  g: usize,
  w: usize,
  gradG: usize,
  kept: usize,
  gradP: usize,
  gradQ: usize,
  scratch: usize,
): void {
  const matrix = <usize>(size * size) * ENTRY;
  const tBar = scratch;
  const tBarT = tBar + matrix;
  const yT = tBarT + matrix;
  multiplyBoth<T>(gradG, kept, size + extra, size, tBar, tBarT);
  multiplyAdd<T>(w, tBar, size, size, gradQ);
  multiply<T>(weights + 3 * matrix, tBarT, size, size, yT);
  multiplyAdd<T>(yT, g, size, size, gradP);
}
