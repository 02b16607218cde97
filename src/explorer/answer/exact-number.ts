import { logarithm } from "../../numeric/integer.js";
import type { Rational } from "../../numeric/rational.js";
import { numberText, powerOfTenText } from "../../report/number-text.js";

/** A number as plain values that a worker can send: rounded, in words, and its logarithm. */
export interface ExactNumber {
  /** The nearest double; 0 where it is below every double. */
  readonly value: number;
  readonly text: string;
  /** Decimal logarithm; null for zero. */
  readonly log10: number | null;
}

/** A non-negative rational as an ExactNumber; its text has `digits` significant digits. */
export function exactNumber(value: Rational, digits = 8): ExactNumber {
  if (value.sign() === 0) return { value: 0, text: "0", log10: null };
  const rounded = value.toNumber();
  return {
    value: rounded,
    text: rounded === 0 ? tinyText(value, digits) : numberText(rounded, digits),
    log10: logTen(value),
  };
}

/** log₁₀ of a positive rational of any size. */
export function logTen({ numerator, denominator }: Rational): number {
  return (logarithm(numerator) - logarithm(denominator)) / Math.LN10;
}

/** A number too small for doubles, from its decimal digits. */
function tinyText(value: Rational, digits: number): string {
  const [mantissa, exponent] = value.toDecimal(digits).split("e") as [string, string];
  return `${mantissa} × ${powerOfTenText(Number(exponent))}`;
}
