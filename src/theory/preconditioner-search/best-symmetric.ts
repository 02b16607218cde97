import { requireInteger } from "../../errors.js";
import type { Matrix } from "../../numeric/matrix.js";
import type { Rational } from "../../numeric/rational.js";
import type { Stream } from "../../random/stream.js";
import type { RationalMatrix } from "../population/setting.js";
import type { NoisyLoopedSetting } from "../setting.js";
import { SpectralFamily } from "./spectral-family.js";
import { searchSpectra } from "./spectral-search.js";
import { SpectralWindow } from "./spectral-window.js";
import { roundedMatrix, spectralMatrix } from "./spectrum.js";

/** The best symmetric preconditioner found. */
export interface BestSymmetric {
  /** Whitened B, diagonal: the doubles nearest to `weights`. */
  readonly preconditioner: Matrix;
  /** The same, as rationals with the denominator 2^`bits`. */
  readonly weights: RationalMatrix;
  readonly bits: number;
  readonly loss: number;
  /** The exact loss of `weights`. */
  readonly lossExact: Rational;
  /** Largest eigenvalue less the smallest: 0 when the optimum is isotropic. */
  readonly spread: number;
  readonly foundBy: string;
  readonly starts: number;
  /** Starts that ended at the loss reported. */
  readonly agreeing: number;
  /** Distinct losses of local minima that the starts ended at. */
  readonly minima: number;
}

/**
 * The best symmetric preconditioner found, on the exact population loss.
 *
 * Statement.    the least local minimum from b*I and from random spectra. A symmetric B is a rotated
 *               diagonal one and the loss does not see rotations: d unknowns are the whole search
 * Conventions.  prior Ω = Σ⁻¹, any Σ (the result is whitened); ℓ = E(ŷ − y_q)² without ½
 * Accuracy.     `lossExact` is the exact loss of `weights`; stationary to the last bits of doubles.
 *               That nothing better exists is observed (b*I, wherever looked at), not proved
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond 7 loops
 */
export function bestSymmetric(
  setting: NoisyLoopedSetting,
  options: {
    readonly stream: Stream;
    /** Random starts; 12 when absent. */
    readonly randomStarts?: number;
  },
): BestSymmetric {
  const where = "bestSymmetric";
  const { stream, randomStarts = 12 } = options;
  requireInteger(where, "randomStarts", randomStarts, 0);
  const family = SpectralFamily.of(where, setting, "symmetric");
  const window = SpectralWindow.of(family, setting);
  const search = searchSpectra(family, window, {
    stream,
    randomStarts,
    // Agreement would stop the search for a second minimum: every start is made.
    agreement: Number.POSITIVE_INFINITY,
  });
  const { spectrum, loss, foundBy, hits } = search.minima[0]!;
  const weights = spectralMatrix(spectrum);
  const { coordinates } = spectrum;
  // Sorted: the difference is taken before rounding.
  const spread = coordinates.at(-1)!.minus(coordinates[0]!).toNumber();
  return {
    preconditioner: roundedMatrix(weights),
    weights,
    bits: window.bits,
    loss: loss.toNumber(),
    lossExact: loss,
    spread,
    foundBy,
    starts: search.starts,
    agreeing: hits,
    minima: search.minima.length,
  };
}
