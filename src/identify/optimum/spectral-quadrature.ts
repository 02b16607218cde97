import { Rational } from "../../numeric/rational.js";
import {
  encloseRoots,
  orthogonalPolynomial,
} from "../../theory/polynomial-family/orthogonal-polynomial.js";
import { requireReachableDegree } from "../../theory/polynomial-family/reach.js";
import type { WishartSetting } from "../../theory/setting.js";
import { wishartMoments } from "../../theory/wishart-moments.js";

/** Points and positive weights that integrate polynomials of the whitened sample covariance. */
export interface SpectralQuadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss quadrature of the mean spectral measure of S, nS ~ W_d(n, I).
 *
 * Statement.    E tr f(S) = Σ_k w_k f(s_k) for every polynomial f of degree < 2·count
 * Conventions.  points ascending, weights positive, Σ w_k = d
 * Accuracy.     nearest doubles of the exact points, weights of relative error ≤ 1e−14: sums of
 *               non-negative terms, as losses are, lose nothing to cancellation
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond 128 points
 * Source.       points: roots of the orthogonal polynomial Q of the exact moments; weights:
 *               E tr Q(S)/((S − s_k)Q′(s_k)), in rationals
 */
export function spectralQuadrature(setting: WishartSetting, count: number): SpectralQuadrature {
  requireReachableDegree("spectralQuadrature", count);
  const moments = wishartMoments(setting, 2 * count);
  const n = BigInt(setting.contextLength);
  const window = { centre: n, scale: BigInt(Math.ceil(Math.sqrt(Number(n)))) };
  const orthogonal = orthogonalPolynomial(moments, count, window);
  const roots = encloseRoots(orthogonal, Rational.of(10n).power(-24));
  const { coefficients } = orthogonal.polynomial;
  const context = Rational.of(n);
  const weights = roots.map(({ midpoint }) => {
    // Q(w)/(w − w_k) by synthetic division: the remainder is Q(w_k), nothing at 24 digits.
    const { numerator: p, denominator: q } = midpoint;
    let carried = 0n;
    let scale = 1n;
    let expectation = 0n;
    let slope = 0n;
    // After j steps the coefficient is carried/scale, scale = q^j: all are brought to q^{count−1}.
    for (let j = count; j > 0; j--) {
      carried = coefficients[j]! * scale + carried * p;
      const raised = q ** BigInt(j - 1);
      expectation += carried * raised * moments[j - 1]!;
      // The quotient at w_k is Q′(w_k).
      slope += carried * p ** BigInt(j - 1);
      scale *= q;
    }
    return Rational.of(expectation, slope).toNumber();
  });
  return {
    points: Float64Array.from(roots, ({ midpoint }) => midpoint.over(context).toNumber()),
    weights: Float64Array.from(weights),
  };
}
