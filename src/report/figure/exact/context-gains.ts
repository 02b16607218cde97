import { Rational } from "../../../numeric/rational.js";
import { Stream } from "../../../random/stream.js";
import { isotropicOptimum } from "../../../theory/isotropic-optimum.js";
import { paperBound } from "../../../theory/paper-bound.js";
import { bestPreconditioner } from "../../../theory/preconditioner-search/best-preconditioner.js";

/** What the context length does: to b*, to what other matrices gain, to the theorem's radius. */
export interface ContextGains {
  readonly dim: number;
  readonly loops: number;
  readonly contextForNonVacuous: bigint;
  readonly points: readonly {
    readonly contextLength: bigint;
    /** |b* − 1|, from a certified enclosure. */
    readonly distance: number;
    /** 1 − ℓ(best found)/ℓ(b*), both exact; 0 where nothing better than b* was found. */
    readonly gain: number;
    /** The radius c. */
    readonly bound: number;
  }[];
}

/** Random starts over normal matrices at each n; those from cI + εJ and the rotation planes come first. */
const SEARCH = { normalStarts: 2, agreement: 2, matrixStarts: 0 } as const;

/**
 * |b* − 1|, the relative gain of the best preconditioner found over normal matrices, and c, at
 * n = 10, 100, …, 10^decades.
 *
 * Accuracy.     losses exact, so that a gain is a lower bound on that over all matrices
 * Throws.       ArgumentError for a bad size; HypothesisError beyond 6 loops
 */
export function contextGains(options: {
  readonly dim: number;
  readonly loops: number;
  readonly decades: number;
  readonly seed: number;
}): ContextGains {
  const { dim, loops, decades, seed } = options;
  const contexts = Array.from({ length: decades }, (_, i) => 10n ** BigInt(i + 1));
  return {
    dim,
    loops,
    contextForNonVacuous: paperBound({ dim, contextLength: 1, loops }).contextForNonVacuous,
    points: contexts.map((contextLength) => {
      const setting = { dim, contextLength, loops };
      const digits = contextLength.toString().length + 12;
      const { stepSize, loss } = isotropicOptimum({ ...setting, digits });
      const stream = Stream.fromSeed(seed).split("gains").split(contextLength.toString());
      const best = bestPreconditioner(setting, { stream, ...SEARCH });
      const gain = Rational.ONE.minus(best.lossExact.over(loss.midpoint)).toNumber();
      return {
        contextLength,
        distance: stepSize.midpoint.minus(Rational.ONE).absolute().toNumber(),
        // The best found is at most the isotropic optimum, to the last bits of both.
        gain: gain > 1e-10 ? gain : 0,
        bound: paperBound(setting).c,
      };
    }),
  };
}
