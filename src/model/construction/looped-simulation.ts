import { NumericalError, requirePositive } from "../../errors.js";
import type { LinearMap } from "../softmax/linear-map.js";
import {
  type AttentionHead,
  runBlock,
  type TransformerBlock,
} from "../softmax/transformer-block.js";
import { requireUntiedModel, type UntiedModel } from "../softmax/untied-model.js";

type Row = LinearMap["rows"][number];

/** A one-layer block that, looped L times, runs L layers. */
export interface LoopedSimulation {
  readonly block: TransformerBlock;
  readonly loops: number;
  /** Entries of a state of the model that is simulated. */
  readonly width: number;
  /** The layer that the first loop runs. */
  readonly first: number;
}

/** Of scores and of what a ReLU is applied to; e^{−10⁶} is 0 in doubles. */
const BOUND = 1e6;

/**
 * The block that runs an untied model of L layers, R of them distinct, when it is looped L times.
 *
 * Statement.    the state also holds a one-hot of the layer to run, the depth, and whether a position is
 *               the extra first one. The heads of other layers attend to that position, whose value is
 *               0; the units of other layers are below 0; the one-hot is a sum of ReLUs of the depth
 * Conventions.  width d + R + 2, R·d_FF + R + L units, R·H heads, two entries more in a query and one in a
 *               value
 * Accuracy.     the same doubles: what is added to a sum is 0
 * Throws.       ArgumentError for layers of several widths, or an order that names others
 * Source.       Saunshi et al. 2025 (statement and sizes); these weights derived here:
 *               docs/derivation-reasoning.md
 */
export function loopedSimulation(
  model: UntiedModel,
  { bound = BOUND }: { readonly bound?: number } = {},
): LoopedSimulation {
  requireUntiedModel("loopedSimulation", model);
  requirePositive("loopedSimulation", "bound", bound);
  const { layers, order } = model;
  const d = layers[0]!.width;
  const entries: Entries = {
    width: d + layers.length + 2,
    selected: layers.map((_, r) => d + r),
    depth: d + layers.length,
    isFirst: d + layers.length + 1,
  };
  return {
    width: d,
    loops: order.length,
    first: order[0]!,
    block: {
      width: entries.width,
      heads: layers.flatMap(({ heads }, r) =>
        heads.map((head) => gatedHead(head, r, entries, bound)),
      ),
      feedForward: gatedFeedForward(model, entries, bound),
    },
  };
}

/**
 * What the simulated model makes of the states.
 *
 * Throws.       NumericalError when the states grew so large that layers were not kept apart
 */
export function runLoopedSimulation(
  { block, loops, width, first }: LoopedSimulation,
  states: readonly Float64Array[],
  run: { readonly causal?: boolean } = {},
): Float64Array[] {
  const embed = (state: ArrayLike<number>, isFirst: number) => {
    const embedded = new Float64Array(block.width);
    embedded.set(state);
    embedded[width + first] = 1;
    embedded[block.width - 1] = isFirst;
    return embedded;
  };
  const embedded = [embed(new Float64Array(width), 1), ...states.map((state) => embed(state, 0))];
  const [extra, ...outputs] = runBlock(block, embedded, loops, run).map((state) =>
    state.slice(0, width),
  );
  if (
    extra!.some((entry) => entry !== 0) ||
    outputs.some((state) => !state.every(Number.isFinite))
  ) {
    throw new NumericalError("runLoopedSimulation: scores or units grew beyond the bound");
  }
  return outputs;
}

interface Entries {
  readonly width: number;
  readonly selected: readonly number[];
  readonly depth: number;
  readonly isFirst: number;
}

function gatedHead(
  { query, key, value, output }: AttentionHead,
  layer: number,
  { width, selected, isFirst }: Entries,
  bound: number,
): AttentionHead {
  // On the extra position: far above all scores for the other layers, far below them for this one.
  const others = selected.filter((_, r) => r !== layer);
  const towards: Row = [
    ...others.map((entry) => [entry, bound] as const),
    [selected[layer]!, -bound],
    [isFirst, 2 * bound],
  ];
  // A bias counts on every position but the extra one, whose value stays 0.
  const ordinary: Row = [...selected.map((entry) => [entry, 1] as const), [isFirst, -1]];
  const valueRows = value.rows.map((row, i): Row => {
    const bias = value.bias?.[i] ?? 0;
    if (bias === 0) return row;
    return [...ordinary.map(([entry, sign]) => [entry, sign * bias] as const), ...row];
  });
  const outputRows = Array.from({ length: width }, (_, i): Row => {
    const bias = output.bias?.[i] ?? 0;
    const row = output.rows[i] ?? [];
    return bias === 0 ? row : [[value.rows.length, bias], ...row];
  });
  return {
    query: { inputs: width, rows: [...query.rows, towards], bias: [...biasOf(query), 0] },
    key: { inputs: width, rows: [...key.rows, [[isFirst, 1]]], bias: [...biasOf(key), 0] },
    value: { inputs: width, rows: [...valueRows, ordinary] },
    output: { inputs: value.rows.length + 1, rows: outputRows },
  };
}

function gatedFeedForward(
  { layers, order }: UntiedModel,
  { width, selected, depth, isFirst }: Entries,
  bound: number,
): TransformerBlock["feedForward"] {
  const hidden: Row[] = [];
  const bias: number[] = [];
  const output: [number, number][][] = Array.from({ length: width }, () => []);
  const unit = (row: Row, offset: number): number => {
    bias.push(offset);
    return hidden.push(row) - 1;
  };
  for (const [r, { feedForward }] of layers.entries()) {
    const isOff: Row = [...selected.filter((_, other) => other !== r), isFirst].map(
      (entry) => [entry, -bound] as const,
    );
    const offset = hidden.length;
    // Before the others, where a sum starts with its bias.
    const constant = unit(
      [
        [selected[r]!, 1],
        [isFirst, -1],
      ],
      0,
    );
    for (const [i, row] of feedForward.hidden.rows.entries()) {
      unit([...row, ...isOff], feedForward.hidden.bias?.[i] ?? 0);
    }
    for (const [i, row] of feedForward.output.rows.entries()) {
      const added = feedForward.output.bias?.[i] ?? 0;
      if (added !== 0) output[i]!.push([constant, added]);
      output[i]!.push(...row.map(([j, w]): [number, number] => [offset + 1 + j, w]));
    }
  }
  // ReLU(depth + 1 − t), t = 0 … L − 1: their second differences step from layer to layer.
  const hinges = order.map((_, t) => unit([[depth, 1]], 1 - t));
  for (const [r, entry] of selected.entries()) {
    const isRun = (t: number) => (order[t] === r ? 1 : 0);
    // Wanted after the loop at depth t: isRun(t+1), where isRun(t) stands.
    const change = (t: number) => isRun(Math.min(t + 1, order.length - 1)) - isRun(t);
    let [value, slope] = [0, 0];
    for (let t = 0; t < order.length; t++) {
      const bend = change(t) - value - slope;
      if (bend !== 0) output[entry]!.push([hinges[t]!, bend]);
      slope += bend;
      value += slope;
    }
  }
  return {
    hidden: { inputs: width, rows: hidden, bias },
    output: {
      inputs: hidden.length,
      rows: output,
      bias: output.map((_, i) => (i === depth ? 1 : 0)),
    },
  };
}

function biasOf(map: LinearMap): readonly number[] {
  return map.bias ?? map.rows.map(() => 0);
}
