import type { GramPrompt } from "../../prompt/gram-prompt.js";

/** The numbers a kernel computes in; it decides how many prompts share a 128-bit vector. */
export type Precision = "float64" | "float32";

/** Prompts in one lane group: 128 bits of numbers. */
export function lanesOf(precision: Precision): number {
  return precision === "float64" ? 2 : 4;
}

/** Bytes of the record of one lane group: G, query, target and scale, a vector of 16 each. */
export function recordBytes(dim: number): number {
  const size = dim + 1;
  return 16 * (size * size + size + 2);
}

/**
 * Writes Gram prompts into records, from `address` on; lanes left over in the last group are zero.
 *
 * Conventions.  per group G (row-major), query, target, scale 1/n, each entry for all lanes in turn
 */
export function writeGramRecords(
  memory: ArrayBufferLike,
  address: number,
  precision: Precision,
  prompts: readonly GramPrompt[],
): void {
  const lanes = lanesOf(precision);
  const dim = prompts[0]?.dim ?? 1;
  const stride = (recordBytes(dim) / 16) * lanes;
  const count = Math.ceil(prompts.length / lanes) * stride;
  const numbers =
    precision === "float64"
      ? new Float64Array(memory, address, count)
      : new Float32Array(memory, address, count);
  numbers.fill(0);
  for (const [index, { gram, query, target, contextLength }] of prompts.entries()) {
    let at = Math.floor(index / lanes) * stride + (index % lanes);
    const put = (value: number): void => {
      numbers[at] = value;
      at += lanes;
    };
    gram.forEach(put);
    query.forEach(put);
    put(target);
    put(1 / contextLength);
  }
}
