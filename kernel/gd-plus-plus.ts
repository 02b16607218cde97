import {
  congruenceBackward,
  congruenceBackwardFirst,
  congruenceForward,
  congruenceScratch,
} from "./congruence";
import {
  clear,
  collect,
  collectNegated,
  ENTRY,
  firstLanes,
  lanes,
  negate,
  spread,
  spreadTransposed,
} from "./lanes";
import { countedLoops, counts, measure } from "./loss";
import { multiplyAdd, multiplyAddSymmetric, multiplySymmetric } from "./product";
import { loadCovariates } from "./restricted";
import { add, addScaled, addTo, apply, copy, dot } from "./vector";

// GD++: P = [[C, 0], [uᵀ, 1]], Q = [[B, 0], [0, 0]] with B = −A. The covariates follow the full family's
// recursion at size d, X ← D X Dᵀ with D = I + C X B; beside it run x (the query), g = G_xy and the
// query's label entry ζ: v = X u + g, k = Bᵀv, ζ′ = ζ + k·x, x′ = D x, g′ = D f with f = g + X k.
// G_yy never enters. The last two layers form no matrix, as in the full family.

let d: i32 = 0;
let matrix: usize = 0;
let vector: usize = 0;
let depth: i32 = 0;

/** Per layer X with x and f behind it, D, W = C X, then g, k, v and the single entry ζ. */
let states: usize = 0;
let stateBytes: usize = 0;
let firstU: usize = 0;

let gradients: usize = 0;
let lossSums: usize = 0;
let slopes: usize = 0;
let combinedGradient: usize = 0;
let lastReadInGradient: usize = 0;
let scratch: usize = 0;
let transposedD: usize = 0;
let gradX: usize = 0;
/** x̄ and ḡ: behind X̂. */
let gradQuery: usize = 0;
let gradCrossing: usize = 0;
let gradEntry: usize = 0;
let tail: usize = 0;

function plan(dim: i32, layers: i32, loops: i32, workspace: usize): usize {
  d = dim;
  depth = layers * loops;
  vector = <usize>d * ENTRY;
  matrix = <usize>d * vector;
  let at = workspace;
  gradients = at;
  at += <usize>layers * (2 * matrix + vector);
  lossSums = at;
  at += <usize>loops * ENTRY;
  slopes = at;
  at += <usize>loops * ENTRY;
  combinedGradient = at;
  at += vector;
  lastReadInGradient = at;
  at += vector;
  scratch = at;
  at += <usize>congruenceScratch(d, 2) * ENTRY;
  transposedD = at;
  at += matrix;
  gradX = at;
  at += matrix;
  gradQuery = at;
  at += vector;
  gradCrossing = at;
  at += vector;
  gradEntry = at;
  at += ENTRY;
  tail = at;
  at += 48 * vector;
  firstU = at;
  at += matrix + 2 * vector;
  states = at;
  stateBytes = 3 * matrix + 5 * vector + ENTRY;
  return at + <usize>max(depth - 1, 1) * stateBytes;
}

/** Bytes of workspace that `gdPlusPlusChunk` needs. */
export function gdPlusPlusWorkspace(dim: i32, layers: i32, loops: i32): usize {
  return plan(dim, layers, loops, 0);
}

/** Bytes of the weights of `gdPlusPlusWeights`. */
export function gdPlusPlusWeightsBytes(dim: i32, layers: i32): usize {
  return (<usize>layers * (4 * <usize>dim + 1) + 1) * <usize>dim * ENTRY;
}

/** Spreads packed parameters: C, Cᵀ, B, Bᵀ, u of each layer; then ρ = Cᵀu′ + u for the last two. */
export function gdPlusPlusWeights<T extends number>(
  dim: i32,
  layers: i32,
  loops: i32,
  parameters: usize,
  weights: usize,
): void {
  const count = dim * dim;
  const bytes = <usize>count * ENTRY;
  const layerBytes = 4 * bytes + <usize>dim * ENTRY;
  let at = weights;
  for (let l = 0; l < layers; l++) {
    spread<T>(parameters, count, at);
    spreadTransposed<T>(parameters, dim, at + bytes);
    parameters += (<usize>count) << 3;
    spread<T>(parameters, dim, at + 4 * bytes);
    parameters += (<usize>dim) << 3;
    spread<T>(parameters, count, at + 2 * bytes);
    spreadTransposed<T>(parameters, dim, at + 3 * bytes);
    negate<T>(at + 2 * bytes, 2 * count);
    parameters += (<usize>count) << 3;
    at += layerBytes;
  }
  if (layers * loops < 2) return;
  const last = at - layerBytes;
  const before = layers > 1 ? last - layerBytes : last;
  apply<T>(before, last + 4 * bytes, dim, before + 4 * bytes, at);
}

