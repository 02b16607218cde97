import { NumericalError, requireInteger } from "../errors.js";
import { Enclosure, encloseQuotients } from "../numeric/enclosure.js";
import type { IntegerPolynomial } from "../numeric/integer-polynomial.js";
import { overCommonDenominator, Rational } from "../numeric/rational.js";
import { refineRoot } from "../numeric/real-root.js";
import { isolateRoots, isProvablyRootFree, positiveRootBound } from "../numeric/root-isolation.js";
import { IsotropicLoss } from "./isotropic-loss.js";
import { type NoisyLoopedSetting, requireLoopedSetting } from "./setting.js";

/** Digits to which two minima are compared before the choice between them is refused. */
const MAXIMAL_DIGITS = 1000;

/** The best isotropic preconditioner A = b*Σ⁻¹ and its loss, each enclosed. */
export interface IsotropicOptimum {
  readonly stepSize: Enclosure;
  readonly loss: Enclosure;
}

/**
 * Global minimiser b* over all real b of the exact loss of A = bΣ⁻¹, and the loss there.
 *
 * Statement.    b* = argmin ℓ(b); ℓ as in IsotropicLoss
 * Conventions.  prior Ω = Σ⁻¹, any Σ; ℓ = E(ŷ − y_q)² without ½
 * Hypotheses.   none without noise (ℓ is strictly convex); with noise, critical points that are
 *               simple and losses that can be told apart
 * Accuracy.     exact: enclosures of relative width ≤ 10^−digits (default 50); one loop gives the
 *               rational points themselves
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond 256 loops; NumericalError
 *               when two minima with noise agree to more than 500 digits
 * Source.       derived here: b < 0 loses to b = 0, ℓ′(0) < 0, and for σ² = 0 ℓ″ > 0
 * @example isotropicOptimum({ dim: 10, contextLength: 20, loops: 2 }).stepSize.toNumber()
 * // → 0.6280774761565799
 */
export function isotropicOptimum(
  setting: NoisyLoopedSetting & { readonly digits?: number },
): IsotropicOptimum {
  const n = requireLoopedSetting("isotropicOptimum", setting);
  const { digits = 50 } = setting;
  requireInteger("isotropicOptimum", "digits", digits);
  const loss = IsotropicLoss.of(setting);
  const isConvex = (setting.noiseVariance ?? Rational.ZERO).sign() === 0;
  const slope = loss.numerator.derivative();
  const brackets = isConvex ? [bracketOnlyRoot(slope, n)] : bracketMinima(slope);
  let minima: readonly Minimum[] = brackets.map((point) =>
    encloseMinimum(loss, slope, point, digits, isConvex),
  );
  // Minima that noise creates may agree to many digits: they are told apart before one is chosen.
  for (let finer = 2 * digits; ; finer *= 2) {
    const least = leastOf(minima);
    if (least !== undefined) {
      return { stepSize: least.point.times(Rational.of(n)), loss: least.value };
    }
    if (finer > MAXIMAL_DIGITS) refuseToChoose(minima, finer / 2);
    minima = minima.map(({ point }) => encloseMinimum(loss, slope, point, finer, isConvex));
  }
}

/** A minimum of the loss in y = b/n. */
interface Minimum {
  readonly point: Enclosure;
  readonly value: Enclosure;
}

/** The slope is negative at 0 and has one root: the first power of two past it closes a bracket. */
function bracketOnlyRoot(slope: IntegerPolynomial, n: bigint): Enclosure {
  let upper = Rational.of(1n, n);
  for (;;) {
    const sign = slope.signAt(upper);
    if (sign === 0) return Enclosure.point(upper);
    if (sign > 0) return Enclosure.of(Rational.ZERO, upper);
    upper = upper.times(Rational.of(2n));
  }
}

/** Brackets of the points where the slope turns from negative to positive. */
function bracketMinima(slope: IntegerPolynomial): Enclosure[] {
  const range = Enclosure.of(Rational.ZERO, positiveRootBound(slope));
  // Between a negative slope at 0 and a positive one at infinity, simple roots alternate.
  return isolateRoots(slope, range).filter((_, index) => index % 2 === 0);
}

/**
 * Narrows the bracket until step size and loss have their digits. The loss is at most its value at
 * either end, and where it is convex at least its tangents at the ends, taken across the bracket.
 */
function encloseMinimum(
  loss: IsotropicLoss,
  slope: IntegerPolynomial,
  bracket: Enclosure,
  digits: number,
  isConvex: boolean,
): Minimum {
  const target = Rational.of(10n).power(-digits);
  const bits = Math.ceil((digits + 3) * Math.log2(10));
  let point = bracket;
  for (let wanted = digits + 2; ; wanted *= 2) {
    if (slope.degree === 1) {
      point = Enclosure.point(Rational.of(-slope.coefficients[0]!, slope.coefficients[1]!));
    } else if (point.width.sign() > 0) {
      point = refineRoot(slope, point, Rational.of(10n).power(-wanted));
    }
    if (point.width.sign() === 0) {
      const exact = loss.numerator.evaluate(point.lower).over(Rational.of(loss.denominator));
      return { point, value: Enclosure.point(exact) };
    }
    if (!isConvex && !isProvablyRootFree(slope.derivative(), point)) continue;
    const value = encloseConvexMinimum(loss, slope, point, bits);
    if (value.isWithinRelativeWidth(target)) return { point, value };
  }
}

function encloseConvexMinimum(
  loss: IsotropicLoss,
  slope: IntegerPolynomial,
  { lower, upper }: Enclosure,
  bits: number,
): Enclosure {
  const { first, second: last, denominator: q } = overCommonDenominator(lower, upper);
  const atFirst = loss.numerator.homogenisedAt(first, q);
  const atLast = loss.numerator.homogenisedAt(last, q);
  const fromFirst = atFirst + slope.homogenisedAt(first, q) * (last - first);
  const fromLast = atLast - slope.homogenisedAt(last, q) * (last - first);
  return encloseQuotients(
    fromFirst > fromLast ? fromFirst : fromLast,
    atFirst < atLast ? atFirst : atLast,
    loss.denominator * q ** BigInt(loss.numerator.degree),
    bits,
  );
}

/** The minimum whose loss is proved to be below all others', if there is one. */
function leastOf(minima: readonly Minimum[]): Minimum | undefined {
  return minima.find((candidate) =>
    minima.every(
      (other) => other === candidate || candidate.value.upper.compare(other.value.lower) < 0,
    ),
  );
}

function refuseToChoose(minima: readonly Minimum[], digits: number): never {
  const places = minima.map(({ point }) => point.toNumber()).join(", ");
  throw new NumericalError(
    `isotropicOptimum: the losses at the minima b/n ≈ ${places} agree to ${digits} digits`,
  );
}
