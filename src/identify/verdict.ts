import type { BaselineId } from "./optimum/optimal-baselines.js";
import type { MeanInterval } from "./simultaneous-intervals.js";

/** Which algorithm a model runs, as far as the prompts tell. */
export type IdentityVerdict =
  | { readonly kind: "identified"; readonly algorithms: readonly BaselineId[] }
  /** No other is excluded, and these are not told apart: one group of coinciding algorithms each. */
  | { readonly kind: "not identifiable"; readonly between: readonly (readonly BaselineId[])[] }
  | { readonly kind: "none of these"; readonly nearest: readonly BaselineId[] }
  /** One is left, but it is not certain that it is within the tolerance. */
  | { readonly kind: "undecided"; readonly nearest: readonly BaselineId[] };

/** A candidate's mean capped squared distances: over all prompts, then in each stratum. */
export interface JudgedCandidate {
  readonly ids: readonly BaselineId[];
  readonly squares: readonly MeanInterval[];
}

/** Two candidates and by how much the first is nearer, relatively: positive where it is. */
export interface JudgedPair {
  readonly first: number;
  readonly second: number;
  readonly differences: readonly MeanInterval[];
}

/**
 * The verdict on simultaneous intervals.
 *
 * Statement.    a candidate is out when it is certainly beyond the tolerance, over all prompts or in a
 *               stratum, or when another that is not out is certainly nearer somewhere and certainly farther
 *               nowhere. None left: none of these. One left: identified if it is certainly within the
 *               tolerance everywhere, else undecided. Several left: not identifiable between them
 * Accuracy.     wrong exclusions with at most the probability that an interval of either family misses
 */
export function judgeIdentity(
  candidates: readonly JudgedCandidate[],
  pairs: readonly JudgedPair[],
  tolerance: number,
): IdentityVerdict {
  const limit = tolerance * tolerance;
  const all = candidates.map((_, i) => i);
  const nearestFirst = (a: number, b: number) =>
    candidates[a]!.squares[0]!.mean - candidates[b]!.squares[0]!.mean;
  const within = all
    .filter((i) => candidates[i]!.squares.every(({ lower }) => lower <= limit))
    .sort(nearestFirst);
  const ids = (i: number) => candidates[i]!.ids;
  if (within.length === 0)
    return { kind: "none of these", nearest: ids(all.sort(nearestFirst)[0]!) };
  const left = within.filter((i) => !within.some((rival) => isNearer(rival, i, pairs)));
  if (left.length > 1) return { kind: "not identifiable", between: left.map(ids) };
  const only = left[0]!;
  const isCertain = candidates[only]!.squares.every(({ upper }) => upper <= limit);
  return isCertain
    ? { kind: "identified", algorithms: ids(only) }
    : { kind: "undecided", nearest: ids(only) };
}

/** Whether one candidate is certainly nearer somewhere and certainly farther nowhere. */
function isNearer(one: number, other: number, pairs: readonly JudgedPair[]): boolean {
  const pair = pairs.find(
    ({ first, second }) =>
      (first === one && second === other) || (first === other && second === one),
  );
  if (pair === undefined) return false;
  const sign = pair.first === one ? 1 : -1;
  const isPositive = ({ lower, upper }: MeanInterval) => (sign > 0 ? lower > 0 : upper < 0);
  const isNegative = ({ lower, upper }: MeanInterval) => (sign > 0 ? upper < 0 : lower > 0);
  return pair.differences.some(isPositive) && !pair.differences.some(isNegative);
}
