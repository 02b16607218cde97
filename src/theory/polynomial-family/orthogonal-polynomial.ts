import { EigenvalueDecomposition } from "ml-matrix";
import { ArgumentError, NumericalError, requireInteger } from "../../errors.js";
import { Enclosure, encloseQuotients } from "../../numeric/enclosure.js";
import { bitLength, greatestCommonDivisor, magnitude } from "../../numeric/integer.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Matrix } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import { refineRoot } from "../../numeric/real-root.js";

/**
 * Orthogonal polynomial of a positive measure on w > 0, from its integer moments.
 *
 * Statement.    P_L = det [c_{i+j} (i < L, j ≤ L); 1, w, …, w^L] is orthogonal to every polynomial of
 *               lower degree; its roots are real, simple and in the support's convex hull
 * Accuracy.     exact
 */
export interface OrthogonalPolynomial {
  readonly polynomial: IntegerPolynomial;
  /** Its Jacobi matrix, in doubles: where the roots nearly are. */
  readonly jacobi: JacobiMatrix;
}

/** Where a measure sits: its mean and width, roughly, so that doubles resolve it. */
export interface MeasureWindow {
  readonly centre: bigint;
  readonly scale: bigint;
}

/** Tridiagonal matrix of multiplication by (w − centre)/scale. */
interface JacobiMatrix extends MeasureWindow {
  readonly diagonal: readonly number[];
  readonly offDiagonal: readonly number[];
}

/**
 * The orthogonal polynomial of one degree, by the three-term recurrence of Hankel minors.
 *
 * Statement.    D_k² P_{k+1} = (D_k D_{k+1} w − D_k E_{k+1} + D_{k+1} E_k) P_k − D_{k+1}² P_{k−1},
 *               D_k = lead P_k, D_{k+1} = ⟨P_k, w^k⟩, E_{k+1} = ⟨P_k, w^{k+1}⟩: every division is exact
 * Conventions.  moments c₀ … c_{2·degree−1}
 * Accuracy.     exact; O(degree²) products of integers of O(degree² log n) bits
 * Throws.       NumericalError when the moments are not those of a measure with more than `degree`
 *               points
 * Source.       Sylvester's identity on the bordered Hankel matrix
 */
export function orthogonalPolynomial(
  moments: readonly bigint[],
  degree: number,
  window: MeasureWindow,
): OrthogonalPolynomial {
  requireInteger("orthogonalPolynomial", "degree", degree);
  if (moments.length < 2 * degree) {
    const requirement = `an array of at least ${2 * degree}`;
    throw new ArgumentError("orthogonalPolynomial", "moments", requirement, moments.length);
  }
  const common = moments.slice(0, 2 * degree).reduce(greatestCommonDivisor, 0n);
  const c = common > 1n ? moments.map((moment) => moment / common) : moments;

  let previous: bigint[] = [];
  let current: bigint[] = [1n];
  let [minor, shiftedMinor, lastMinor] = [1n, 0n, 0n];
  // P_k(−1): up to its sign the sum of |coefficients|, since all roots are positive.
  let [size, lastSize] = [1n, 0n];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  for (let k = 0; k < degree; k++) {
    const nextMinor = innerProduct(current, c, k);
    const nextShifted = innerProduct(current, c, k + 1);
    if (nextMinor <= 0n) {
      throw new NumericalError(`orthogonalPolynomial: Hankel minor ${k + 1} is not positive`);
    }
    const product = minor * nextMinor;
    const middle = nextShifted * minor - shiftedMinor * nextMinor;
    diagonal.push(nearestDouble(middle - window.centre * product, product * window.scale));
    if (k > 0) {
      const norm = nearestDouble(nextMinor * lastMinor, (minor * window.scale) ** 2n);
      offDiagonal.push(Math.sqrt(norm));
    }
    const square = nextMinor * nextMinor;
    const divisor = minor * minor;
    const nextSize = (-(product + middle) * size - square * lastSize) / divisor;
    const bits = bitLength(magnitude(nextSize)) + 1;
    const divided = exactDivider(divisor, bits);
    const [lift, keep, drop] = [
      divided.prepare(product),
      divided.prepare(middle),
      divided.prepare(square),
    ];
    const next = Array.from({ length: k + 2 }, (_, j) => {
      const raised = j > 0 ? lift * current[j - 1]! : 0n;
      const kept = j <= k ? keep * current[j]! : 0n;
      const dropped = j < k ? drop * previous[j]! : 0n;
      return divided.finish(raised - kept - dropped);
    });
    [lastSize, size] = [size, nextSize];
    [previous, current] = [current, next];
    [lastMinor, minor, shiftedMinor] = [minor, nextMinor, -next[k]!];
  }
  return {
    polynomial: IntegerPolynomial.of(current),
    jacobi: { ...window, diagonal, offDiagonal },
  };
}

