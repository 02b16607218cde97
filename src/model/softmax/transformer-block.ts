import { ArgumentError } from "../../errors.js";
import { type Rounding, UNROUNDED } from "./fixed-point.js";
import { applyMap, type LinearMap, requireLinearMap } from "./linear-map.js";

/** One attention head: softmax of query · key, no 1/√width. */
export interface AttentionHead {
  readonly query: LinearMap;
  readonly key: LinearMap;
  readonly value: LinearMap;
  /** From the value back to the state. */
  readonly output: LinearMap;
}

/** Softmax attention and a ReLU layer, each added to the state; no normalisation. */
export interface TransformerBlock {
  /** Entries of the state. */
  readonly width: number;
  readonly heads: readonly AttentionHead[];
  /** `hidden` is followed by a ReLU. */
  readonly feedForward: { readonly hidden: LinearMap; readonly output: LinearMap };
}

/** How a block is run. */
export interface BlockRun {
  /** Whether a position sees itself and those before it only; default: true. */
  readonly causal?: boolean;
  /** Applied after every operation; default: doubles as they are. */
  readonly round?: Rounding;
}

/**
 * Applies a block to the states of all positions, `loops` times.
 *
 * Statement.    x ← x + Σ_h O_h V_h softmax(⟨Q_h x, K_h x⟩), then x ← x + W₂ ReLU(W₁x + b₁) + b₂
 * Conventions.  scores less their maximum before the exponential, so that it saturates nowhere
 * Shapes.       states: one (width) per position; new ones are returned
 * Throws.       ArgumentError when maps or states do not fit the width
 * Source.       Saunshi et al. 2025 (their model: causal softmax attention, pre-added residuals, ReLU,
 *               rounding after each operation)
 */
export function runBlock(
  block: TransformerBlock,
  states: readonly Float64Array[],
  loops: number,
  run: BlockRun = {},
): Float64Array[] {
  requireBlock(block);
  for (const state of states) {
    if (state.length !== block.width) {
      throw new ArgumentError("runBlock", "states", `of width ${block.width}`, state.length);
    }
  }
  const { causal = true, round = UNROUNDED } = run;
  let current: Float64Array[] = states.map((state) => state.map(round));
  for (let t = 0; t < loops; t++) {
    const attended = attend(block, current, causal, round);
    current = attended.map((state) => feedForward(block, state, round));
  }
  return current;
}

/** Throws an ArgumentError unless the maps of a block fit together. */
function requireBlock({ width, heads, feedForward }: TransformerBlock): void {
  const fits = (name: string, map: LinearMap, inputs: number, rows: number) => {
    requireLinearMap("runBlock", name, map);
    if (map.inputs !== inputs || map.rows.length !== rows) {
      const got = `${map.rows.length}×${map.inputs}`;
      throw new ArgumentError("runBlock", name, `a ${rows}×${inputs} map`, got);
    }
  };
  for (const [h, { query, key, value, output }] of heads.entries()) {
    fits(`heads[${h}].query`, query, width, query.rows.length);
    fits(`heads[${h}].key`, key, width, query.rows.length);
    fits(`heads[${h}].value`, value, width, value.rows.length);
    fits(`heads[${h}].output`, output, value.rows.length, width);
  }
  const { hidden, output } = feedForward;
  fits("feedForward.hidden", hidden, width, hidden.rows.length);
  fits("feedForward.output", output, hidden.rows.length, width);
}

function attend(
  { heads }: TransformerBlock,
  states: readonly Float64Array[],
  causal: boolean,
  round: Rounding,
): Float64Array[] {
  const next = states.map((state) => state.slice());
  for (const head of heads) {
    const values = states.map((state) => applyMap(head.value, state, round));
    let i = 0;
    for (const weights of weighPositions(head, states, causal, round)) {
      addInto(next[i++]!, applyMap(head.output, mix(weights, values, round), round), round);
    }
  }
  return next;
}

/**
 * What a head gives to every position that each position sees.
 *
 * Shapes.       one array per position, as long as what it sees
 */
export function attentionWeights(
  head: AttentionHead,
  states: readonly Float64Array[],
  { causal = true, round = UNROUNDED }: BlockRun = {},
): Float64Array[] {
  return [...weighPositions(head, states, causal, round)];
}

function* weighPositions(
  { query, key }: AttentionHead,
  states: readonly Float64Array[],
  causal: boolean,
  round: Rounding,
): Generator<Float64Array> {
  const keys = states.map((state) => applyMap(key, state, round));
  for (const [i, state] of states.entries()) {
    const asked = applyMap(query, state, round);
    yield weigh(asked, keys, causal ? i + 1 : states.length, round);
  }
}

/** Softmax of the scores of the first `seen` keys. */
function weigh(
  query: Float64Array,
  keys: readonly Float64Array[],
  seen: number,
  round: Rounding,
): Float64Array {
  const weights = new Float64Array(seen);
  let largest = -Infinity;
  for (let j = 0; j < seen; j++) {
    let score = 0;
    const key = keys[j]!;
    for (let k = 0; k < query.length; k++) score = round(score + round(query[k]! * key[k]!));
    weights[j] = score;
    largest = Math.max(largest, score);
  }
  let total = 0;
  for (let j = 0; j < seen; j++) {
    weights[j] = round(Math.exp(round(weights[j]! - largest)));
    total = round(total + weights[j]!);
  }
  for (let j = 0; j < seen; j++) {
    if (weights[j] !== 0) weights[j] = round(weights[j]! / total);
  }
  return weights;
}

/** The values of the first positions, mixed by their weights. */
function mix(
  weights: Float64Array,
  values: readonly Float64Array[],
  round: Rounding,
): Float64Array {
  const mixed = new Float64Array(values[0]!.length);
  for (let j = 0; j < weights.length; j++) {
    if (weights[j] === 0) continue;
    for (let k = 0; k < mixed.length; k++) {
      mixed[k] = round(mixed[k]! + round(weights[j]! * values[j]![k]!));
    }
  }
  return mixed;
}

function feedForward(block: TransformerBlock, state: Float64Array, round: Rounding): Float64Array {
  const { hidden, output } = block.feedForward;
  const active = applyMap(hidden, state, round);
  for (let i = 0; i < active.length; i++) active[i] = Math.max(0, active[i]!);
  const next = state.slice();
  addInto(next, applyMap(output, active, round), round);
  return next;
}

function addInto(target: Float64Array, addend: Float64Array, round: Rounding): void {
  for (let i = 0; i < target.length; i++) target[i] = round(target[i]! + addend[i]!);
}
