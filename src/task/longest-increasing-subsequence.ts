import { requireInteger } from "../errors.js";

/**
 * For each entry, the length of the longest strictly increasing subsequence that ends there, in steps of
 * `perStep` values; the answer is the largest of all.
 *
 * Source.       Yu et al. 2025 (ten values a step)
 * @example increasingLengths([3, 1, 2, 5, 4], 2)  // → [[1, 1], [2, 3], [3]]
 */
export function increasingLengths(sequence: readonly number[], perStep = 10): number[][] {
  requireInteger("increasingLengths", "perStep", perStep);
  const lengths: number[] = [];
  for (const [i, entry] of sequence.entries()) {
    const before = lengths.filter((_, j) => sequence[j]! < entry);
    lengths[i] = 1 + Math.max(0, ...before);
  }
  const steps = Math.ceil(lengths.length / perStep);
  return Array.from({ length: steps }, (_, k) => lengths.slice(k * perStep, (k + 1) * perStep));
}
