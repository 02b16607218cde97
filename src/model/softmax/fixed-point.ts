import { requireInteger } from "../../errors.js";

/** Rounds a number after an operation. */
export type Rounding = (value: number) => number;

/** Doubles as they are. */
export const UNROUNDED: Rounding = (value) => value;

/**
 * Fixed-point numbers of s bits: ±k·2^{−s}, 0 ≤ k ≤ 2^{2s} − 1, to the nearest, saturating.
 *
 * Source.       Saunshi et al. 2025 (the paper's number format, with c = 1)
 * @example fixedPoint(2)(0.6)  // → 0.5
 */
export function fixedPoint(bits: number): Rounding {
  requireInteger("fixedPoint", "bits", bits);
  const scale = 2 ** bits;
  const largest = scale * scale - 1;
  return (value) => Math.max(-largest, Math.min(largest, Math.round(value * scale))) / scale;
}
