import { Rational } from "./rational.js";

/**
 * The central difference that gives second derivatives of polynomials exactly.
 *
 * Statement.    f″(0) = Σ_{j=1}^{m} w_j (f(j) + f(−j) − 2f(0)),
 *               w_j = 2(−1)^{j+1} (m!)² / (j² (m − j)! (m + j)!), for every f of degree ≤ 2m + 1
 * Conventions.  entry j − 1 is w_j; m is the least that serves the degree
 * Source.       Fornberg 1988, the central formula of full order; exact where the degree ends
 */
export function curvatureWeights(degree: number): Rational[] {
  const most = Math.max(1, Math.floor(degree / 2));
  return Array.from({ length: most }, (_, i) => {
    const j = i + 1;
    // (m!)² / ((m − j)! (m + j)!) = Π_{k=1}^{j} (m − j + k)/(m + k).
    let ratio = Rational.ONE;
    for (let k = 1; k <= j; k++) ratio = ratio.times(Rational.of(most - j + k, most + k));
    return ratio.times(Rational.of(j % 2 === 1 ? 2 : -2, j * j));
  });
}
