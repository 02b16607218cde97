import { NumericalError } from "../../errors.js";
import { Enclosure, encloseQuotients } from "../../numeric/enclosure.js";
import { bitLength, leastCommonMultiple, magnitude } from "../../numeric/integer.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { overCommonDenominator, Rational } from "../../numeric/rational.js";

/** Halvings of the interval after which a zero of the polynomial is the likely cause. */
const MAXIMAL_DEPTH = 400;

/**
 * Enclosure of ∫ dy / P(y) over an interval on which P > 0.
 *
 * Statement.    on a short cell, in x ∈ [−1, 1], P = P₀(1 + h(x)) and g a truncated series of
 *               1/(1 + h): |1 − (1 + h)g| ≤ ε < 1 proves that P has no zero there and that
 *               ∫ dx/(1 + h) lies in [∫ g/(1 + ε), ∫ g/(1 − ε)]
 * Accuracy.     exact bounds, of relative width about 10^−digits; g is found by fixed-point
 *               arithmetic, but ε is taken from the exact product
 * Throws.       NumericalError when P has a zero in the interval, or one too near to it
 * Source.       a posteriori bounds of power series, derived here
 */
export function encloseReciprocalIntegral(
  polynomial: IntegerPolynomial,
  interval: Enclosure,
  digits: number,
): Enclosure {
  const bits = Math.ceil((digits + 1) * Math.log2(10)) + bitLength(BigInt(polynomial.degree + 2));
  let total = Enclosure.point(Rational.ZERO);
  const pending: { cell: Enclosure; depth: number }[] = [{ cell: interval, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { cell, depth } = next;
    if (cell.width.sign() === 0) continue;
    const part = encloseCell(polynomial, cell, bits);
    if (part !== null) {
      total = Enclosure.of(total.lower.plus(part.lower), total.upper.plus(part.upper));
      continue;
    }
    if (depth === MAXIMAL_DEPTH) {
      const place = cell.midpoint.toDecimal(10);
      throw new NumericalError(`encloseReciprocalIntegral: the polynomial vanishes near ${place}`);
    }
    const middle = cell.midpoint;
    pending.push({ cell: Enclosure.of(cell.lower, middle), depth: depth + 1 });
    pending.push({ cell: Enclosure.of(middle, cell.upper), depth: depth + 1 });
  }
  return total;
}

/** The integral over one cell; null when the series would converge too slowly there. */
function encloseCell(
  polynomial: IntegerPolynomial,
  cell: Enclosure,
  bits: number,
): Enclosure | null {
  const { first, second, denominator } = overCommonDenominator(cell.lower, cell.upper);
  // y = (centre + radius·x)/(2·denominator)
  const centred = recentred(polynomial, first + second, second - first, 2n * denominator);
  const constant = centred[0]!;
  if (constant <= 0n) return null;
  const one = 1n << BigInt(bits);
  const ratios = centred.map((coefficient) => (coefficient << BigInt(bits)) / constant);
  const variation = ratios.slice(1).reduce((sum, ratio) => sum + magnitude(ratio), 0n);
  if (4n * variation > one) return null;

  // With Σ|h_k| ≤ 1/4 the terms mostly fall as 4^−k; where they do not, ε tells and the cell splits.
  const series = [one];
  for (let k = 1; 2 * k <= bits + 4; k++) {
    let sum = 0n;
    for (let j = 1; j <= Math.min(k, ratios.length - 1); j++) sum -= ratios[j]! * series[k - j]!;
    series.push(sum >> BigInt(bits));
  }
  const error = productError(ratios, series, one);
  // Each ratio was rounded by less than 2^−bits.
  const seriesSize = series.reduce((sum, term) => sum + magnitude(term), 0n);
  const bound = error + BigInt(ratios.length) * seriesSize;
  const square = one * one;
  if (2n * bound > square) return null;

  const integral = integrate(series);
  // dy = radius/(2·denominator) dx and P₀ = constant/(2·denominator)^degree.
  const scale = (second - first) * (2n * denominator) ** BigInt(polynomial.degree - 1);
  const numerator = scale * integral.numerator * square;
  const common = constant * integral.denominator * one;
  const lower = encloseQuotients(numerator, numerator, common * (square + bound), bits + 8).lower;
  const upper = encloseQuotients(numerator, numerator, common * (square - bound), bits + 8).upper;
  return Enclosure.of(lower, upper);
}

/** Coefficients in x of q^degree P((centre + radius·x)/q). */
function recentred(
  polynomial: IntegerPolynomial,
  centre: bigint,
  radius: bigint,
  q: bigint,
): bigint[] {
  const { coefficients, degree } = polynomial;
  let power = 1n;
  const scaled = [...coefficients];
  for (let i = degree; i >= 0; i--) {
    scaled[i]! *= power;
    power *= q;
  }
  power = 1n;
  const centred = IntegerPolynomial.of(scaled).shifted(centre);
  return centred.coefficients.map((coefficient) => {
    const value = coefficient * power;
    power *= radius;
    return value;
  });
}

/** Σ |coefficients| of 1 − (1 + h)g, in units of 1/one². */
function productError(ratios: readonly bigint[], series: readonly bigint[], one: bigint): bigint {
  const product = IntegerPolynomial.of(ratios).times(IntegerPolynomial.of(series));
  return IntegerPolynomial.of([one * one])
    .minus(product)
    .coefficients.reduce((sum, coefficient) => sum + magnitude(coefficient), 0n);
}

/** ∫ Σ g_k x^k dx over [−1, 1]. */
function integrate(series: readonly bigint[]): { numerator: bigint; denominator: bigint } {
  const even = series.filter((_, k) => k % 2 === 0);
  const denominator = even.reduce(
    (common, _, i) => leastCommonMultiple(common, BigInt(2 * i + 1)),
    1n,
  );
  const numerator = even.reduce(
    (sum, term, i) => sum + (2n * term * denominator) / BigInt(2 * i + 1),
    0n,
  );
  return { numerator, denominator };
}
