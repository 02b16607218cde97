import {
  congruenceBackward,
  congruenceBackwardFirst,
  congruenceForward,
  congruenceScratch,
} from "./congruence";
import { clear, collect, ENTRY, firstLanes, lanes, spread, spreadTransposed } from "./lanes";
import { countedLoops, counts, measure } from "./loss";
import { multiplyAdd, multiplySymmetric } from "./product";
import { add, addScaled, addTo, apply, copy, dot, scale } from "./vector";

// The full family: G ← T G Tᵀ, z ← T z with T = I + P G Q, G scaled by 1/n once at the start.
//
// The last two layers never form a matrix: ŷ = −(z′_d + aᵀ G b) with z′ = T z, a = Tᵀp, b = Tᵀ Q′z′,
// p the last row of P′, all by products of matrix and vector, so the gradient in G has rank eight
// there. The layers before cost 3.5 products of matrices forward and 6.5 backward, the first 4.
// Gradients in G are stored as Ĝ with dℓ = ½ tr(Ĝ dG), which keeps factors of two out.

let m: i32 = 0;
let matrix: usize = 0;
let vector: usize = 0;
let depth: i32 = 0;

// Per layer: G and z as one (m+1) × m matrix; then T and W = P G; the first layer has U = T G and z.
let states: usize = 0;
let stateBytes: usize = 0;
let firstU: usize = 0;

let gradients: usize = 0;
let lossSums: usize = 0;
let slopes: usize = 0;
const _valueGradient: usize = 0;
let readOutGradient: usize = 0;
let readOutImage: usize = 0;
let scratch: usize = 0;
let transposedT: usize = 0;
let gradG: usize = 0;
let gradZ: usize = 0;
let tail: usize = 0;

/** Lays the workspace out from `workspace` on; returns its end. */
function plan(dim: i32, layers: i32, loops: i32, workspace: usize): usize {
  m = dim + 1;
  depth = layers * loops;
  vector = <usize>m * ENTRY;
  matrix = <usize>m * vector;
  let at = workspace;
  gradients = at;
  at += <usize>layers * 2 * matrix;
  lossSums = at;
  at += <usize>loops * ENTRY;
  slopes = at;
  at += <usize>loops * ENTRY;
  readOutGradient = at;
  at += vector;
  readOutImage = at;
  at += vector;
  scratch = at;
  at += <usize>congruenceScratch(m, 1) * ENTRY;
  transposedT = at;
  at += matrix;
  // z̄ lies behind Ĝ: both are read as one (m+1) × m matrix.
  gradG = at;
  at += matrix;
  gradZ = at;
  at += vector;
  tail = at;
  at += 40 * vector;
  firstU = at;
  at += matrix + vector;
  states = at;
  stateBytes = 3 * matrix + vector;
  return at + <usize>max(depth - 1, 1) * stateBytes;
}

/** Bytes of workspace that `fullChunk` needs. */
export function fullWorkspace(dim: i32, layers: i32, loops: i32): usize {
  return plan(dim, layers, loops, 0);
}

/** Bytes of the weights of `fullWeights`. */
export function fullWeightsBytes(dim: i32, layers: i32): usize {
  const size = dim + 1;
  return (<usize>layers * 4 * <usize>size + 1) * <usize>size * ENTRY;
}

/** Spreads packed parameters: P, Pᵀ, Q, Qᵀ of each layer; then Pᵀp for the last two layers. */
export function fullWeights<T extends number>(
  dim: i32,
  layers: i32,
  loops: i32,
  parameters: usize,
  weights: usize,
): void {
  const size = dim + 1;
  const count = size * size;
  const bytes = <usize>count * ENTRY;
  let at = weights;
  for (let l = 0; l < layers; l++) {
    for (let half = 0; half < 2; half++) {
      spread<T>(parameters, count, at);
      spreadTransposed<T>(parameters, size, at + bytes);
      parameters += (<usize>count) << 3;
      at += 2 * bytes;
    }
  }
  if (layers * loops < 2) return;
  const last = weights + <usize>(layers - 1) * 4 * bytes;
  const before = layers > 1 ? last - 4 * bytes : last;
  apply<T>(before, last + <usize>(size - 1) * <usize>size * ENTRY, size, 0, at);
}

