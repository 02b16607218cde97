import { ArgumentError } from "../../errors.js";
import type { Rounding } from "./fixed-point.js";

/** A linear map by the non-zero entries of its rows: constructions are mostly zeros. */
export interface LinearMap {
  readonly inputs: number;
  readonly rows: readonly (readonly (readonly [input: number, weight: number])[])[];
  /** One per row; absent: none. */
  readonly bias?: readonly number[];
}

/** A map that copies some inputs, `factor` times each, in order. */
export function selection(inputs: number, from: readonly number[], factor = 1): LinearMap {
  return { inputs, rows: from.map((input) => [[input, factor]]) };
}

/** Throws an ArgumentError unless all entries lie within the map and are finite. */
export function requireLinearMap(where: string, name: string, map: LinearMap): void {
  const { inputs, rows, bias } = map;
  const entries = rows.flat();
  const isWithin = entries.every(
    ([input]) => Number.isInteger(input) && input >= 0 && input < inputs,
  );
  if (!isWithin) throw new ArgumentError(where, name, `a map of ${inputs} inputs`, "another");
  const numbers = [...entries.map(([, weight]) => weight), ...(bias ?? [])];
  if (!numbers.every(Number.isFinite) || (bias !== undefined && bias.length !== rows.length)) {
    throw new ArgumentError(where, name, "finite, with one bias a row", "another");
  }
}

/** y = Wx + bias, rounded after every product and every sum. */
export function applyMap(map: LinearMap, input: Float64Array, round: Rounding): Float64Array {
  const output = new Float64Array(map.rows.length);
  for (let i = 0; i < output.length; i++) {
    let sum = map.bias?.[i] ?? 0;
    for (const [j, weight] of map.rows[i]!) sum = round(sum + round(weight * input[j]!));
    output[i] = sum;
  }
  return output;
}
