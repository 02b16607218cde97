import { ArgumentError } from "../../errors.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Rational } from "../../numeric/rational.js";

/** What the exact loss of a polynomial of the sample covariance needs to know of the prompts. */
export interface MomentLaw {
  readonly contextLength: bigint;
  /** m₀, m₁, …: E tr (nS)^k. */
  readonly moments: readonly bigint[];
  readonly noiseVariance: Rational;
}

/**
 * Residual p of a model that answers wᵀ(I − p(S))x_q: a rational polynomial with p(0) = 1.
 *
 * Statement.    p(s) = numerator(n s) / denominator
 * Conventions.  S the whitened sample covariance; kept in w = ns, whose moments are integers
 * Accuracy.     exact
 */
export class ResidualPolynomial {
  static readonly ONE = new ResidualPolynomial(IntegerPolynomial.of([1n]));

  private constructor(readonly numerator: IntegerPolynomial) {}

  /** The polynomial N(ns)/N(0). Throws ArgumentError when N(0) = 0. */
  static of(numerator: IntegerPolynomial): ResidualPolynomial {
    const constant = numerator.coefficients[0] ?? 0n;
    if (constant === 0n) {
      throw new ArgumentError("ResidualPolynomial.of", "numerator", "non-zero at 0", constant);
    }
    return new ResidualPolynomial(constant > 0n ? numerator : numerator.scaled(-1n));
  }

  /** One gradient step: p(s) = 1 − bs. */
  static ofStep(stepSize: Rational, contextLength: bigint): ResidualPolynomial {
    const { numerator, denominator } = stepSize;
    return ResidualPolynomial.of(IntegerPolynomial.of([denominator * contextLength, -numerator]));
  }

  /** Π (1 − b_l s): gradient steps one after the other, in any order. */
  static ofSteps(stepSizes: readonly Rational[], contextLength: bigint): ResidualPolynomial {
    return stepSizes.reduce(
      (product, stepSize) => product.times(ResidualPolynomial.ofStep(stepSize, contextLength)),
      ResidualPolynomial.ONE,
    );
  }

  /** Its constant coefficient, by which the numerator is to be divided; positive. */
  get denominator(): bigint {
    return this.numerator.coefficients[0]!;
  }

  get degree(): number {
    return this.numerator.degree;
  }

  times(other: ResidualPolynomial): ResidualPolynomial {
    return new ResidualPolynomial(this.numerator.times(other.numerator));
  }

  power(exponent: number): ResidualPolynomial {
    return new ResidualPolynomial(integerPower(this.numerator, exponent));
  }

  /**
   * Exact population loss of the model with this residual.
   *
   * Statement.    ℓ = E tr p(S)² + (σ²/n) E tr S q(S)², q(s) = (1 − p(s))/s
   * Conventions.  prior Ω = Σ⁻¹; ℓ = E(ŷ − y_q)² without ½
   * Hypotheses.   the law holds moments up to twice the degree
   */
  lossUnder(law: MomentLaw): Rational {
    const bias = Rational.of(
      expectedTrace(this.numerator.times(this.numerator), law),
      this.denominator ** 2n,
    );
    if (law.noiseVariance.sign() === 0) return bias;
    const step = IntegerPolynomial.of(this.numerator.coefficients.slice(1));
    const square = step.times(step);
    return bias.plus(
      law.noiseVariance.times(Rational.of(expectedTrace(square, law, 1), this.denominator ** 2n)),
    );
  }
}

/** E tr (nS)^shift P(nS). Throws ArgumentError when the law has too few moments. */
export function expectedTrace(polynomial: IntegerPolynomial, law: MomentLaw, shift = 0): bigint {
  const needed = polynomial.degree + shift;
  if (needed >= law.moments.length) {
    throw new ArgumentError("expectedTrace", "moments", `m₀ … m_${needed}`, law.moments.length);
  }
  return polynomial.coefficients.reduce((sum, c, k) => sum + c * law.moments[k + shift]!, 0n);
}

/** P^exponent by repeated squaring. */
export function integerPower(base: IntegerPolynomial, exponent: number): IntegerPolynomial {
  let result = IntegerPolynomial.of([1n]);
  let square = base;
  for (let left = exponent; left > 0; left >>= 1) {
    if (left & 1) result = result.times(square);
    if (left > 1) square = square.times(square);
  }
  return result;
}