/** Loss sums and gradient sums of a chunk of prompts: out = [loss per loop, gradient], float64. */
export function fullChunk<T extends number>(
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
  plan(dim, layers, loops, workspace);
  const used = countedLoops(lossWeights, loops);
  depth = layers * used;
  const gradientCount = layers * 2 * m * m;
  clear(gradients, gradientCount);
  clear(lossSums, loops);
  clear(slopes, loops);
  clear(readOutGradient, m);
  clear(readOutImage, m);
  const recordBytes = matrix + vector + 2 * ENTRY;
  for (let left = prompts; left > 0; left -= lanes<T>()) {
    group<T>(layers, used, lossWeights, weights, records, min(left, lanes<T>()));
    records += recordBytes;
  }
  // What all prompts share of the last two layers: a = p + QᵀG Pᵀp.
  const last = (layers - 1) * 2;
  if (depth > 1) {
    const before = layers > 1 ? layers - 2 : 0;
    const value = weights + <usize>before * 4 * matrix;
    const p = weights + <usize>(layers - 1) * 4 * matrix + <usize>(m - 1) * vector;
    multiplyAdd<T>(p, readOutImage, 1, m, gradients + <usize>before * 2 * matrix);
    apply<T>(value + matrix, readOutImage, m, readOutGradient, scratch);
    copy(scratch, m, readOutGradient);
  }
  add<T>(readOutGradient, m, gradients + <usize>last * matrix + <usize>(m - 1) * vector);
  collect<T>(lossSums, loops, out);
  collect<T>(gradients, gradientCount, out + ((<usize>loops) << 3));
}

/** One group of prompts, forward and backward. */
function group<T extends number>(
  layers: i32,
  loops: i32,
  lossWeights: usize,
  weights: usize,
  record: usize,
  count: i32,
): void {
  const mask = firstLanes<T>(count);
  const target = v128.and(mask, v128.load(record + matrix + vector));
  loadPrompts<T>(record, mask);
  const middle = max(depth - 2, 0);
  for (let l = 0; l < middle; l++) {
    forward<T>(l, weights + <usize>(l % layers) * 4 * matrix);
    const loop = (l + 1) / layers;
    if (loop * layers === l + 1) {
      const z = states + <usize>(l + 1) * stateBytes + matrix;
      error<T>(lossWeights, loop - 1, v128.load(z + vector - ENTRY), target);
    }
  }
  if (depth === 1) lastLayer<T>(lossWeights, weights, target);
  else lastTwoLayers<T>(layers, loops, lossWeights, weights, target);
  for (let l = middle - 1; l >= 0; l--) {
    const loop = (l + 1) / layers;
    if (loop * layers === l + 1 && counts(lossWeights, loop - 1)) {
      addTo<T>(gradZ + vector - ENTRY, v128.load(slopes + <usize>(loop - 1) * ENTRY));
    }
    const layer = l % layers;
    const own = gradients + <usize>layer * 2 * matrix;
    backward<T>(l, weights + <usize>layer * 4 * matrix, own);
  }
}

/** G scaled by 1/n and z into the first state; lanes without a prompt become zero. */
function loadPrompts<T extends number>(record: usize, mask: v128): void {
  const s = v128.load(record + matrix + vector, ENTRY);
  let at = states;
  const end = states + matrix;
  for (; at < end; at += ENTRY, record += ENTRY) {
    v128.store(at, v128.and(mask, v128.mul<T>(s, v128.load(record))));
  }
  const endOfQuery = end + vector;
  for (; at < endOfQuery; at += ENTRY, record += ENTRY) {
    v128.store(at, v128.and(mask, v128.load(record)));
  }
}

/** The error −(ŷ − y) = z_d + y, whose slope is that of the loss in z_d. */
function error<T extends number>(lossWeights: usize, loop: i32, entry: v128, target: v128): void {
  measure<T>(lossWeights, loop, v128.add<T>(entry, target), lossSums, slopes);
}

/** G′ = T G Tᵀ, z′ = T z. */
function forward<T extends number>(l: i32, weights: usize): void {
  const g = states + <usize>l * stateBytes;
  const t = g + matrix + vector;
  const next = g + stateBytes;
  const kept = l === 0 ? firstU : 0;
  if (kept) copy(g + matrix, m, kept + matrix);
  congruenceForward<T>(m, weights, g, t, t + matrix, next, kept, transposedT, scratch);
  apply<T>(transposedT, g + matrix, m, 0, next + matrix);
}

/** From Ĝ′ and z̄′ to Ĝ and z̄, adding the layer's P̄ and Q̄. */
function backward<T extends number>(l: i32, weights: usize, own: usize): void {
  const g = states + <usize>l * stateBytes;
  const t = g + matrix + vector;
  const w = t + matrix;
  if (l === 0) {
    congruenceBackwardFirst<T>(m, 1, weights, g, w, gradG, firstU, own, own + matrix, scratch);
    return;
  }
  congruenceBackward<T>(m, 1, weights, g, t, w, gradG, gradZ, own, own + matrix, scratch);
  apply<T>(t, gradZ, m, 0, tail);
  copy(tail, m, gradZ);
}

/** A single layer: ŷ = −(z_d + pᵀ G Q z). */
function lastLayer<T extends number>(lossWeights: usize, weights: usize, target: v128): void {
  const g = states;
  const z = g + matrix;
  const p = weights + <usize>(m - 1) * vector;
  const q = tail;
  const h = q + vector;
  apply<T>(weights + 3 * matrix, z, m, 0, q);
  apply<T>(g, q, m, 0, h);
  const entry = v128.add<T>(v128.load(z + vector - ENTRY), dot<T>(p, h, m));
  error<T>(lossWeights, 0, entry, target);
  const e = v128.load(slopes);
  addScaled<T>(e, h, m, readOutGradient);
  const ep = h + vector;
  const qBar = ep + vector;
  scale<T>(e, p, m, ep);
  apply<T>(g, ep, m, 0, qBar);
  multiplyAdd<T>(qBar, z, 1, m, gradients + matrix);
}