/** Loss sums and gradient sums of a chunk of prompts: out = [loss per loop, gradient], float64. */
export function gdPlusPlusChunk<T extends number>(
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
  const gradientBytes = 2 * matrix + vector;
  clear(gradients, layers * (2 * d * d + d));
  clear(lossSums, loops);
  clear(slopes, loops);
  clear(combinedGradient, d);
  clear(lastReadInGradient, d);
  const size = d + 1;
  const recordBytes = <usize>(size * size + size + 2) * ENTRY;
  for (let left = prompts; left > 0; left -= lanes<T>()) {
    group<T>(layers, used, lossWeights, weights, records, min(left, lanes<T>()));
    records += recordBytes;
  }
  const last = gradients + <usize>(layers - 1) * gradientBytes;
  if (depth > 1) {
    // What all prompts share of the last two layers: ρ = Cᵀu′ + u.
    const beforeIndex = layers > 1 ? layers - 2 : 0;
    const before = gradients + <usize>beforeIndex * gradientBytes;
    const layerBytes = 4 * matrix + vector;
    const own = weights + <usize>beforeIndex * layerBytes;
    const lastReadIn = weights + <usize>(layers - 1) * layerBytes + 4 * matrix;
    multiplyAdd<T>(lastReadIn, combinedGradient, 1, d, before);
    add<T>(combinedGradient, d, before + matrix);
    apply<T>(own + matrix, combinedGradient, d, lastReadInGradient, scratch);
    copy(scratch, d, lastReadInGradient);
  }
  add<T>(lastReadInGradient, d, last + matrix);
  collect<T>(lossSums, loops, out);
  out += (<usize>loops) << 3;
  for (let i = 0; i < layers; i++) {
    const own = gradients + <usize>i * gradientBytes;
    collect<T>(own, d * d + d, out);
    out += (<usize>(d * d + d)) << 3;
    collectNegated<T>(own + matrix + vector, d * d, out);
    out += (<usize>(d * d)) << 3;
  }
}

/** The error −(ŷ − y) = ζ + y, whose slope is that of the loss in ζ. */
function error<T extends number>(lossWeights: usize, loop: i32, entry: v128, target: v128): void {
  measure<T>(lossWeights, loop, v128.add<T>(entry, target), lossSums, slopes);
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
  const size = d + 1;
  const behindG = record + <usize>(size * size) * ENTRY;
  const target = v128.and(mask, v128.load(behindG + <usize>size * ENTRY));
  loadCovariates<T>(d, record, mask, states, states + 3 * matrix + 2 * vector);
  negate<T>(states, d * d);
  for (let i = 0; i < d; i++) {
    const at = <usize>i * ENTRY;
    v128.store(states + matrix + at, v128.and(mask, v128.load(behindG + at)));
  }
  v128.store(states + stateBytes - ENTRY, v128.and(mask, v128.load(behindG + vector)));
  const layerBytes = 4 * matrix + vector;
  const gradientBytes = 2 * matrix + vector;
  const middle = max(depth - 2, 0);
  for (let l = 0; l < middle; l++) {
    forward<T>(l, weights + <usize>(l % layers) * layerBytes);
    const loop = (l + 1) / layers;
    if (loop * layers === l + 1) {
      const entry = v128.load(states + <usize>(l + 2) * stateBytes - ENTRY);
      error<T>(lossWeights, loop - 1, entry, target);
    }
  }
  if (depth === 1) lastLayer<T>(lossWeights, weights, target);
  else lastTwoLayers<T>(layers, loops, lossWeights, weights, target);
  for (let l = middle - 1; l >= 0; l--) {
    const loop = (l + 1) / layers;
    if (loop * layers === l + 1 && counts(lossWeights, loop - 1)) {
      addTo<T>(gradEntry, v128.load(slopes + <usize>(loop - 1) * ENTRY));
    }
    const layer = <usize>(l % layers);
    backward<T>(l, weights + layer * layerBytes, gradients + layer * gradientBytes);
  }
}

function forward<T extends number>(l: i32, weights: usize): void {
  const x = states + <usize>l * stateBytes;
  const query = x + matrix;
  const f = query + vector;
  const t = f + vector;
  const g = t + 2 * matrix;
  const k = g + vector;
  const v = k + vector;
  const entry = v + vector;
  const next = x + stateBytes;
  const kept = l === 0 ? firstU : 0;
  congruenceForward<T>(d, weights, x, t, t + matrix, next, kept, transposedD, scratch);
  apply<T>(x, weights + 4 * matrix, d, g, v);
  apply<T>(weights + 2 * matrix, v, d, 0, k);
  const nextEntry = v128.add<T>(v128.load(entry), dot<T>(k, query, d));
  v128.store(entry + stateBytes, nextEntry);
  apply<T>(x, k, d, g, f);
  apply<T>(transposedD, query, d, 0, query + stateBytes);
  apply<T>(transposedD, f, d, 0, g + stateBytes);
  if (kept) copy(query, 2 * d, kept + matrix);
}

