import { requireInteger } from "../errors.js";
import type { Stream } from "../random/stream.js";

/** Costs of one edit. */
export interface EditCosts {
  readonly insertion: number;
  readonly deletion: number;
  readonly replacement: number;
}

/** The costs that the printed example of Yu et al. 2025 implies. */
const COSTS: EditCosts = { insertion: 2, deletion: 2, replacement: 3 };

/** Two words of letters 0 … alphabet − 1, drawn uniformly. */
export function drawWordPair(
  { lengths, alphabet }: { readonly lengths: readonly [number, number]; readonly alphabet: number },
  stream: Stream,
): [number[], number[]] {
  requireInteger("drawWordPair", "alphabet", alphabet);
  for (const length of lengths) requireInteger("drawWordPair", "lengths", length);
  const draw = (length: number) => Array.from({ length }, () => stream.integer(alphabet));
  return [draw(lengths[0]), draw(lengths[1])];
}

/**
 * The rows of the table of edit distances: row i holds the costs from the first i letters of `from` to
 * every beginning of `to`. They are the steps of the chain of thought, the last entry its answer.
 *
 * Source.       Yu et al. 2025 (one row a step)
 */
export function editDistanceRows(
  from: readonly number[],
  to: readonly number[],
  { insertion, deletion, replacement }: EditCosts = COSTS,
): number[][] {
  const rows = [[0, ...to.map((_, j) => (j + 1) * insertion)]];
  for (const letter of from) {
    const above = rows.at(-1)!;
    const row = [above[0]! + deletion];
    for (const [j, other] of to.entries()) {
      const kept = above[j]! + (letter === other ? 0 : replacement);
      row.push(Math.min(kept, above[j + 1]! + deletion, row[j]! + insertion));
    }
    rows.push(row);
  }
  return rows;
}
