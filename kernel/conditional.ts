import {
  clear,
  collect,
  collectNegated,
  ENTRY,
  everywhere,
  firstLanes,
  lanes,
  spread,
} from "./lanes";
import { countedLoops, counts } from "./loss";
import { multiplyBoth, product } from "./product";
import { loadCovariates, restrictedWeights, restrictedWeightsBytes } from "./restricted";
import { add, addIdentity, addScaled, addTo, apply, copy, dot, scale } from "./vector";

// The conditional estimator of restricted layers: task, query and noise are integrated out, and a loop's
// loss is tr(ΣΦΩΦᵀ) + vᵀΣv + (σ²/n) tr(ΣNSNᵀ) of an affine map (Φ, v, N). A layer is the map
// (D, AᵀSu, Aᵀ), D = I − AᵀS; maps compose, (Φ₂, v₂, N₂)∘(Φ₁, v₁, N₁) = (Φ₂Φ₁, Φ₂v₁ + v₂, Φ₂N₁ + N₂),
// so a block looped L times takes about log L compositions. N S = I − Φ throughout, which makes the
// noise term (σ²/n) tr(Σ(I − Φ)Nᵀ) and its slope in N free of products. −S and −u are stored.

let d: i32 = 0;
let matrix: usize = 0;
let vector: usize = 0;

let lossSums: usize = 0;
/** Per layer Ā, then the slope in −u. */
let gradients: usize = 0;
/** −S with a row for S u behind it. */
let minusS: usize = 0;
let images: usize = 0;
let scratch: usize = 0;
let image: usize = 0;
/** Maps and their slopes, each [Φ][N][Φᵀ; v; Nᵀ]. */
let maps: usize = 0;
let slopes: usize = 0;
let mapBytes: usize = 0;
/** What is composed, fixed for a chunk: three 32-bit numbers each, result = left ∘ right. */
let compositions: usize = 0;
let compositionCount: i32 = 0;
/** Per loop the map it ends with. */
let ends: usize = 0;
/** Per map, whether its slope has been written in this group. */
let touched: usize = 0;
let hasCovariance: bool = false;
let hasTaskCovariance: bool = false;
let hasNoise: bool = false;
let covariance: usize = 0;
let taskCovariance: usize = 0;
let noiseVariance: usize = 0;

function plan(dim: i32, layers: i32, loops: i32, workspace: usize): usize {
  d = dim;
  vector = <usize>d * ENTRY;
  matrix = <usize>d * vector;
  mapBytes = 4 * matrix + vector;
  const count = <usize>(2 * layers + loops);
  let at = workspace;
  gradients = at;
  at += <usize>layers * (matrix + vector);
  lossSums = at;
  at += <usize>loops * ENTRY;
  minusS = at;
  at += matrix + vector;
  images = at;
  at += <usize>layers * vector;
  scratch = at;
  at += 4 * matrix;
  image = at;
  at += vector;
  maps = at;
  at += count * mapBytes;
  slopes = at;
  at += count * mapBytes;
  compositions = at;
  at += count * ENTRY;
  ends = at;
  at += <usize>loops * ENTRY;
  touched = at;
  return at + count * ENTRY;
}

/** Bytes of workspace that `conditionalChunk` needs. */
export function conditionalWorkspace(dim: i32, layers: i32, loops: i32): usize {
  return plan(dim, layers, loops, 0);
}

/** Bytes of the weights of `conditionalWeights`. */
export function conditionalWeightsBytes(dim: i32, layers: i32): usize {
  return restrictedWeightsBytes(dim, layers) + (2 * <usize>(dim * dim) + 2) * ENTRY;
}

/** Spreads packed parameters: A, Aᵀ, −u of each layer; then Σ, Ω, σ² and which of them matter. */
export function conditionalWeights<T extends number>(
  dim: i32,
  layers: i32,
  parameters: usize,
  weights: usize,
  law: usize,
): void {
  restrictedWeights<T>(dim, layers, parameters, weights);
  const count = dim * dim;
  const bytes = (<usize>count) << 3;
  const at = weights + restrictedWeightsBytes(dim, layers);
  spread<T>(law, 2 * count + 1, at);
  const flags = at + <usize>(2 * count + 1) * ENTRY;
  store<i32>(flags, i32(!isIdentity(law, dim)));
  store<i32>(flags, i32(!isIdentity(law + bytes, dim)), 4);
  store<i32>(flags, i32(load<f64>(law + 2 * bytes) !== 0), 8);
}

function isIdentity(values: usize, size: i32): bool {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++, values += 8) {
      if (load<f64>(values) !== (i === j ? 1 : 0)) return false;
    }
  }
  return true;
}

