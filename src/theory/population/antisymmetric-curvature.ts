import { HypothesisError } from "../../errors.js";
import { Enclosure } from "../../numeric/enclosure.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Rational } from "../../numeric/rational.js";
import { isProvablyRootFree } from "../../numeric/root-isolation.js";
import { isotropicOptimum } from "../isotropic-optimum.js";
import { type LoopedSetting, requireLoopedSetting } from "../setting.js";
import { conformalPolynomial } from "./conformal-polynomial.js";

/** Second derivative of the loss at B = bI in the antisymmetric directions, in b. */
export interface CurvaturePolynomial {
  readonly numerator: IntegerPolynomial;
  readonly denominator: bigint;
}

/**
 * Curvature of the exact loss at B = bI along any antisymmetric direction.
 *
 * Statement.    d²/dε² ℓ(bI + εK) at ε = 0 for Kᵀ = −K, ‖K‖_F = 1: the same for every such K, the
 *               eigenvalue of the Hessian on its antisymmetric sector
 *               = Σ coefficient · n^{−p} b^{m−2} d^{q−1} (m − Σ s_i²)
 *               over the terms of `conformalPolynomial`, q the number of traces of a term
 * Conventions.  prior Ω = Σ⁻¹, no noise, whitened B
 * Hypotheses.   d ≥ 2 (even or odd)
 * Accuracy.     exact
 * Throws.       ArgumentError for a bad setting; HypothesisError for d = 1 or beyond 7 loops
 * Source.       derived here: to order ε² the trace of a word of m letters, s more plain than
 *               transposed, is d b^m + ε² b^{m−2} (m − s²)/2
 */
export function antisymmetricCurvature(setting: LoopedSetting, stepSize: Rational): Rational {
  const { numerator, denominator } = curvaturePolynomial("antisymmetricCurvature", setting);
  return numerator.evaluate(stepSize).over(Rational.of(denominator));
}

/** The curvature at the best bI, enclosed, with its exact sign. */
export interface CurvatureAtOptimum {
  readonly stepSize: Enclosure;
  readonly curvature: Enclosure;
  /** −1: b*I is a strict saddle; 1: a minimum against antisymmetric directions. */
  readonly sign: -1 | 1;
}

/** Digits of b* beyond which a curvature that still straddles zero is taken to be zero. */
const MAXIMAL_DIGITS = 400;

/**
 * Curvature in the antisymmetric sector at the best isotropic preconditioner b*I.
 *
 * Accuracy.     exact: b* is enclosed ever more narrowly until the curvature has no root there
 * Throws.       as antisymmetricCurvature; HypothesisError when the curvature cannot be told from 0
 */
export function antisymmetricCurvatureAtOptimum(setting: LoopedSetting): CurvatureAtOptimum {
  const where = "antisymmetricCurvatureAtOptimum";
  const { numerator, denominator } = curvaturePolynomial(where, setting);
  for (let digits = 20; digits <= MAXIMAL_DIGITS; digits *= 2) {
    const { stepSize } = isotropicOptimum({ ...setting, digits });
    const curvature = encloseOn(numerator, denominator, stepSize);
    if (curvature === undefined) continue;
    const sign = curvature.lower.sign();
    if (sign !== 0 && sign === curvature.upper.sign()) return { stepSize, curvature, sign };
  }
  throw new HypothesisError(
    `${where}: the curvature at b* agrees with 0 to ${MAXIMAL_DIGITS} digits; no sign is certain`,
  );
}

/** The range of a polynomial that is monotone on the interval; undefined where that is not proved. */
function encloseOn(
  numerator: IntegerPolynomial,
  denominator: bigint,
  interval: Enclosure,
): Enclosure | undefined {
  const divisor = Rational.of(denominator);
  const atLower = numerator.evaluate(interval.lower).over(divisor);
  if (interval.width.sign() === 0) return Enclosure.point(atLower);
  const slope = numerator.derivative();
  if (slope.degree > 0 && !isProvablyRootFree(slope, interval)) return undefined;
  const atUpper = numerator.evaluate(interval.upper).over(divisor);
  return atLower.compare(atUpper) <= 0
    ? Enclosure.of(atLower, atUpper)
    : Enclosure.of(atUpper, atLower);
}

/** The curvature as a polynomial in b; its coefficient of b^j is a multiple of n^{2L−1−j}. */
export function curvaturePolynomial(where: string, setting: LoopedSetting): CurvaturePolynomial {
  const n = requireLoopedSetting(where, setting);
  if (setting.dim === 1) {
    throw new HypothesisError(`${where}: dim 1 has no antisymmetric direction`);
  }
  const d = BigInt(setting.dim);
  const highest = 2 * setting.loops;
  const coefficients = new Array<bigint>(highest + 1).fill(0n);
  for (const { coefficient, inverseN, degree, charges } of conformalPolynomial(setting.loops)) {
    const spread = degree - charges.reduce((sum, charge) => sum + charge * charge, 0);
    if (spread === 0) continue;
    const scale = n ** BigInt(highest - inverseN) * d ** BigInt(charges.length - 1);
    coefficients[degree - 2]! += coefficient * scale * BigInt(spread);
  }
  return { numerator: IntegerPolynomial.of(coefficients), denominator: n ** BigInt(highest) };
}
