import { HypothesisError } from "../../errors.js";
import type { Matrix } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import { exactTheoryGap } from "../../prompt/exact-theory-gap.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import { responseVariance } from "../../prompt/response-variance.js";
import type { NoisyLoopedSetting } from "../../theory/setting.js";

/**
 * What methods that act on whitened covariates by polynomials of S see of a prompt law.
 *
 * Statement.    ℓ = scale·[E tr p(S)² + (σ²/(scale·n)) E tr S q(S)²], scale = tr(ΩΣ)/d, for any Σ, Ω, σ²
 * Source.       derived here: S is rotation invariant, so E p(S)² is a multiple of I, and of Ω only the
 *               trace of Σ^{1/2}ΩΣ^{1/2} counts
 */
export interface WhitenedLaw {
  /** With the noise in units of `scale`. */
  readonly setting: Omit<NoisyLoopedSetting, "loops"> & {
    readonly contextLength: number;
    readonly noiseVariance: Rational;
  };
  readonly scale: number;
}

/** The whitened law of prompts. Throws HypothesisError unless covariates are Gaussian and tasks fresh. */
export function whitenedLaw(where: string, distribution: PromptDistribution): WhitenedLaw {
  const gap = exactTheoryGap(distribution);
  if (gap !== undefined) throw new HypothesisError(`${where}: ${gap}`);
  const { dim, contextLength, noiseVariance } = distribution;
  const mean = responseVariance(distribution) / dim;
  // A matrix inverse leaves roundings in tr(ΩΣ) that would make long fractions of short ones.
  const scale = Math.abs(mean - 1) < 1e-12 ? 1 : mean;
  return {
    setting: { dim, contextLength, noiseVariance: Rational.fromNumber(noiseVariance / scale) },
    scale,
  };
}

/** Whether a matrix is a multiple of the identity, up to the rounding of a matrix inverse. */
export function isMultipleOfIdentity(matrix: Matrix): boolean {
  const mean = matrix.trace() / matrix.rows;
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < matrix.columns; j++) {
      if (Math.abs(matrix.get(i, j) - (i === j ? mean : 0)) > 1e-9 * mean) return false;
    }
  }
  return true;
}