/** From X̂′, x̄′, ḡ′ and ζ̄ to those before the layer, adding its C̄, ū and B̄. */
function backward<T extends number>(l: i32, weights: usize, own: usize): void {
  const x = states + <usize>l * stateBytes;
  const query = x + matrix;
  const t = query + 2 * vector;
  const w = t + matrix;
  const k = w + matrix + vector;
  const v = k + vector;
  const readIn = own + matrix;
  const gradB = readIn + vector;
  const fBar = tail;
  const kBar = fBar + vector;
  const vBar = kBar + vector;
  const xBar = vBar + vector;
  const entryBar = v128.load(gradEntry);
  const right = tail + 4 * vector;
  apply<T>(t, gradCrossing, d, 0, fBar);
  if (l === 0) {
    congruenceBackwardFirst<T>(d, 2, weights, x, w, gradX, firstU, own, gradB, scratch);
  } else {
    apply<T>(t, gradQuery, d, 0, xBar);
    congruenceBackward<T>(d, 2, weights, x, t, w, gradX, gradQuery, own, gradB, scratch);
  }
  apply<T>(x, fBar, d, 0, kBar);
  addScaled<T>(entryBar, query, d, kBar);
  multiplyAdd<T>(v, kBar, 1, d, gradB);
  apply<T>(weights + 3 * matrix, kBar, d, 0, vBar);
  apply<T>(x, vBar, d, readIn, readIn);
  if (l === 0) return;
  // X̂ += f̄kᵀ + k f̄ᵀ + v̄uᵀ + u v̄ᵀ
  const left = right + 4 * vector;
  copy(fBar, d, left);
  copy(k, d, left + vector);
  copy(vBar, d, left + 2 * vector);
  copy(weights + 4 * matrix, d, left + 3 * vector);
  copy(k, d, right);
  copy(fBar, d, right + vector);
  copy(weights + 4 * matrix, d, right + 2 * vector);
  copy(vBar, d, right + 3 * vector);
  multiplyAddSymmetric<T>(left, right, 4, d, gradX);
  addScaled<T>(entryBar, k, d, xBar);
  copy(xBar, d, gradQuery);
  copy(fBar, d, gradCrossing);
  add<T>(vBar, d, gradCrossing);
}

/** A single layer: ζ′ = ζ + v·a with v = X u + g, a = B x. */
function lastLayer<T extends number>(lossWeights: usize, weights: usize, target: v128): void {
  const x = states;
  const query = x + matrix;
  const g = x + 3 * matrix + 2 * vector;
  const v = tail;
  const a = v + vector;
  const aBar = a + vector;
  const vBar = aBar + vector;
  apply<T>(x, weights + 4 * matrix, d, g, v);
  apply<T>(weights + 3 * matrix, query, d, 0, a);
  const entry = v128.load(states + stateBytes - ENTRY);
  error<T>(lossWeights, 0, v128.add<T>(entry, dot<T>(v, a, d)), target);
  const e = v128.load(slopes);
  clear(aBar, 2 * d);
  addScaled<T>(e, v, d, aBar);
  addScaled<T>(e, a, d, vBar);
  multiplyAdd<T>(aBar, query, 1, d, gradients + matrix + vector);
  apply<T>(x, vBar, d, lastReadInGradient, lastReadInGradient);
}

/**
 * The last two layers, forward and backward, down to X̂, x̄, ḡ and ζ̄ at their entrance.
 *
 * b = B x, h = X b, x′ = x + C h, ζ′ = ζ + u·h + g·b, a′ = B′x′; q = X ρ + g, p = u′ + Bᵀq, f = X p + g,
 * j = B f, i = X j, v′ = f + C i, and the last label entry is ζ′ + v′·a′.
 */
