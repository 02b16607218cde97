import fc from "fast-check";
import { expect, it } from "vitest";
import { Rational } from "../../../src/numeric/rational.js";
import { IsotropicLoss } from "../../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../../src/theory/isotropic-optimum.js";
import { SpectralFamily } from "../../../src/theory/preconditioner-search/spectral-family.js";
import { checkProperty } from "../../seed.js";

/**
 * E β^k for β = Σ z_i v_i², v uniform on the sphere: k!/(d/2)_k times the coefficient of t^k in
 * Π (1 − z_i t)^{−1/2}, as β is a mean with Dirichlet weights of parameter ½.
 */
function quadraticFormMoments(z: readonly Rational[], count: number): Rational[] {
  let series = [Rational.ONE, ...new Array<Rational>(count).fill(Rational.ZERO)];
  for (const value of z) {
    const binomial = [Rational.ONE];
    for (let k = 1; k <= count; k++) {
      binomial.push(binomial[k - 1]!.times(value).times(Rational.of(2 * k - 1, 2 * k)));
    }
    series = series.map((_, k) =>
      binomial
        .slice(0, k + 1)
        .reduce((sum, b, j) => sum.plus(b.times(series[k - j]!)), Rational.ZERO),
    );
  }
  let scale = Rational.ONE;
  return series.map((coefficient, k) => {
    if (k > 0) scale = scale.times(Rational.of(2 * k, z.length + 2 * (k - 1)));
    return coefficient.times(scale);
  });
}

// docs/certificates.md, "A proof that needs no computer".
it("the loss of a symmetric B is at least E ℓ(βI) for β = vᵀBv, and that at least ℓ(b*I)", () => {
  const setting = fc.record({
    dim: fc.integer({ min: 1, max: 4 }),
    contextLength: fc.integer({ min: 1, max: 30 }),
    loops: fc.integer({ min: 1, max: 3 }),
  });
  const anyCase = setting.chain((sizes) =>
    fc.tuple(
      fc.constant(sizes),
      fc.array(fc.integer({ min: -6, max: 14 }), { minLength: sizes.dim, maxLength: sizes.dim }),
    ),
  );
  checkProperty(
    fc.property(anyCase, ([sizes, eighths]) => {
      const coordinates = eighths.map((eighth) => Rational.of(eighth, 8));
      const family = SpectralFamily.of("test", sizes, "symmetric");
      const loss = family.at({ planes: 0, coordinates });
      const { numerator, denominator } = IsotropicLoss.of(sizes);
      const moments = quadraticFormMoments(coordinates, 2 * sizes.loops);
      const bound = numerator.coefficients
        .map((c, k) => moments[k]!.times(Rational.of(c, BigInt(sizes.contextLength) ** BigInt(k))))
        .reduce((sum, term) => sum.plus(term))
        .over(Rational.of(denominator));
      expect(loss.compare(bound)).toBeGreaterThanOrEqual(0);
      const least = isotropicOptimum({ ...sizes, digits: 30 }).loss.lower;
      expect(bound.compare(least)).toBeGreaterThanOrEqual(0);
      // The bound is sharp at multiples of the identity.
      if (eighths.every((one) => one === eighths[0])) expect(loss.compare(bound)).toBe(0);
    }),
    { numRuns: 80 },
  );
});
