import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Rational } from "../../../src/numeric/rational.js";
import {
  cubatureSize,
  gaussianCubature,
  radialCubature,
} from "../../../src/theory/attention-loss/gaussian-cubature.js";
import { checkProperty } from "../../seed.js";

/** E w_{i₁} … w_{i_k} by Isserlis' theorem, one factor at a time. */
function isserlis(
  covariance: readonly (readonly Rational[])[],
  indices: readonly number[],
): Rational {
  const [first, ...rest] = indices;
  if (first === undefined) return Rational.ONE;
  return rest.reduce((sum, partner, k) => {
    const others = rest.filter((_, i) => i !== k);
    return sum.plus(covariance[first]![partner]!.times(isserlis(covariance, others)));
  }, Rational.ZERO);
}

describe("gaussianCubature", () => {
  it("takes every moment up to its degree exactly, for any rational covariance", () => {
    const inputs = fc.record({
      lower: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 }),
      indices: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 8 }),
    });
    checkProperty(
      fc.property(inputs, ({ lower: [a, b, c], indices }) => {
        // F Fᵀ for a unit lower triangular F: positive definite.
        const factor = [
          [1, 0, 0],
          [a!, 1, 0],
          [b!, c!, 1],
        ];
        const covariance = factor.map((row) =>
          factor.map((other) =>
            Rational.of(
              row.reduce((s, x, k) => s + x * other[k]!, 0),
              3,
            ),
          ),
        );
        const nodes = gaussianCubature(covariance, 8);
        expect(nodes).toHaveLength(cubatureSize(3, 8));
        const moment = nodes.reduce(
          (sum, { point, weight }) =>
            sum.plus(indices.reduce((product, i) => product.times(point[i]!), weight)),
          Rational.ZERO,
        );
        expect(moment.toString()).toBe(isserlis(covariance, indices).toString());
      }),
      { numRuns: 20 },
    );
  });

  it("reaches degree 16, where one less is not enough", () => {
    const unit = [[Rational.ONE]];
    const moment = (degree: number, power: number) =>
      gaussianCubature(unit, degree).reduce(
        (sum, { point, weight }) => sum.plus(weight.times(point[0]!.power(power))),
        Rational.ZERO,
      );
    // 15!! = 2 027 025 pairings of 16.
    expect(moment(16, 16).toString()).toBe("2027025");
    expect(moment(14, 16).toString()).not.toBe("2027025");
  });

  it("keeps its weights small: no digits are lost to their signs", () => {
    const eye = (dim: number) =>
      Array.from({ length: dim }, (_, i) =>
        Array.from({ length: dim }, (_, j) => Rational.of(i === j ? 1 : 0)),
      );
    for (const dim of [1, 2, 3]) {
      const total = gaussianCubature(eye(dim), 16).reduce(
        (sum, { weight }) => sum + Math.abs(weight.toNumber()),
        0,
      );
      expect(total).toBeLessThan(1.5);
    }
  });
});

describe("radialCubature", () => {
  it("takes the even moments of |w| exactly: v^k d(d + 2) … (d + 2k − 2)", () => {
    for (const dim of [1, 3, 10]) {
      const variance = Rational.of(2, 3);
      const nodes = radialCubature(dim, variance, 16);
      expect(nodes).toHaveLength(9);
      let expected = Rational.ONE;
      for (let k = 0; k <= 8; k++) {
        const moment = nodes.reduce(
          (sum, { point, weight }) => sum.plus(weight.times(point[0]!.power(2 * k))),
          Rational.ZERO,
        );
        expect(moment.toString()).toBe(expected.toString());
        expected = expected.times(variance).times(Rational.of(dim + 2 * k));
      }
    }
  });
});
