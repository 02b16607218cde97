import { ArgumentError, Description } from "../errors.js";
import { Enclosure } from "./enclosure.js";
import { bitLength, magnitude } from "./integer.js";
import type { IntegerPolynomial } from "./integer-polynomial.js";
import { overCommonDenominator, Rational } from "./rational.js";

/** Both ends over one denominator, with q^degree P at each, so that values compare directly. */
interface Bracket {
  readonly denominator: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
  readonly lowerValue: bigint;
  readonly upperValue: bigint;
}

/**
 * Enclosure, of relative width at most `relativeWidth`, of a root of P at which P changes sign.
 *
 * Statement.    the result [x, y] ⊂ bracket has P(x)P(y) < 0, or x = y and P(x) = 0: the
 *               enclosure proves itself by two exact signs
 * Hypotheses.   P has opposite, non-zero signs at the ends of the bracket, and one change of sign
 *               between them (with more, one of the roots is enclosed)
 * Accuracy.     exact arithmetic throughout; the secant only guesses where to look
 * Throws.       ArgumentError when the signs do not oppose or relativeWidth is not positive
 * Source.       quadratic interval refinement, Abbott 2006
 * @example
 * const squareRoot = refineRoot(IntegerPolynomial.of([-2n, 0n, 1n]),
 *   Enclosure.of(Rational.ONE, Rational.of(2)), Rational.parse("1e-5"));
 * squareRoot.toDecimals(6)  // → ["1.41420", "1.41422"]
 */
export function refineRoot(
  polynomial: IntegerPolynomial,
  bracket: Enclosure,
  relativeWidth: Rational,
): Enclosure {
  if (relativeWidth.sign() <= 0) {
    const got = new Description(relativeWidth.toString());
    throw new ArgumentError("refineRoot", "relativeWidth", "positive", got);
  }
  if (polynomial.signAt(bracket.lower) * polynomial.signAt(bracket.upper) >= 0) {
    const got = new Description(`[${bracket.toDecimals(6).join(", ")}]`);
    throw new ArgumentError("refineRoot", "bracket", "a bracket with a sign change", got);
  }
  let current: Bracket | Rational = bracketAwayFromZero(polynomial, bracket);
  // The cell count squares after a lucky guess and falls back to a plain bisection after bad ones.
  let cellBits = 1;
  while (!(current instanceof Rational)) {
    const missing = missingBits(current, relativeWidth);
    if (missing === 0) return enclosureOf(current);
    const bits = Math.min(cellBits, missing);
    const step: RefinementStep = refineOnce(polynomial, current, bits);
    current = step.bracket;
    cellBits = step.guessed ? 2 * bits : Math.max(1, bits >> 1);
  }
  return Enclosure.point(current);
}

interface RefinementStep {
  readonly bracket: Bracket | Rational;
  readonly guessed: boolean;
}

/** Looks for the root in the cell, of 2^bits equal ones, that the secant points at. */
function refineOnce(polynomial: IntegerPolynomial, from: Bracket, bits: number): RefinementStep {
  const cells = 1n << BigInt(bits);
  const denominator = from.denominator * cells;
  const scale = cells ** BigInt(polynomial.degree);
  const first = from.lower * cells;
  const cellWidth = from.upper - from.lower;
  const left = { cell: 0n, value: from.lowerValue * scale };
  const right = { cell: cells, value: from.upperValue * scale };
  const bracket = (lower: typeof left, upper: typeof left): Bracket => ({
    denominator,
    lower: first + lower.cell * cellWidth,
    upper: first + upper.cell * cellWidth,
    lowerValue: lower.value,
    upperValue: upper.value,
  });
  const at = (cell: bigint) => {
    if (cell === left.cell) return left;
    if (cell === right.cell) return right;
    return { cell, value: polynomial.homogenisedAt(first + cell * cellWidth, denominator) };
  };

  const guess = at(secantCell(from, cells));
  if (guess.value === 0n) {
    return { bracket: Rational.of(first + guess.cell * cellWidth, denominator), guessed: true };
  }
  const rootIsRight = guess.value < 0n === left.value < 0n;
  const next = at(rootIsRight ? guess.cell + 1n : guess.cell - 1n);
  if (next.value === 0n) {
    return { bracket: Rational.of(first + next.cell * cellWidth, denominator), guessed: true };
  }
  const guessed = next.value < 0n !== guess.value < 0n;
  if (rootIsRight)
    return { bracket: guessed ? bracket(guess, next) : bracket(next, right), guessed };
  return { bracket: guessed ? bracket(next, guess) : bracket(left, next), guessed };
}

/** The cell boundary nearest to the zero of the straight line through the two ends. */
function secantCell(bracket: Bracket, cells: bigint): bigint {
  const rise = bracket.lowerValue - bracket.upperValue;
  const dropped = BigInt(Math.max(0, bitLength(magnitude(rise)) - 2 * bitLength(cells) - 16));
  return (((bracket.lowerValue * cells * 2n) >> dropped) / (rise >> dropped) + 1n) / 2n;
}

/** How many halvings the bracket still needs; 0 when it is narrow enough. */
function missingBits(bracket: Bracket, relativeWidth: Rational): number {
  const { lower, upper } = bracket;
  const least = lower > 0n ? lower : upper < 0n ? -upper : 0n;
  const width = (upper - lower) * relativeWidth.denominator;
  const allowed = least * relativeWidth.numerator;
  if (width <= allowed) return 0;
  return least === 0n ? 1 : Math.max(1, bitLength(width) - bitLength(allowed) + 1);
}

function enclosureOf({ lower, upper, denominator }: Bracket): Enclosure {
  return Enclosure.of(Rational.of(lower, denominator), Rational.of(upper, denominator));
}

/** The part of the bracket on the root's side of 0, where a relative width has a meaning. */
function bracketAwayFromZero(
  polynomial: IntegerPolynomial,
  { lower, upper }: Enclosure,
): Bracket | Rational {
  if (lower.sign() < 0 && upper.sign() > 0) {
    const atZero = polynomial.signAt(Rational.ZERO);
    if (atZero === 0) return Rational.ZERO;
    return atZero === polynomial.signAt(lower)
      ? makeBracket(polynomial, Rational.ZERO, upper)
      : makeBracket(polynomial, lower, Rational.ZERO);
  }
  return makeBracket(polynomial, lower, upper);
}

function makeBracket(polynomial: IntegerPolynomial, lower: Rational, upper: Rational): Bracket {
  const { first, second, denominator } = overCommonDenominator(lower, upper);
  return {
    denominator,
    lower: first,
    upper: second,
    lowerValue: polynomial.homogenisedAt(first, denominator),
    upperValue: polynomial.homogenisedAt(second, denominator),
  };
}