/** The last two layers, forward and backward, down to Ĝ and z̄ at their entrance. */
function lastTwoLayers<T extends number>(
  layers: i32,
  loops: i32,
  lossWeights: usize,
  weights: usize,
  target: v128,
): void {
  const g = states + <usize>(depth - 2) * stateBytes;
  const z = g + matrix;
  const lastIndex = layers - 1;
  const beforeIndex = layers > 1 ? layers - 2 : 0;
  const last = weights + <usize>lastIndex * 4 * matrix;
  const before = weights + <usize>beforeIndex * 4 * matrix;
  const value = before;
  const valueT = before + matrix;
  const keyQuery = before + 2 * matrix;
  const keyQueryT = before + 3 * matrix;
  const p = last + <usize>(m - 1) * vector;
  const rp = weights + <usize>layers * 4 * matrix;

  // Q̄ += Σ of four outer products, P̄ += Σ of two, Ĝ = Σ of four and their transposes.
  const g1 = tail;
  const g2 = g1 + vector;
  const u1Bar = g2 + vector;
  const qBar = u1Bar + vector;
  const bBar = qBar + vector;
  const aBar = bBar + vector;
  const zCopy = aBar + vector;
  const zNext = zCopy + vector;
  const q = zNext + vector;
  const zNextBar = q + vector;
  const rBar = zNextBar + vector;
  const u2 = rBar + vector;
  const left = u2 + vector;
  const ea = left;
  const b = left + vector;
  const g1Bar = left + 2 * vector;
  const r = left + 3 * vector;
  const g2Bar = left + 4 * vector;
  const rpCopy = left + 5 * vector;
  const u2Bar = left + 6 * vector;
  const u1 = left + 7 * vector;
  const right = left + 8 * vector;
  const a = right + 8 * vector;
  const h = a + vector;
  const rpBar = h + vector;

  apply<T>(keyQueryT, z, m, 0, u1);
  apply<T>(g, u1, m, 0, u2);
  apply<T>(valueT, u2, m, z, zNext);
  apply<T>(last + 3 * matrix, zNext, m, 0, q);
  apply<T>(value, q, m, 0, r);
  apply<T>(g, r, m, 0, g1);
  apply<T>(keyQuery, g1, m, q, b);
  apply<T>(g, rp, m, 0, g2);
  apply<T>(keyQuery, g2, m, p, a);
  apply<T>(g, b, m, 0, h);
  const zLast = v128.load(zNext + vector - ENTRY);
  error<T>(lossWeights, loops - 1, v128.add<T>(zLast, dot<T>(a, h, m)), target);
  const e = v128.load(slopes + <usize>(loops - 1) * ENTRY);

  scale<T>(e, h, m, aBar);
  scale<T>(e, a, m, ea);
  apply<T>(g, ea, m, 0, bBar);
  apply<T>(keyQueryT, bBar, m, 0, g1Bar);
  apply<T>(g, g1Bar, m, 0, rBar);
  apply<T>(valueT, rBar, m, bBar, qBar);
  apply<T>(keyQueryT, aBar, m, 0, g2Bar);
  apply<T>(g, g2Bar, m, 0, rpBar);
  add<T>(rpBar, m, readOutImage);
  add<T>(aBar, m, readOutGradient);
  apply<T>(last + 2 * matrix, qBar, m, 0, zNextBar);
  addTo<T>(zNextBar + vector - ENTRY, e);
  if (layers === 1 && counts(lossWeights, loops - 2)) {
    error<T>(lossWeights, loops - 2, zLast, target);
    addTo<T>(zNextBar + vector - ENTRY, v128.load(slopes + <usize>(loops - 2) * ENTRY));
  }
  apply<T>(value, zNextBar, m, 0, u2Bar);
  apply<T>(g, u2Bar, m, 0, u1Bar);
  copy(z, m, zCopy);

  const own = gradients + <usize>beforeIndex * 2 * matrix;
  if (layers === 1) {
    multiplyAdd<T>(g1, bBar, 4, m, own + matrix);
  } else {
    multiplyAdd<T>(g1, bBar, 3, m, own + matrix);
    multiplyAdd<T>(qBar, zNext, 1, m, gradients + <usize>lastIndex * 2 * matrix + matrix);
  }
  multiplyAdd<T>(q, rBar, 2, m, own);
  if (depth === 2) return;
  apply<T>(keyQuery, u1Bar, m, zNextBar, gradZ);
  copy(rp, m, rpCopy);
  for (let pair: usize = 0; pair < 4; pair++) {
    copy(left + 2 * pair * vector, m, right + (2 * pair + 1) * vector);
    copy(left + (2 * pair + 1) * vector, m, right + 2 * pair * vector);
  }
  multiplySymmetric<T>(left, right, 8, m, gradG);
}
