import { ArgumentError } from "../../errors.js";
import type { Rounding } from "./fixed-point.js";
import { runBlock, type TransformerBlock } from "./transformer-block.js";

/** Layers one after another, some of which may be the same. */
export interface UntiedModel {
  /** The distinct layers, of one width. */
  readonly layers: readonly TransformerBlock[];
  /** Which of them is run, one index per depth. */
  readonly order: readonly number[];
}

/** Throws an ArgumentError unless all layers have one width and the order names some of them. */
export function requireUntiedModel(where: string, { layers, order }: UntiedModel): void {
  const width = layers[0]?.width;
  if (layers.some((layer) => layer.width !== width)) {
    const got = layers.map((layer) => layer.width);
    throw new ArgumentError(where, "layers", "of one width", got);
  }
  if (order.length === 0) throw new ArgumentError(where, "order", "non-empty", order);
  for (const layer of order) {
    if (!Number.isInteger(layer) || layer < 0 || layer >= layers.length) {
      throw new ArgumentError(where, "order", `of integers below ${layers.length}`, layer);
    }
  }
}

/** Applies all layers to the states of all positions. Throws as `runBlock` does. */
export function runUntied(
  model: UntiedModel,
  states: readonly Float64Array[],
  run: { readonly causal?: boolean; readonly round?: Rounding } = {},
): Float64Array[] {
  requireUntiedModel("runUntied", model);
  return model.order.reduce<Float64Array[]>(
    (current, layer) => runBlock(model.layers[layer]!, current, 1, run),
    [...states],
  );
}
