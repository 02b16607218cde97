import { Rational } from "../../numeric/rational.js";
import { isotropicOptimum } from "../../theory/isotropic-optimum.js";
import { paperBound } from "../../theory/paper-bound.js";

/** |b* − 1| and the paper's c along the context length, for one number of loops. */
export interface OptimumRate {
  readonly loops: number;
  readonly contextForNonVacuous: bigint;
  readonly points: readonly {
    readonly contextLength: bigint;
    /** |b* − 1|: nearest double to the middle of a certified enclosure. */
    readonly distance: number;
    /** The radius c. */
    readonly bound: number;
  }[];
}

/**
 * The exact distance of the optimum from the inverse covariance, and the theorem's radius, at
 * n = 1, 3, 10, 30, …, 10^decades.
 *
 * Accuracy.     distance: 12 digits certified; bound: see paperBound
 * Throws.       ArgumentError when dim or a number of loops is not a positive integer
 */
export function optimumRates(options: {
  readonly dim: number;
  readonly loops: readonly number[];
  readonly decades: number;
}): OptimumRate[] {
  const { dim, decades } = options;
  const contexts = Array.from(
    { length: 2 * decades + 1 },
    (_, i) => 10n ** BigInt(i >> 1) * (i % 2 === 0 ? 1n : 3n),
  );
  return options.loops.map((loops) => ({
    loops,
    contextForNonVacuous: paperBound({ dim, contextLength: 1, loops }).contextForNonVacuous,
    points: contexts.map((contextLength) => ({
      contextLength,
      distance: distanceFromOne(dim, contextLength, loops),
      bound: paperBound({ dim, contextLength, loops }).c,
    })),
  }));
}

/** 1 − b* is of order d/n: its digits begin that many places behind those of b*. */
function distanceFromOne(dim: number, contextLength: bigint, loops: number): number {
  const digits = contextLength.toString().length + 12;
  const { stepSize } = isotropicOptimum({ dim, contextLength, loops, digits });
  return stepSize.midpoint.minus(Rational.ONE).absolute().toNumber();
}
