import fc from "fast-check";
import { requireInteger } from "../errors.js";

/** A size: covariates, context, depth. */
export interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
}

/**
 * Sizes (d, n, L), weighted to the awkward: d = 1, n = 1, n < d, n = d, n = d + 1.
 *
 * Shrinks to   d = n = L = 1
 */
export function settings(
  options: { readonly maxDim?: number; readonly maxLoops?: number } = {},
): fc.Arbitrary<Setting> {
  const { maxDim = 5, maxLoops = 5 } = options;
  requireInteger("settings", "maxDim", maxDim);
  requireInteger("settings", "maxLoops", maxLoops);
  return fc
    .tuple(
      fc.oneof({ withCrossShrink: true }, fc.constant(1), {
        arbitrary: fc.integer({ min: 1, max: maxDim }),
        weight: 4,
      }),
      fc.integer({ min: 1, max: maxLoops }),
    )
    .chain(([dim, loops]) =>
      contextLengths(dim).map((contextLength) => ({ dim, contextLength, loops })),
    );
}

/** Context lengths for a dimension, weighted to 1, below it, at it and just above it. */
export function contextLengths(dim: number): fc.Arbitrary<number> {
  return fc.oneof(
    { withCrossShrink: true },
    fc.constant(1),
    fc.integer({ min: 1, max: dim }),
    fc.constantFrom(dim, dim + 1),
    fc.integer({ min: 1, max: 4 * dim }),
  );
}
