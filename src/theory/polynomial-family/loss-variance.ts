import { Rational } from "../../numeric/rational.js";
import { requireWishartSetting, type WishartSetting } from "../setting.js";
import { wishartMoments } from "../wishart-moments.js";
import { expectedTrace, type MomentLaw, type ResidualPolynomial } from "./residual-polynomial.js";
import { traceVariance } from "./trace-variance.js";

/** How the loss of a polynomial residual spreads over prompts. */
export interface LossVariance {
  /** ℓ = E tr p(S)². */
  readonly mean: Rational;
  /** Variance over contexts of E[(ŷ − y_q)² | S] = tr p(S)². */
  readonly conditional: Rational;
  /** Variance over whole prompts of (ŷ − y_q)². */
  readonly squaredError: Rational;
}

/**
 * Exact variances of the squared error of a model with residual p, for planning sample sizes.
 *
 * Statement.    Var tr p(S)² by traceVariance, and Var (ŷ − y_q)² = 3 Var tr p² + 2ℓ² + 6 E tr p⁴
 * Conventions.  prior Ω = Σ⁻¹, no noise; loops beyond the trained ones: p(s) = (1 − bs)^T
 * Hypotheses.   min(n, d) ≤ 32
 * Accuracy.     exact
 * Throws.       as traceVariance
 * Source.       derived here: given S, ŷ − y_q = −wᵀp(S)x_q with Gaussian w and x_q has fourth moment
 *               3(tr p²)² + 6 tr p⁴
 */
export function lossVariance(setting: WishartSetting, residual: ResidualPolynomial): LossVariance {
  const contextLength = requireWishartSetting("lossVariance", setting);
  const square = residual.numerator.times(residual.numerator);
  const fourth = square.times(square);
  const law: MomentLaw = {
    contextLength,
    moments: wishartMoments(setting, fourth.degree),
    noiseVariance: Rational.ZERO,
  };
  const scale = residual.denominator ** 2n;
  const mean = Rational.of(expectedTrace(square, law), scale);
  const conditional = traceVariance(setting, square).over(Rational.of(scale * scale));
  const quartic = Rational.of(expectedTrace(fourth, law), scale * scale);
  const squaredError = Rational.of(3)
    .times(conditional)
    .plus(Rational.of(2).times(mean.times(mean)))
    .plus(Rational.of(6).times(quartic));
  return { mean, conditional, squaredError };
}
