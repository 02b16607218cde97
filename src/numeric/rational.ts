import { ArgumentError, requireInteger } from "../errors.js";
import { bitLength, greatestCommonDivisor, leastCommonMultiple, magnitude } from "./integer.js";

/**
 * Exact rational number in lowest terms with a positive denominator.
 *
 * Accuracy.     exact
 * @example Rational.of(20n, 31n).plus(Rational.ONE).toString()  // → "51/31"
 */
export class Rational {
  static readonly ZERO = new Rational(0n, 1n);
  static readonly ONE = new Rational(1n, 1n);

  private constructor(
    readonly numerator: bigint,
    readonly denominator: bigint,
  ) {}

  /** The quotient of two integers. Throws ArgumentError when the denominator is zero. */
  static of(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
    let p = BigInt(numerator);
    let q = BigInt(denominator);
    if (q === 0n) throw new ArgumentError("Rational.of", "denominator", "non-zero", denominator);
    if (q < 0n) {
      p = -p;
      q = -q;
    }
    const divisor = greatestCommonDivisor(p, q);
    return divisor === 1n ? new Rational(p, q) : new Rational(p / divisor, q / divisor);
  }

  /** The exact value of a finite double. */
  static fromNumber(value: number): Rational {
    if (!Number.isFinite(value)) {
      throw new ArgumentError("Rational.fromNumber", "value", "finite", value);
    }
    let mantissa = value;
    let exponent = 0n;
    while (!Number.isInteger(mantissa)) {
      mantissa *= 2;
      exponent += 1n;
    }
    return Rational.of(BigInt(mantissa), 1n << exponent);
  }

  /** Reads "3", "-3/7", "0.25" or "1e-30" exactly. */
  static parse(text: string): Rational {
    const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?(?:\/(\d+))?\s*$/.exec(text);
    const [, sign, whole = "", fraction = "", exponentText, denominatorText] = match ?? [];
    if (match === null || whole + fraction === "") {
      throw new ArgumentError("Rational.parse", "text", "a decimal or a fraction p/q", text);
    }
    const exponent = Number(exponentText ?? 0) - fraction.length;
    const digits = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
    const scale = 10n ** BigInt(Math.abs(exponent));
    const denominator = BigInt(denominatorText ?? 1);
    return exponent >= 0
      ? Rational.of(digits * scale, denominator)
      : Rational.of(digits, scale * denominator);
  }

  plus(other: Rational): Rational {
    return Rational.of(
      this.numerator * other.denominator + other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  minus(other: Rational): Rational {
    return this.plus(other.negated());
  }

  times(other: Rational): Rational {
    return Rational.of(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  over(other: Rational): Rational {
    return Rational.of(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  negated(): Rational {
    return new Rational(-this.numerator, this.denominator);
  }

  absolute(): Rational {
    return this.numerator < 0n ? this.negated() : this;
  }

  /** Integer power; a negative exponent inverts. */
  power(exponent: number): Rational {
    if (exponent < 0) return Rational.ONE.over(this).power(-exponent);
    return new Rational(this.numerator ** BigInt(exponent), this.denominator ** BigInt(exponent));
  }

  /** −1, 0 or 1. */
  sign(): -1 | 0 | 1 {
    return this.numerator > 0n ? 1 : this.numerator < 0n ? -1 : 0;
  }

  /** Sign of this − other. */
  compare(other: Rational): -1 | 0 | 1 {
    const difference = this.numerator * other.denominator - other.numerator * this.denominator;
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  }

  equals(other: Rational): boolean {
    return this.numerator === other.numerator && this.denominator === other.denominator;
  }

  /** The nearest double, ties to even; ±Infinity beyond the range. */
  toNumber(): number {
    if (this.numerator === 0n) return 0;
    const numerator = magnitude(this.numerator);
    const shift = 66 - (bitLength(numerator) - bitLength(this.denominator));
    const [p, q] =
      shift >= 0
        ? [numerator << BigInt(shift), this.denominator]
        : [numerator, this.denominator << BigInt(-shift)];
    const quotient = p / q;
    const unitExponent = Math.max(bitLength(quotient) - shift - 53, -1074);
    const dropped = BigInt(unitExponent + shift);
    const mantissa = quotient >> dropped;
    const rest = quotient - (mantissa << dropped);
    const half = 1n << (dropped - 1n);
    const isTie = rest === half && quotient * q === p;
    const roundsUp = isTie ? (mantissa & 1n) === 1n : rest >= half;
    const value = scaleByPowerOfTwo(Number(mantissa + (roundsUp ? 1n : 0n)), unitExponent);
    return this.numerator < 0n ? -value : value;
  }

  /**
   * Decimal string with the given number of significant digits, in plain or exponent notation.
   *
   * Accuracy.     "down" never exceeds the value, "up" is never below it, "nearest" is within half
   *               a unit of the last digit.
   * Throws.       ArgumentError when digits is not a positive integer
   */
  toDecimal(digits: number, rounding: "down" | "up" | "nearest" = "nearest"): string {
    requireInteger("Rational.toDecimal", "digits", digits);
    if (this.numerator === 0n) return "0";
    const absolute = this.absolute();
    let exponent = decimalExponent(absolute);
    const power = digits - 1 - exponent;
    const scaled = absolute.times(Rational.of(10n).power(power));
    const floor = scaled.numerator / scaled.denominator;
    const remainder = scaled.numerator - floor * scaled.denominator;
    const away = rounding === "up" ? this.numerator > 0n : this.numerator < 0n;
    const roundsUp =
      rounding === "nearest" ? remainder * 2n >= scaled.denominator : away && remainder > 0n;
    let text = (floor + (roundsUp ? 1n : 0n)).toString();
    if (text.length > digits) {
      text = text.slice(0, digits);
      exponent += 1;
    }
    return (this.numerator < 0n ? "-" : "") + placeDecimalPoint(text, exponent);
  }

  /** "p/q", or "p" for an integer. */
  toString(): string {
    return this.denominator === 1n ? `${this.numerator}` : `${this.numerator}/${this.denominator}`;
  }
}

/** Numerators of both numbers over their least common denominator. */
export function overCommonDenominator(
  a: Rational,
  b: Rational,
): { first: bigint; second: bigint; denominator: bigint } {
  const denominator = leastCommonMultiple(a.denominator, b.denominator);
  return {
    first: a.numerator * (denominator / a.denominator),
    second: b.numerator * (denominator / b.denominator),
    denominator,
  };
}

function scaleByPowerOfTwo(value: number, exponent: number): number {
  let result = value;
  let left = exponent;
  while (left < -1000 || left > 1000) {
    const step = left < 0 ? -1000 : 1000;
    result *= 2 ** step;
    left -= step;
  }
  return result * 2 ** left;
}

function decimalExponent(positive: Rational): number {
  const bits = bitLength(positive.numerator) - bitLength(positive.denominator);
  let exponent = Math.floor((bits - 1) * Math.log10(2));
  while (positive.compare(Rational.of(10n).power(exponent + 1)) >= 0) exponent += 1;
  return exponent;
}

function placeDecimalPoint(digits: string, exponent: number): string {
  if (exponent < -6 || exponent >= 21) {
    const fraction = digits.slice(1);
    return `${digits[0]}${fraction === "" ? "" : `.${fraction}`}e${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
  }
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, "0");
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}