/** Loss sums and gradient sums of a chunk of prompts: out = [loss per loop, gradient], float64. */
export function conditionalChunk<T extends number>(
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
  covariance = weights + restrictedWeightsBytes(dim, layers);
  taskCovariance = covariance + matrix;
  noiseVariance = taskCovariance + matrix;
  hasCovariance = load<i32>(noiseVariance + ENTRY) !== 0;
  hasTaskCovariance = load<i32>(noiseVariance + ENTRY, 4) !== 0;
  hasNoise = load<i32>(noiseVariance + ENTRY, 8) !== 0;
  clear(gradients, layers * (d * d + d));
  clear(lossSums, loops);
  const used = countedLoops(lossWeights, loops);
  const mapCount = arrange(layers, used, lossWeights);
  const size = d + 1;
  const recordBytes = <usize>(size * size + size + 2) * ENTRY;
  for (let left = prompts; left > 0; left -= lanes<T>()) {
    const mask = firstLanes<T>(min(left, lanes<T>()));
    clear(touched, mapCount);
    group<T>(layers, used, lossWeights, weights, records, mask);
    records += recordBytes;
  }
  collect<T>(lossSums, loops, out);
  out += (<usize>loops) << 3;
  for (let i = 0; i < layers; i++) {
    const own = gradients + <usize>i * (matrix + vector);
    collect<T>(own, d * d, out);
    out += (<usize>(d * d)) << 3;
    collectNegated<T>(own + matrix, d, out);
    out += (<usize>d) << 3;
  }
}

/** Lists the compositions, as few as a last loop allows that alone counts; returns how many maps. */
function arrange(layers: i32, loops: i32, lossWeights: usize): i32 {
  compositionCount = 0;
  let block = 0;
  for (let i = 1; i < layers; i++) block = compose(layers, i, block);
  let isOnlyLast = true;
  for (let loop = 0; loop < loops - 1; loop++) {
    if (counts(lossWeights, loop)) isOnlyLast = false;
  }
  let power = block;
  if (isOnlyLast) {
    let bit = 1;
    while (2 * bit <= loops) bit *= 2;
    for (bit /= 2; bit > 0; bit /= 2) {
      power = compose(layers, power, power);
      if (loops & bit) power = compose(layers, block, power);
    }
  } else {
    for (let loop = 0; loop < loops - 1; loop++) {
      store<i32>(ends + <usize>loop * ENTRY, power);
      power = compose(layers, block, power);
    }
  }
  store<i32>(ends + <usize>(loops - 1) * ENTRY, power);
  return layers + compositionCount;
}

function compose(layers: i32, left: i32, right: i32): i32 {
  const at = compositions + <usize>compositionCount * ENTRY;
  store<i32>(at, left);
  store<i32>(at, right, 4);
  return layers + compositionCount++;
}

/** One group of prompts, forward and backward. */
function group<T extends number>(
  layers: i32,
  loops: i32,
  lossWeights: usize,
  weights: usize,
  record: usize,
  mask: v128,
): void {
  loadCovariates<T>(d, record, mask, minusS, 0);
  const layerBytes = 2 * matrix + vector;
  for (let i = 0; i < layers; i++) {
    const a = weights + <usize>i * layerBytes;
    const map = maps + <usize>i * mapBytes;
    const seen = images + <usize>i * vector;
    multiplyBoth<T>(a, minusS, d, d, map, map + 2 * matrix);
    addIdentity<T>(map, d);
    addIdentity<T>(map + 2 * matrix, d);
    apply<T>(minusS, a + 2 * matrix, d, 0, seen);
    apply<T>(a, seen, d, 0, map + 3 * matrix);
    if (hasNoise) {
      copy(a + matrix, d * d, map + matrix);
      copy(a, d * d, map + 3 * matrix + vector);
    }
  }
  for (let i = 0; i < compositionCount; i++) {
    const at = compositions + <usize>i * ENTRY;
    forward<T>(layers + i, load<i32>(at), load<i32>(at, 4));
  }
  const size = d + 1;
  const perToken = v128.load(record + <usize>(size * size + size + 1) * ENTRY);
  const noise = v128.mul<T>(v128.and(mask, perToken), v128.load(noiseVariance));
  for (let loop = 0; loop < loops; loop++) {
    if (!counts(lossWeights, loop)) continue;
    const end = load<i32>(ends + <usize>loop * ENTRY);
    const value = measure<T>(end, 2 * load<f64>(lossWeights + ((<usize>loop) << 3)), noise);
    addTo<T>(lossSums + <usize>loop * ENTRY, v128.and(mask, value));
  }
  for (let i = compositionCount - 1; i >= 0; i--) {
    const at = compositions + <usize>i * ENTRY;
    if (isTouched(layers + i)) backward<T>(layers + i, load<i32>(at), load<i32>(at, 4));
  }
  for (let i = 0; i < layers; i++) {
    if (!isTouched(i)) continue;
    const slope = slopes + <usize>i * mapBytes;
    const own = gradients + <usize>i * (matrix + vector);
    copy(images + <usize>i * vector, d, minusS + matrix);
    product<T>(minusS, slope + 2 * matrix, d + 1, d, own, 0, true, false);
    if (hasNoise) add<T>(slope + 3 * matrix + vector, d * d, own);
    apply<T>(weights + <usize>i * layerBytes + matrix, slope + 3 * matrix, d, 0, image);
    apply<T>(minusS, image, d, own + matrix, own + matrix);
  }
}

