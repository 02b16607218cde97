import { ArgumentError, Description } from "../errors.js";
import { bitLength } from "./integer.js";
import { Rational } from "./rational.js";

/**
 * A closed interval with rational ends that is known to contain a number.
 *
 * Accuracy.     exact; every rounding is outward
 * @example Enclosure.of(Rational.of(1, 3), Rational.of(2, 3)).toDecimals(2)  // → ["0.33", "0.67"]
 */
export class Enclosure {
  private constructor(
    readonly lower: Rational,
    readonly upper: Rational,
  ) {}

  /** The interval [lower, upper]. Throws ArgumentError when lower exceeds upper. */
  static of(lower: Rational, upper: Rational): Enclosure {
    if (lower.compare(upper) > 0) {
      const got = new Description(`[${lower.toDecimal(6)}, ${upper.toDecimal(6)}]`);
      throw new ArgumentError("Enclosure.of", "upper", "at least lower", got);
    }
    return new Enclosure(lower, upper);
  }

  /** The interval that holds one number only. */
  static point(value: Rational): Enclosure {
    return new Enclosure(value, value);
  }

  get width(): Rational {
    return this.upper.minus(this.lower);
  }

  get midpoint(): Rational {
    return this.lower.plus(this.upper).over(Rational.of(2n));
  }

  contains(value: Rational): boolean {
    return this.lower.compare(value) <= 0 && value.compare(this.upper) <= 0;
  }

  /** Whether the width is at most `ratio` times the least magnitude in the interval. */
  isWithinRelativeWidth(ratio: Rational): boolean {
    const least =
      this.lower.sign() * this.upper.sign() > 0 ? this.#leastMagnitude() : Rational.ZERO;
    return this.width.compare(ratio.times(least)) <= 0;
  }

  /** The interval of x·factor for every x in this one. */
  times(factor: Rational): Enclosure {
    const ends = [this.lower.times(factor), this.upper.times(factor)] as const;
    return factor.sign() < 0 ? new Enclosure(ends[1], ends[0]) : new Enclosure(...ends);
  }

  /** The double nearest to the midpoint. */
  toNumber(): number {
    return this.midpoint.toNumber();
  }

  /** Ends as decimals of that many significant digits: lower rounded down, upper rounded up. */
  toDecimals(digits: number): [string, string] {
    return [this.lower.toDecimal(digits, "down"), this.upper.toDecimal(digits, "up")];
  }

  #leastMagnitude(): Rational {
    const [lower, upper] = [this.lower.absolute(), this.upper.absolute()];
    return lower.compare(upper) <= 0 ? lower : upper;
  }
}

/**
 * The interval between two quotients over one positive denominator, each end rounded outward to
 * `bits` significant bits: integers of a hundred thousand digits become a short enclosure without
 * any greatest common divisor.
 */
export function encloseQuotients(
  lowerNumerator: bigint,
  upperNumerator: bigint,
  denominator: bigint,
  bits: number,
): Enclosure {
  return Enclosure.of(
    roundQuotient(lowerNumerator, denominator, bits, "down"),
    roundQuotient(upperNumerator, denominator, bits, "up"),
  );
}

function roundQuotient(
  numerator: bigint,
  denominator: bigint,
  bits: number,
  direction: "down" | "up",
): Rational {
  if (numerator === 0n) return Rational.ZERO;
  if (numerator < 0n) {
    const opposite = direction === "down" ? "up" : "down";
    return roundQuotient(-numerator, denominator, bits, opposite).negated();
  }
  const shift = bits - (bitLength(numerator) - bitLength(denominator));
  const [p, q] =
    shift >= 0
      ? [numerator << BigInt(shift), denominator]
      : [numerator, denominator << BigInt(-shift)];
  const floor = p / q;
  const rounded = direction === "up" && floor * q !== p ? floor + 1n : floor;
  return shift >= 0
    ? Rational.of(rounded, 1n << BigInt(shift))
    : Rational.of(rounded << BigInt(-shift));
}