/**
 * Enclosures, ascending, of all roots of an orthogonal polynomial on w > 0.
 *
 * Statement.    sign changes between neighbouring ends: as many as the degree, so that they prove
 *               that all roots are real and simple
 * Accuracy.     exact, of width ≤ relativeWidth times the root, and times the distance between
 *               roots; doubles only say where to look
 * Throws.       NumericalError when doubles cannot tell two roots apart
 */
export function encloseRoots(
  { polynomial, jacobi }: OrthogonalPolynomial,
  relativeWidth: Rational,
): Enclosure[] {
  if (polynomial.degree === 1) {
    const [constant, slope] = polynomial.coefficients;
    return [Enclosure.point(Rational.of(-constant!, slope!))];
  }
  const guesses = approximateRoots(jacobi);
  const place = (position: number) =>
    Rational.fromNumber(position).times(Rational.of(jacobi.scale)).plus(Rational.of(jacobi.centre));
  const [first, last] = [guesses[0]!, guesses.at(-1)!];
  const below = place(2 * first - last);
  const ends = [below.sign() > 0 ? below : Rational.ZERO];
  for (let i = 1; i < guesses.length; i++) ends.push(place((guesses[i - 1]! + guesses[i]!) / 2));
  ends.push(place(2 * last - first));

  return ends.slice(1).map((upper, i) => {
    const lower = ends[i]!;
    if (lower.compare(upper) >= 0 || polynomial.signAt(lower) * polynomial.signAt(upper) >= 0) {
      throw new NumericalError(
        `encloseRoots: roots ${i + 1} and its neighbours cannot be told apart in doubles`,
      );
    }
    // Roots that crowd, as they do about w = n, are resolved on the scale of their distance.
    const bracket = Enclosure.of(lower, upper);
    return refineRoot(polynomial, bracket, relativeWidth.times(bracket.width).over(upper));
  });
}

/** Eigenvalues of the Jacobi matrix, ascending. */
function approximateRoots({ diagonal, offDiagonal }: JacobiMatrix): number[] {
  const matrix = Matrix.diag([...diagonal]);
  offDiagonal.forEach((entry, i) => {
    matrix.set(i, i + 1, entry);
    matrix.set(i + 1, i, entry);
  });
  const { realEigenvalues } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  return realEigenvalues.sort((a, b) => a - b);
}

/** A quotient of huge integers as a double, without their greatest common divisor. */
function nearestDouble(numerator: bigint, denominator: bigint): number {
  return encloseQuotients(numerator, numerator, denominator, 64).toNumber();
}

/**
 * Exact division of many sums Σ f_i x_i by one divisor, quotients of at most `bits` signed bits, in
 * 2-adic arithmetic: each factor f_i is divided once, modulo a power of two, and no product is longer
 * than its quotient.
 */
function exactDivider(divisor: bigint, bits: number) {
  const twos = BigInt(trailingZeros(divisor));
  const modulus = bits + Number(twos);
  const odd = divisor >> twos;
  // Newton: an inverse modulo 2^m becomes one modulo 2^2m; every odd number is its own modulo 8.
  let inverse = BigInt.asUintN(3, odd);
  for (let known = 3; known < modulus; known *= 2) {
    const width = Math.min(2 * known, modulus);
    const error = BigInt.asUintN(width, BigInt.asUintN(width, odd) * inverse);
    inverse = BigInt.asUintN(width, inverse * (2n - error));
  }
  return {
    prepare: (factor: bigint) => BigInt.asIntN(modulus, factor * inverse),
    finish: (sum: bigint) => BigInt.asIntN(modulus, sum) >> twos,
  };
}

function trailingZeros(value: bigint): number {
  let zeros = 0;
  for (let width = bitLength(value); width >= 1; width >>= 1) {
    while (BigInt.asUintN(width, value >> BigInt(zeros)) === 0n) zeros += width;
  }
  return zeros;
}

function innerProduct(
  polynomial: readonly bigint[],
  moments: readonly bigint[],
  shift: number,
): bigint {
  return polynomial.reduce((sum, coefficient, j) => sum + coefficient * moments[j + shift]!, 0n);
}
