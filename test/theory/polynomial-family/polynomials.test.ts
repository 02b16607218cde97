import { describe, expect, it } from "vitest";
import { ArgumentError, NumericalError } from "../../../src/errors.js";
import { IntegerPolynomial } from "../../../src/numeric/integer-polynomial.js";
import { Rational } from "../../../src/numeric/rational.js";
import {
  encloseRoots,
  orthogonalPolynomial,
} from "../../../src/theory/polynomial-family/orthogonal-polynomial.js";
import {
  expectedTrace,
  ResidualPolynomial,
} from "../../../src/theory/polynomial-family/residual-polynomial.js";

const window = { centre: 2n, scale: 1n };

describe("orthogonalPolynomial", () => {
  // Two points 1 and 3 of equal weight: moments 1 + 3^k, orthogonal polynomial w − 2 of degree 1 and
  // (w − 1)(w − 3) of degree 2, which vanishes on the measure.
  const moments = [0, 1, 2, 3, 4, 5].map((k) => 1n + 3n ** BigInt(k));

  it("is that of two points, by hand", () => {
    const { polynomial } = orthogonalPolynomial(moments, 1, window);
    expect(polynomial.evaluate(Rational.of(2)).sign()).toBe(0);
    const second = orthogonalPolynomial(moments, 2, window);
    expect([1, 3].map((w) => second.polynomial.evaluate(Rational.of(w)).sign())).toEqual([0, 0]);
    expect(second.polynomial.degree).toBe(2);
  });

  it("refuses too few moments, and a measure of too few points", () => {
    expect(() => orthogonalPolynomial(moments.slice(0, 3), 2, window)).toThrow(
      "orthogonalPolynomial: moments must be an array of at least 4, got 3",
    );
    expect(() => orthogonalPolynomial(moments, 3, window)).toThrow(
      "orthogonalPolynomial: Hankel minor 3 is not positive",
    );
  });

  it("has no roots where the doubles do not separate them", () => {
    const polynomial = IntegerPolynomial.of([3n, -4n, 1n]);
    // A Jacobi matrix with the eigenvalues 10 and 11, where the polynomial keeps its sign.
    const jacobi = { ...window, diagonal: [8, 9], offDiagonal: [0] };
    expect(() => encloseRoots({ polynomial, jacobi }, Rational.of(1n, 1000n))).toThrow(
      NumericalError,
    );
  });
});

describe("ResidualPolynomial", () => {
  it("does not depend on the numerator's sign, and needs p(0) ≠ 0", () => {
    const law = { contextLength: 1n, moments: [3n, 5n, 17n], noiseVariance: Rational.ZERO };
    const [plus, minus] = [
      [2n, -1n],
      [-2n, 1n],
    ].map((coefficients) => ResidualPolynomial.of(IntegerPolynomial.of(coefficients)));
    // E tr (1 − w/2)² = m₀ − m₁ + m₂/4 = 3 − 5 + 17/4.
    expect(plus!.lossUnder(law).equals(Rational.of(9n, 4n))).toBe(true);
    expect(minus!.lossUnder(law).equals(Rational.of(9n, 4n))).toBe(true);
    for (const coefficients of [[], [0n, 1n]]) {
      expect(() => ResidualPolynomial.of(IntegerPolynomial.of(coefficients))).toThrow(
        "ResidualPolynomial.of: numerator must be non-zero at 0, got 0",
      );
    }
  });

  it("asks for every moment it needs", () => {
    const law = { contextLength: 1n, moments: [1n, 1n], noiseVariance: Rational.ZERO };
    expect(() => expectedTrace(IntegerPolynomial.of([1n, 1n]), law, 1)).toThrow(ArgumentError);
  });
});
