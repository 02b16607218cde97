import { Matrix } from "../numeric/matrix.js";
import type { ClaimResult } from "./run-claim.js";

/**
 * Results as one line of text, and back: for threads and files, which know no classes.
 *
 * Accuracy.     every double survives but the sign of zero; matrices and vectors come back as such
 */
export function encodeResults(results: readonly ClaimResult[]): string {
  // A matrix has a toJSON of its own, which has run by the time a replacer is handed the value.
  return JSON.stringify(results, function (this: Record<string, unknown>, key, value: unknown) {
    const original = this[key];
    if (original instanceof Matrix) return { $matrix: original.to2DArray() };
    if (original instanceof Float64Array) return { $vector: [...original] };
    return value;
  });
}

/** Inverse of `encodeResults`. Throws SyntaxError for text that is no JSON. */
export function decodeResults(text: string): ClaimResult[] {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$matrix" in value) return new Matrix(value.$matrix as number[][]);
    if ("$vector" in value) return Float64Array.from(value.$vector as number[]);
    return value;
  }) as ClaimResult[];
}
