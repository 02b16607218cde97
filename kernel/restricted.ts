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
import { multiplyAdd } from "./product";
import { add, addScaled, apply, copy, dot } from "./vector";

// The restricted family: the covariates stay as they are, and c in ŷ = c·x follows
// v = S(u − c) + b, c′ = c + Aᵀv, S = G_xx/n, b = G_xy/n. Back, c̄ = c̄′ − S A c̄′: products of matrix
// and vector alone. −S and −u are stored, so that every product is added. The outer products
// Ā = Σ v c̄′ᵀ of several groups are taken at once, as one product with a long inner sum.

/** Groups whose outer products are taken together. */
const BUFFERED: i32 = 4;

let d: i32 = 0;
let matrix: usize = 0;
let vector: usize = 0;

let lossSums: usize = 0;
let slopes: usize = 0;
/** Per layer Ā, then the slope in −u. */
let gradients: usize = 0;
let minusS: usize = 0;
let crossing: usize = 0;
let query: usize = 0;
let bases: usize = 0;
let c: usize = 0;
let cBar: usize = 0;
let vBar: usize = 0;
/** v and c̄′ of the buffered groups: [layer][group][loop][entry]. */
let vRows: usize = 0;
let cRows: usize = 0;

function plan(dim: i32, layers: i32, loops: i32, workspace: usize): usize {
  d = dim;
  vector = <usize>d * ENTRY;
  matrix = <usize>d * vector;
  let at = workspace;
  gradients = at;
  at += <usize>layers * (matrix + vector);
  lossSums = at;
  at += <usize>loops * ENTRY;
  slopes = at;
  at += <usize>loops * ENTRY;
  minusS = at;
  at += matrix;
  crossing = at;
  at += vector;
  query = at;
  at += vector;
  bases = at;
  at += <usize>layers * vector;
  c = at;
  at += vector;
  cBar = at;
  at += vector;
  vBar = at;
  at += vector;
  const rows = <usize>(layers * BUFFERED * loops) * vector;
  vRows = at;
  at += rows;
  cRows = at;
  return at + rows;
}

/** Bytes of workspace that `restrictedChunk` needs. */
export function restrictedWorkspace(dim: i32, layers: i32, loops: i32): usize {
  return plan(dim, layers, loops, 0);
}

/** Bytes of the weights of `restrictedWeights`. */
export function restrictedWeightsBytes(dim: i32, layers: i32): usize {
  return <usize>layers * (2 * <usize>dim + 1) * <usize>dim * ENTRY;
}

/** Spreads packed parameters: A, Aᵀ, −u of each layer. */
export function restrictedWeights<T extends number>(
  dim: i32,
  layers: i32,
  parameters: usize,
  weights: usize,
): void {
  const count = dim * dim;
  for (let l = 0; l < layers; l++) {
    spread<T>(parameters, count, weights);
    weights += <usize>count * ENTRY;
    spreadTransposed<T>(parameters, dim, weights);
    weights += <usize>count * ENTRY;
    parameters += (<usize>count) << 3;
    spread<T>(parameters, dim, weights);
    negate<T>(weights, dim);
    weights += <usize>dim * ENTRY;
    parameters += (<usize>dim) << 3;
  }
}

/** Loss sums and gradient sums of a chunk of prompts: out = [loss per loop, gradient], float64. */
export function restrictedChunk<T extends number>(
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
  clear(gradients, layers * (d * d + d));
  clear(lossSums, loops);
  clear(slopes, loops);
  const size = d + 1;
  const recordBytes = <usize>(size * size + size + 2) * ENTRY;
  const used = countedLoops(lossWeights, loops);
  let buffered = 0;
  for (let left = prompts; left > 0; left -= lanes<T>()) {
    group<T>(layers, used, lossWeights, weights, records, min(left, lanes<T>()), buffered * used);
    records += recordBytes;
    if (++buffered === BUFFERED || left <= lanes<T>()) {
      for (let i = 0; i < layers; i++) {
        const rows = <usize>(i * BUFFERED * used) * vector;
        const own = gradients + <usize>i * (matrix + vector);
        multiplyAdd<T>(vRows + rows, cRows + rows, buffered * used, d, own);
      }
      buffered = 0;
    }
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

/** One group of prompts, forward and backward; its rows start at `offset` of each layer's. */
function group<T extends number>(
  layers: i32,
  loops: i32,
  lossWeights: usize,
  weights: usize,
  record: usize,
  count: i32,
  offset: i32,
): void {
  const mask = firstLanes<T>(count);
  loadCovariates<T>(d, record, mask, minusS, crossing);
  const size = d + 1;
  const behindG = record + <usize>(size * size) * ENTRY;
  for (let i = 0; i < d; i++) {
    const at = <usize>i * ENTRY;
    v128.store(query + at, v128.and(mask, v128.load(behindG + at)));
  }
  const target = v128.and(mask, v128.load(behindG + <usize>size * ENTRY));
  const layerBytes = 2 * matrix + vector;
  for (let i = 0; i < layers; i++) {
    const minusU = weights + <usize>i * layerBytes + 2 * matrix;
    apply<T>(minusS, minusU, d, crossing, bases + <usize>i * vector);
  }
  const stride = BUFFERED * loops;
  clear(c, d);
  for (let loop = 0; loop < loops; loop++) {
    for (let i = 0; i < layers; i++) {
      const v = vRows + <usize>(i * stride + offset + loop) * vector;
      const base = bases + <usize>i * vector;
      if (loop === 0 && i === 0) copy(base, d, v);
      else apply<T>(minusS, c, d, base, v);
      apply<T>(weights + <usize>i * layerBytes, v, d, c, c);
    }
    if (counts(lossWeights, loop)) {
      const error = v128.sub<T>(dot<T>(c, query, d), target);
      measure<T>(lossWeights, loop, error, lossSums, slopes);
    }
  }
  clear(c, d);
  for (let loop = loops - 1; loop >= 0; loop--) {
    if (counts(lossWeights, loop)) {
      addScaled<T>(v128.load(slopes + <usize>loop * ENTRY), query, d, c);
    }
    for (let i = layers - 1; i >= 0; i--) {
      copy(c, d, cRows + <usize>(i * stride + offset + loop) * vector);
      apply<T>(weights + <usize>i * layerBytes + matrix, c, d, 0, vBar);
      apply<T>(minusS, vBar, d, 0, cBar);
      add<T>(cBar, d, gradients + <usize>i * (matrix + vector) + matrix);
      add<T>(cBar, d, c);
    }
  }
}

/** −S and b = G_xy/n of a record; lanes without a prompt become zero. */
export function loadCovariates<T extends number>(
  dim: i32,
  record: usize,
  mask: v128,
  minus: usize,
  cross: usize,
): void {
  const size = dim + 1;
  const n = v128.and(mask, v128.load(record + <usize>(size * size + size + 1) * ENTRY));
  const minusN = v128.neg<T>(n);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++, record += ENTRY, minus += ENTRY) {
      v128.store(minus, v128.mul<T>(minusN, v128.and(mask, v128.load(record))));
    }
    if (cross)
      v128.store(cross + <usize>i * ENTRY, v128.mul<T>(n, v128.and(mask, v128.load(record))));
    record += ENTRY;
  }
}
