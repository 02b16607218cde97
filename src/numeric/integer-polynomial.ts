import { ArgumentError } from "../errors.js";
import { greatestCommonDivisor } from "./integer.js";
import { overCommonDenominator, Rational } from "./rational.js";

/**
 * Polynomial in one variable with integer coefficients, constant term first.
 *
 * Accuracy.     exact
 * @example IntegerPolynomial.of([-2n, 0n, 1n]).evaluate(Rational.of(3, 2)).toString()  // → "1/4"
 */
export class IntegerPolynomial {
  static readonly ZERO = new IntegerPolynomial([]);

  private constructor(readonly coefficients: readonly bigint[]) {}

  /** The polynomial Σ coefficients[i] xⁱ; leading zeros are dropped. */
  static of(coefficients: readonly bigint[]): IntegerPolynomial {
    let length = coefficients.length;
    while (length > 0 && coefficients[length - 1] === 0n) length -= 1;
    return new IntegerPolynomial(coefficients.slice(0, length));
  }

  /** Degree, −1 for the zero polynomial. */
  get degree(): number {
    return this.coefficients.length - 1;
  }

  get leading(): bigint {
    return this.coefficients.at(-1) ?? 0n;
  }

  plus(other: IntegerPolynomial): IntegerPolynomial {
    const length = Math.max(this.coefficients.length, other.coefficients.length);
    return IntegerPolynomial.of(
      Array.from(
        { length },
        (_, i) => (this.coefficients[i] ?? 0n) + (other.coefficients[i] ?? 0n),
      ),
    );
  }

  minus(other: IntegerPolynomial): IntegerPolynomial {
    return this.plus(other.scaled(-1n));
  }

  scaled(factor: bigint): IntegerPolynomial {
    return IntegerPolynomial.of(this.coefficients.map((coefficient) => coefficient * factor));
  }

  times(other: IntegerPolynomial): IntegerPolynomial {
    if (this.degree < 0 || other.degree < 0) return IntegerPolynomial.ZERO;
    const product = new Array<bigint>(this.degree + other.degree + 1).fill(0n);
    for (const [i, a] of this.coefficients.entries()) {
      for (const [j, b] of other.coefficients.entries()) product[i + j]! += a * b;
    }
    return IntegerPolynomial.of(product);
  }

  derivative(): IntegerPolynomial {
    return IntegerPolynomial.of(
      this.coefficients.slice(1).map((coefficient, i) => coefficient * BigInt(i + 1)),
    );
  }

  /**
   * The integer q^degree · P(p/q), by homogenised Horner: no fraction is ever reduced.
   *
   * Throws.       ArgumentError when q ≤ 0
   */
  homogenisedAt(p: bigint, q: bigint): bigint {
    if (q <= 0n) {
      throw new ArgumentError("IntegerPolynomial.homogenisedAt", "denominator", "positive", q);
    }
    let value = 0n;
    let power = 1n;
    for (let i = this.degree; i >= 0; i--) {
      value = value * p + this.coefficients[i]! * power;
      power *= q;
    }
    return value;
  }

  evaluate(point: Rational): Rational {
    if (this.degree < 0) return Rational.ZERO;
    const { numerator, denominator } = point;
    return Rational.of(
      this.homogenisedAt(numerator, denominator),
      denominator ** BigInt(this.degree),
    );
  }

  /** Exact sign of the value at a rational point. */
  signAt(point: Rational): -1 | 0 | 1 {
    const value = this.homogenisedAt(point.numerator, point.denominator);
    return value > 0n ? 1 : value < 0n ? -1 : 0;
  }

  /** The same polynomial over the greatest common divisor of its coefficients; its sign is kept. */
  primitivePart(): IntegerPolynomial {
    let divisor = 0n;
    for (const coefficient of this.coefficients) {
      divisor = greatestCommonDivisor(divisor, coefficient);
      if (divisor === 1n) return this;
    }
    return this.degree < 0 ? this : IntegerPolynomial.of(this.coefficients.map((c) => c / divisor));
  }

  /** The polynomial whose value at t ∈ (0, 1) has the sign of this one at lower + (upper − lower)t. */
  onUnitInterval(lower: Rational, upper: Rational): IntegerPolynomial {
    const { first: start, second, denominator } = overCommonDenominator(lower, upper);
    const span = second - start;
    let scale = 1n;
    const integral = [...this.coefficients];
    for (let i = this.degree; i >= 0; i--) {
      integral[i]! *= scale;
      scale *= denominator;
    }
    const shifted = taylorShift(integral, start);
    scale = 1n;
    for (let i = 0; i < shifted.length; i++) {
      shifted[i]! *= scale;
      scale *= span;
    }
    return IntegerPolynomial.of(shifted);
  }

  /** P(x + offset). */
  shifted(offset: bigint): IntegerPolynomial {
    return IntegerPolynomial.of(taylorShift(this.coefficients, offset));
  }
}

/** Coefficients of P(x + offset), by repeated synthetic division. */
function taylorShift(coefficients: readonly bigint[], offset: bigint): bigint[] {
  const shifted = [...coefficients];
  for (let done = 0; done < shifted.length - 1; done++) {
    for (let i = shifted.length - 2; i >= done; i--) {
      shifted[i]! += offset === 1n ? shifted[i + 1]! : offset * shifted[i + 1]!;
    }
  }
  return shifted;
}
