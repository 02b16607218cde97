import { requireInteger } from "../../errors.js";
import { antisymmetricCurvatureAtOptimum } from "./antisymmetric-curvature.js";

/** Where b*I turns from a minimum into a saddle, as far as it was looked for. */
export interface SaddleOnset {
  /** The first n at which the curvature is negative; null when none was found. */
  readonly onset: number | null;
  /** Every n from 1 to here was decided by an exact sign. */
  readonly checkedTo: number;
  /** How often the sign changed on the way: 1 wherever it has been looked at. */
  readonly signChanges: number;
}

/**
 * The first context length n₀(d, L) at which an antisymmetric part lowers the loss near b*I.
 *
 * Statement.    n₀ = min {n : the curvature of ℓ at b*(n)I in the antisymmetric sector is < 0}
 * Conventions.  `checkedTo` is the last n to look at; without it the search goes on to 2n₀, or
 *               gives up at d² + 20d + 100 (n₀ ≈ d²/2 + 2d + 8 at two loops, below 6d at more)
 * Hypotheses.   that no sign changes beyond `checkedTo`: `provenSaddleOnset` proves it to 4 loops
 * Accuracy.     every sign is exact
 * Throws.       ArgumentError for a bad size; HypothesisError beyond 7 loops
 * @example saddleOnset(10, 3).onset  // → 48
 */
export function saddleOnset(
  dim: number,
  loops: number,
  options: { readonly checkedTo?: number } = {},
): SaddleOnset {
  requireInteger("saddleOnset", "dim", dim);
  requireInteger("saddleOnset", "loops", loops);
  const { checkedTo } = options;
  if (checkedTo !== undefined) requireInteger("saddleOnset", "checkedTo", checkedTo);
  // No antisymmetric direction, or a convex quadratic.
  const limit = checkedTo ?? dim * dim + 20 * dim + 100;
  if (dim === 1 || loops === 1) return { onset: null, checkedTo: limit, signChanges: 0 };
  let onset: number | null = null;
  let signChanges = 0;
  let previous: -1 | 1 = 1;
  let n = 0;
  while (n < (checkedTo ?? (onset === null ? limit : 2 * onset))) {
    n += 1;
    const { sign } = antisymmetricCurvatureAtOptimum({ dim, contextLength: n, loops });
    if (sign < 0) onset ??= n;
    if (n > 1 && sign !== previous) signChanges += 1;
    previous = sign;
  }
  return { onset, checkedTo: n, signChanges };
}
