import fc from "fast-check";
import { expect, it } from "vitest";
import { curvatureWeights } from "../../src/numeric/polynomial-curvature.js";
import { Rational } from "../../src/numeric/rational.js";
import { checkProperty } from "../seed.js";

it("second derivatives of polynomials come out exactly up to the degree, and not above", () => {
  const coefficients = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 12 });
  checkProperty(
    fc.property(coefficients, (c) => {
      const at = (x: number) =>
        c.reduceRight(
          (value, one) => value.times(Rational.of(x)).plus(Rational.of(one)),
          Rational.ZERO,
        );
      const curvature = curvatureWeights(c.length - 1).reduce((sum, weight, i) => {
        const spread = at(i + 1)
          .plus(at(-i - 1))
          .minus(at(0).times(Rational.of(2)));
        return sum.plus(weight.times(spread));
      }, Rational.ZERO);
      expect(curvature.equals(Rational.of(2 * (c[2] ?? 0)))).toBe(true);
    }),
  );
  // x⁴ by the formula for degree 3: f(1) + f(−1) = 2 where f″(0) = 0.
  expect(curvatureWeights(3).map(String)).toEqual(["1"]);
});