function lastTwoLayers<T extends number>(
  layers: i32,
  loops: i32,
  lossWeights: usize,
  weights: usize,
  target: v128,
): void {
  const layerBytes = 4 * matrix + vector;
  const gradientBytes = 2 * matrix + vector;
  const x = states + <usize>(depth - 2) * stateBytes;
  const query = x + matrix;
  const g = x + 3 * matrix + 2 * vector;
  const lastIndex = <usize>(layers - 1);
  const beforeIndex = <usize>(layers > 1 ? layers - 2 : 0);
  const last = weights + lastIndex * layerBytes;
  const before = weights + beforeIndex * layerBytes;
  const own = gradients + beforeIndex * gradientBytes;
  const c = before;
  const cT = before + matrix;
  const b_ = before + 2 * matrix;
  const bT = before + 3 * matrix;
  const u = before + 4 * matrix;
  const lastU = last + 4 * matrix;
  const rho = weights + <usize>layers * layerBytes;

  // B̄ = Σ of four outer products, C̄ of two, X̂ of four and their transposes.
  const jBar = tail;
  const q = jBar + vector;
  const bBar = q + vector;
  const aBar = bBar + vector;
  const f = aBar + vector;
  const pBar = f + vector;
  const queryCopy = pBar + vector;
  const xNext = queryCopy + vector;
  const vNextBar = xNext + vector;
  const xNextBar = vNextBar + vector;
  const i = xNextBar + vector;
  const h = i + vector;
  const left = h + vector;
  const iBar = left;
  const j = left + vector;
  const fBar = left + 2 * vector;
  const p = left + 3 * vector;
  const qBar = left + 4 * vector;
  const hBar = left + 6 * vector;
  const b = left + 7 * vector;
  const right = left + 8 * vector;
  const a = right + 8 * vector;
  const vNext = a + vector;
  const xBar = vNext + vector;

  apply<T>(bT, query, d, 0, b);
  apply<T>(x, b, d, 0, h);
  apply<T>(cT, h, d, query, xNext);
  const crossed = v128.add<T>(dot<T>(u, h, d), dot<T>(g, b, d));
  const entry = v128.add<T>(v128.load(x + stateBytes - ENTRY), crossed);
  apply<T>(last + 3 * matrix, xNext, d, 0, a);
  apply<T>(x, rho, d, g, q);
  apply<T>(b_, q, d, lastU, p);
  apply<T>(x, p, d, g, f);
  apply<T>(bT, f, d, 0, j);
  apply<T>(x, j, d, 0, i);
  apply<T>(cT, i, d, f, vNext);
  error<T>(lossWeights, loops - 1, v128.add<T>(entry, dot<T>(vNext, a, d)), target);
  const e = v128.load(slopes + <usize>(loops - 1) * ENTRY);
  let entryBar = e;
  if (layers === 1 && counts(lossWeights, loops - 2)) {
    error<T>(lossWeights, loops - 2, entry, target);
    entryBar = v128.add<T>(e, v128.load(slopes + <usize>(loops - 2) * ENTRY));
  }
  v128.store(gradEntry, entryBar);

  clear(aBar, d);
  addScaled<T>(e, vNext, d, aBar);
  clear(vNextBar, d);
  addScaled<T>(e, a, d, vNextBar);
  apply<T>(last + 2 * matrix, aBar, d, 0, xNextBar);
  apply<T>(c, vNextBar, d, 0, iBar);
  apply<T>(x, iBar, d, 0, jBar);
  apply<T>(b_, jBar, d, vNextBar, fBar);
  apply<T>(x, fBar, d, 0, pBar);
  add<T>(pBar, d, lastReadInGradient);
  apply<T>(bT, pBar, d, 0, qBar);
  apply<T>(x, qBar, d, combinedGradient, combinedGradient);
  apply<T>(c, xNextBar, d, 0, hBar);
  addScaled<T>(entryBar, u, d, hBar);
  apply<T>(x, hBar, d, 0, bBar);
  addScaled<T>(entryBar, g, d, bBar);
  addScaled<T>(entryBar, h, d, own + matrix);
  copy(query, d, queryCopy);

  const gradB = own + matrix + vector;
  if (layers === 1) {
    multiplyAdd<T>(jBar, f, 4, d, gradB);
  } else {
    multiplyAdd<T>(jBar, f, 3, d, gradB);
    const lastB = gradients + lastIndex * gradientBytes + matrix + vector;
    multiplyAdd<T>(aBar, xNext, 1, d, lastB);
  }
  multiplyAdd<T>(vNextBar, i, 2, d, own);
  if (depth === 2) return;
  copy(fBar, d, gradCrossing);
  add<T>(qBar, d, gradCrossing);
  addScaled<T>(entryBar, b, d, gradCrossing);
  apply<T>(b_, bBar, d, xNextBar, xBar);
  copy(xBar, d, gradQuery);
  copy(rho, d, left + 5 * vector);
  for (let pair: usize = 0; pair < 4; pair++) {
    copy(left + 2 * pair * vector, d, right + (2 * pair + 1) * vector);
    copy(left + (2 * pair + 1) * vector, d, right + 2 * pair * vector);
  }
  multiplySymmetric<T>(left, right, 8, d, gradX);
}
