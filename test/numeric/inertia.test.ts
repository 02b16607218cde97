import fc from "fast-check";
import { expect, it } from "vitest";
import { inertia } from "../../src/numeric/inertia.js";
import { Rational } from "../../src/numeric/rational.js";
import { checkProperty } from "../seed.js";

it("counts the signs of C D Cᵀ: those of D, zeros on the way included", () => {
  const inputs = fc.integer({ min: 1, max: 5 }).chain((size) =>
    fc.record({
      signs: fc.array(fc.constantFrom(-2, -1, 0, 1, 3), { minLength: size, maxLength: size }),
      below: fc.array(fc.integer({ min: -2, max: 2 }), {
        minLength: size * size,
        maxLength: size * size,
      }),
    }),
  );
  checkProperty(
    fc.property(inputs, ({ signs, below }) => {
      const size = signs.length;
      // Unit triangular, its rows reversed so that the leading entries can vanish.
      const c = (i: number, j: number) =>
        size - 1 - i === j ? 1 : size - 1 - i > j ? below[i * size + j]! : 0;
      const matrix = signs.map((_, i) =>
        signs.map((_, j) =>
          Rational.of(signs.reduce<number>((sum, d, k) => sum + c(i, k) * d * c(j, k), 0)),
        ),
      );
      expect(inertia(matrix)).toEqual({
        positive: signs.filter((d) => d > 0).length,
        negative: signs.filter((d) => d < 0).length,
        zero: signs.filter((d) => d === 0).length,
      });
    }),
  );
});

it("decides a matrix with a zero diagonal", () => {
  const [zero, one] = [Rational.ZERO, Rational.ONE];
  const matrix = [
    [zero, one],
    [one, zero],
  ];
  expect(inertia(matrix)).toEqual({ positive: 1, negative: 1, zero: 0 });
});
