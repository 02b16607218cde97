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

/** Inverse of `encodeResults`; undefined for text that holds no results. */
export function decodeResults(text: string): ClaimResult[] | undefined {
  try {
    const value: unknown = JSON.parse(text, (_, part: unknown) => {
      if (typeof part !== "object" || part === null) return part;
      if ("$matrix" in part) return new Matrix(part.$matrix as number[][]);
      if ("$vector" in part) return Float64Array.from(part.$vector as number[]);
      return part;
    });
    return Array.isArray(value) && value.every(isResult) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isResult(value: unknown): value is ClaimResult {
  if (typeof value !== "object" || value === null) return false;
  const { id, setting, verdict, expected } = value as Partial<ClaimResult>;
  return [id, setting, verdict, expected].every((text) => typeof text === "string");
}
