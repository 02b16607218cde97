import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Side, signOn } from "../../../proofs-checks/checker/bernstein.js";
import {
  add,
  constant,
  derivative,
  dividedDifference,
  multiply,
  type Polynomial,
  power,
  unit,
  variable,
} from "../../../proofs-checks/checker/polynomial.js";
import { Rational } from "../../../src/numeric/rational.js";
import { checkProperty } from "../../seed.js";

const small = fc.bigInt({ min: -9n, max: 9n });

/** Polynomials in two variables of degree at most 3 in each. */
const anyPolynomial = fc.array(small, { minLength: 16, maxLength: 16 }).map((values) =>
  values.reduce<Polynomial>((sum, value, i) => {
    const monomial = multiply(power(variable(0), i % 4), power(variable(1), i >> 2));
    return add(sum, monomial, value);
  }, constant(0n)),
);

const anySide: fc.Arbitrary<Side> = fc
  .tuple(small, fc.bigInt({ min: 1n, max: 9n }), fc.bigInt({ min: 1n, max: 5n }))
  .map(([lower, width, denominator]) => ({ lower, upper: lower + width, denominator }));

function valueAt(polynomial: Polynomial, point: readonly Rational[]): Rational {
  return [...polynomial].reduce((sum, [key, value]) => {
    const term = point.reduce(
      (product, x, i) => product.times(x.power(Math.floor(key / unit(i)) % 64)),
      Rational.of(value),
    );
    return sum.plus(term);
  }, Rational.ZERO);
}

describe("signOn", () => {
  it("never claims a sign that a point of the box contradicts", () => {
    const share = fc.bigInt({ min: 0n, max: 8n });
    const anyBox = fc.tuple(anySide, anySide);
    let proved = 0;
    checkProperty(
      fc.property(anyPolynomial, anyBox, fc.tuple(share, share), (polynomial, box, shares) => {
        const sign = signOn(polynomial, box);
        if (sign === 0) return;
        proved += 1;
        const point = box.map(({ lower, upper, denominator }, i) =>
          Rational.of(8n * lower + shares[i]! * (upper - lower), 8n * denominator),
        );
        expect(valueAt(polynomial, point).sign()).toBe(sign);
      }),
      { numRuns: 300 },
    );
    expect(proved).toBeGreaterThan(20);
  });

  it("proves a sign on small enough boxes away from the roots, and none across one", () => {
    // (x − 1)² + 1/100
    const x = variable(0);
    const parabola = add(multiply(power(add(x, constant(-1n)), 2), constant(100n)), constant(1n));
    const on = (lower: bigint, upper: bigint, denominator: bigint) =>
      signOn(parabola, [{ lower, upper, denominator }]);
    expect([on(0n, 2n, 1n), on(2n, 3n, 1n), on(99n, 101n, 100n)]).toEqual([0, 1, 1]);
    expect(signOn(add(x, constant(-1n)), [{ lower: 0n, upper: 2n, denominator: 1n }])).toBe(0);
    // A root at the end is no sign.
    expect(signOn(x, [{ lower: 0n, upper: 1n, denominator: 1n }])).toBe(0);
  });
});

describe("dividedDifference", () => {
  it("divides the difference of a symmetric polynomial's slopes", () => {
    checkProperty(
      fc.property(anyPolynomial, (polynomial) => {
        const swapped = new Map(
          [...polynomial].map(([key, value]) => [(key % 64) * 64 + Math.floor(key / 64), value]),
        );
        const symmetric = add(polynomial, swapped);
        const slopes = add(derivative(symmetric, 0), derivative(symmetric, 1), -1n);
        const quotient = dividedDifference(slopes, 0, 1);
        const difference = add(variable(0), variable(1), -1n);
        expect(add(multiply(quotient, difference), slopes, -1n).size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it("refuses a polynomial that does not change sign", () => {
    expect(() => dividedDifference(variable(0), 0, 1)).toThrow(/antisymmetric/);
  });
});
