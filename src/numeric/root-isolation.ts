import { ArgumentError, NumericalError } from "../errors.js";
import { Enclosure } from "./enclosure.js";
import { bitLength, magnitude } from "./integer.js";
import { IntegerPolynomial } from "./integer-polynomial.js";
import { Rational } from "./rational.js";

/** Halvings after which two roots count as one of even multiplicity. */
const MAXIMAL_DEPTH = 512;

/**
 * Disjoint enclosures, ascending, of all roots of P in an open interval, one simple root in each.
 *
 * Statement.    each enclosure is a point, where P vanishes, or has opposite signs of P at its ends
 *               and exactly one root inside, proved by Descartes' rule: one sign variation of
 *               (1 + x)^degree P((lower + upper·x)/(1 + x)) means one root, none means none
 * Hypotheses.   the roots in the interval are simple
 * Accuracy.     exact
 * Throws.       ArgumentError for the zero polynomial; NumericalError when two roots lie closer than
 *               2^−512 of the interval, as roots of even multiplicity do
 * Source.       Vincent, Collins and Akritas 1976; far cheaper than a Sturm chain at high degree
 */
export function isolateRoots(polynomial: IntegerPolynomial, interval: Enclosure): Enclosure[] {
  if (polynomial.degree < 0) {
    throw new ArgumentError("isolateRoots", "polynomial", "non-zero", 0);
  }
  const { lower, width } = interval;
  const roots: Enclosure[] = [];
  /** `local` is P on the cell [index, index + 1] · 2^−depth of the interval, moved to [0, 1]. */
  function search(local: IntegerPolynomial, depth: number, index: bigint): void {
    const variations = unitIntervalVariations(local);
    if (variations === 0) return;
    const at = (position: bigint, level: number) =>
      lower.plus(width.times(Rational.of(position, 1n << BigInt(level))));
    const atLowerEnd = local.coefficients[0]!;
    const atUpperEnd = local.coefficients.reduce((sum, coefficient) => sum + coefficient, 0n);
    if (variations === 1 && atLowerEnd !== 0n && atUpperEnd !== 0n) {
      roots.push(Enclosure.of(at(index, depth), at(index + 1n, depth)));
      return;
    }
    if (depth === MAXIMAL_DEPTH) {
      const place = at(index, depth).toDecimal(20);
      throw new NumericalError(`isolateRoots: roots near ${place} cannot be told apart`);
    }
    const left = halved(local);
    const right = left.shifted(1n);
    search(left, depth + 1, 2n * index);
    if (right.coefficients[0] === 0n) roots.push(Enclosure.point(at(2n * index + 1n, depth + 1)));
    search(right, depth + 1, 2n * index + 1n);
  }
  search(polynomial.onUnitInterval(interval.lower, interval.upper), 0, 0n);
  return roots;
}

/**
 * Whether P has no root in the open interval, as far as Descartes' rule can tell: true is a proof,
 * false only says that the interval is too wide for one.
 */
export function isProvablyRootFree(polynomial: IntegerPolynomial, interval: Enclosure): boolean {
  return unitIntervalVariations(polynomial.onUnitInterval(interval.lower, interval.upper)) === 0;
}

/**
 * A power of two above every positive root.
 *
 * Statement.    2 max |a_{m−k}/a_m|^{1/k} over the coefficients whose sign differs from a_m's
 * Source.       Kioustelidis 1986, rounded up to a power of two
 */
export function positiveRootBound(polynomial: IntegerPolynomial): Rational {
  const { degree, leading } = polynomial;
  let exponent = Number.NEGATIVE_INFINITY;
  for (let k = 1; k <= degree; k++) {
    const coefficient = polynomial.coefficients[degree - k]!;
    if (coefficient === 0n || coefficient < 0n === leading < 0n) continue;
    const ratioBits = bitLength(magnitude(coefficient)) - bitLength(magnitude(leading)) + 1;
    exponent = Math.max(exponent, Math.ceil(ratioBits / k));
  }
  return exponent === Number.NEGATIVE_INFINITY ? Rational.ONE : Rational.of(2n).power(exponent + 1);
}

/** Sign variations of (1 + x)^degree P(1/(1 + x)): at least the number of roots in (0, 1). */
function unitIntervalVariations(polynomial: IntegerPolynomial): number {
  const reversed = [...polynomial.coefficients].reverse();
  const transformed = IntegerPolynomial.of(reversed).shifted(1n).coefficients;
  let variations = 0;
  let last = 0n;
  for (const coefficient of transformed) {
    if (coefficient === 0n) continue;
    if (last !== 0n && last < 0n !== coefficient < 0n) variations += 1;
    last = coefficient;
  }
  return variations;
}

/** 2^degree P(x/2). */
function halved(polynomial: IntegerPolynomial): IntegerPolynomial {
  const { coefficients, degree } = polynomial;
  return IntegerPolynomial.of(coefficients.map((c, i) => c << BigInt(degree - i)));
}
