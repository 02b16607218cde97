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
export function requireBlock({ width, heads, feedForward }: TransformerBlock): void {
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
  for (const { query, key, value, output } of heads) {
    const keys = states.map((state) => applyMap(key, state, round));
    const values = states.map((state) => applyMap(value, state, round));
    for (const [i, state] of states.entries()) {
      const asked = applyMap(query, state, round);
      const seen = causal ? i + 1 : states.length;
      const mixed = applyMap(output, attendOne(asked, keys, values, seen, round), round);
      addInto(next[i]!, mixed, round);
    }
  }
  return next;
}

/** The value that one query sees among the first `seen` positions. */
function attendOne(
  query: Float64Array,
  keys: readonly Float64Array[],
  values: readonly Float64Array[],
  seen: number,
  round: Rounding,
): Float64Array {
  const scores = new Float64Array(seen);
  let largest = -Infinity;
  for (let j = 0; j < seen; j++) {
    let score = 0;
    const key = keys[j]!;
    for (let k = 0; k < query.length; k++) score = round(score + round(query[k]! * key[k]!));
    scores[j] = score;
    largest = Math.max(largest, score);
  }
  let total = 0;
  for (let j = 0; j < seen; j++) {
    scores[j] = round(Math.exp(round(scores[j]! - largest)));
    total = round(total + scores[j]!);
  }
  const mixed = new Float64Array(values[0]!.length);
  for (let j = 0; j < seen; j++) {
    if (scores[j] === 0) continue;
    const weight = round(scores[j]! / total);
    for (let k = 0; k < mixed.length; k++) {
      mixed[k] = round(mixed[k]! + round(weight * values[j]![k]!));
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