/** The map left ∘ right. */
function forward<T extends number>(result: i32, left: i32, right: i32): void {
  const to = maps + <usize>result * mapBytes;
  const l = maps + <usize>left * mapBytes;
  const r = maps + <usize>right * mapBytes;
  const lT = l + 2 * matrix;
  multiplyBoth<T>(lT, r, d, d, to, to + 2 * matrix);
  apply<T>(lT, r + 3 * matrix, d, l + 3 * matrix, to + 3 * matrix);
  if (hasNoise) {
    copy(l + matrix, d * d, to + matrix);
    product<T>(lT, r + matrix, d, d, to + matrix, to + 3 * matrix + vector, true, false);
  }
}

/** The slopes of left and right from that of left ∘ right. */
function backward<T extends number>(result: i32, left: i32, right: i32): void {
  const from = slopes + <usize>result * mapBytes;
  const l = maps + <usize>left * mapBytes;
  const r = maps + <usize>right * mapBytes;
  const lBar = slopes + <usize>left * mapBytes;
  const rBar = slopes + <usize>right * mapBytes;
  const v = 3 * matrix;
  const nT = 3 * matrix + vector;
  const inner = hasNoise ? 2 * d + 1 : d + 1;
  let isAdded = touch(left);
  product<T>(from + 2 * matrix, r + 2 * matrix, inner, d, lBar, lBar + 2 * matrix, isAdded, false);
  if (isAdded) add<T>(from + v, d, lBar + v);
  else copy(from + v, d, lBar + v);
  if (hasNoise) {
    if (isAdded) {
      add<T>(from + matrix, d * d, lBar + matrix);
      add<T>(from + nT, d * d, lBar + nT);
    } else {
      copy(from + matrix, d * d, lBar + matrix);
      copy(from + nT, d * d, lBar + nT);
    }
  }
  isAdded = touch(right);
  product<T>(l, from, d, d, rBar, rBar + 2 * matrix, isAdded, false);
  apply<T>(l, from + v, d, isAdded ? rBar + v : 0, rBar + v);
  if (hasNoise) product<T>(l, from + matrix, d, d, rBar + matrix, rBar + nT, isAdded, false);
}

/** The loss of a map, and `factor` times half its slope added to the map's. */
function measure<T extends number>(end: i32, factor: f64, noise: v128): v128 {
  const map = maps + <usize>end * mapBytes;
  const slope = slopes + <usize>end * mapBytes;
  const v = map + 3 * matrix;
  const twice = everywhere<T>(factor);
  const count = d * d;
  if (!touch(end)) {
    clear(slope, hasNoise ? 2 * count : count);
    clear(slope + 2 * matrix, hasNoise ? 2 * count + d : count + d);
  }
  let left = map;
  let leftT = map + 2 * matrix;
  let biasSlope = v;
  if (hasCovariance) {
    multiplyBoth<T>(covariance, map, d, d, scratch, scratch + matrix);
    left = scratch;
    leftT = scratch + matrix;
    apply<T>(covariance, v, d, 0, image);
    biasSlope = image;
  }
  let both = left;
  let bothT = leftT;
  if (hasTaskCovariance) {
    both = scratch + 2 * matrix;
    bothT = scratch + 3 * matrix;
    multiplyBoth<T>(leftT, taskCovariance, d, d, both, bothT);
  }
  addScaled<T>(twice, both, count, slope);
  addScaled<T>(twice, bothT, count, slope + 2 * matrix);
  addScaled<T>(twice, biasSlope, d, slope + 3 * matrix);
  let loss = v128.add<T>(dot<T>(both, map, count), dot<T>(biasSlope, v, d));
  if (hasNoise) {
    // Σ − ΣΦ, symmetric Σ: its transpose is Σ − (ΣΦ)ᵀ.
    const gain = map + matrix;
    const rest = scratch + 2 * matrix;
    const restT = scratch + 3 * matrix;
    const minus = everywhere<T>(-1);
    scale<T>(minus, left, count, rest);
    scale<T>(minus, leftT, count, restT);
    add<T>(covariance, count, rest);
    add<T>(covariance, count, restT);
    const slopeFactor = v128.mul<T>(twice, noise);
    addScaled<T>(slopeFactor, rest, count, slope + matrix);
    addScaled<T>(slopeFactor, restT, count, slope + 3 * matrix + vector);
    loss = v128.add<T>(loss, v128.mul<T>(noise, dot<T>(rest, gain, count)));
  }
  return loss;
}

function isTouched(map: i32): bool {
  return load<i32>(touched + <usize>map * ENTRY) !== 0;
}

/** Whether a map's slope has been written before; from now on it has. */
function touch(map: i32): bool {
  const before = isTouched(map);
  store<i32>(touched + <usize>map * ENTRY, 1);
  return before;
}
