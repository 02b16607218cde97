import { ArgumentError, requireInteger } from "../errors.js";
import type { Stream } from "../random/stream.js";

/** Sizes of a p-hop instance. */
export interface PHopShape {
  readonly length: number;
  /** Tokens are 0 … alphabet − 1. */
  readonly alphabet: number;
  readonly hops: number;
}

/**
 * A word whose last position has p hops, each to an earlier position, all of which are equally likely.
 *
 * Throws.       ArgumentError where p hops do not fit into the length, or the alphabet has one token
 */
export function drawPHop({ length, alphabet, hops }: PHopShape, stream: Stream): number[] {
  requireInteger("drawPHop", "alphabet", alphabet, 2);
  requireInteger("drawPHop", "hops", hops);
  requireInteger("drawPHop", "length", length, hops + 2);
  const stops = [length, ...drawStops(length, hops, stream)];
  const word: number[] = Array.from({ length }, () => stream.integer(alphabet));
  const other = (token: number) => (token + 1 + stream.integer(alphabet - 1)) % alphabet;
  // Positions count from 1. From stop to stop, the token of the later one is before the earlier, and
  // nowhere between them.
  for (let hop = 0; hop < hops; hop++) {
    const from = stops[hop]!;
    const to = stops[hop + 1]!;
    const token = word[from - 1]!;
    for (let position = to; position < from; position++) {
      // Where the last hop wrote the token just before a stop, it stays.
      const isWritten = hop > 0 && position === from - 1;
      if (!isWritten) word[position - 1] = other(token);
    }
    word[to - 2] = token;
  }
  return word;
}

/**
 * v at find_p(v, n), by the definition; null where there are fewer than p hops.
 *
 * Statement.    find₁(v, i) = max({0} ∪ {j ≤ i : v_{j−1} = v_i}), find_p = find₁ ∘ find_{p−1}
 * Throws.       ArgumentError for hops that are no positive integer, or an empty word
 */
export function solvePHop(word: readonly number[], hops: number): number | null {
  requireInteger("solvePHop", "hops", hops);
  if (word.length === 0) throw new ArgumentError("solvePHop", "word", "non-empty", word);
  let position = word.length;
  for (let hop = 0; hop < hops; hop++) {
    let found = 0;
    for (let j = 2; j <= position; j++) if (word[j - 2] === word[position - 1]) found = j;
    if (found === 0) return null;
    position = found;
  }
  return word[position - 1]!;
}

/** p distinct positions of 2 … n − 1, from the last to the first. */
function drawStops(length: number, hops: number, stream: Stream): number[] {
  const free = Array.from({ length: length - 2 }, (_, k) => k + 2);
  for (let k = 0; k < hops; k++) {
    const chosen = k + stream.integer(free.length - k);
    [free[k], free[chosen]] = [free[chosen]!, free[k]!];
  }
  return free.slice(0, hops).sort((a, b) => b - a);
}
