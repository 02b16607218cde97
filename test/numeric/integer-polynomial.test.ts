import fc from "fast-check";
import { derivative, fraction, type MathNode, parse } from "mathjs";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { IntegerPolynomial } from "../../src/numeric/integer-polynomial.js";
import { Rational } from "../../src/numeric/rational.js";
import { checkProperty } from "../seed.js";

const polynomial = fc
  .array(fc.bigInt({ min: -1000n, max: 1000n }), { maxLength: 7 })
  .map((coefficients) => IntegerPolynomial.of(coefficients));
const point = fc
  .tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: 1, max: 30 }))
  .map(([p, q]) => Rational.of(p, q));

const expression = ({ coefficients }: IntegerPolynomial) =>
  coefficients.map((c, i) => `(${c}) * x^${i}`).join(" + ") || "0";

/** Exact value of an expression by mathjs Fractions: the second route. */
function byMathjs(node: MathNode, x: Rational): Rational {
  const value = node.evaluate({ x: fraction(x.toString()) });
  return Rational.parse(fraction(value).toFraction());
}

describe("IntegerPolynomial", () => {
  it("evaluates, and differentiates, as mathjs does", () => {
    checkProperty(
      fc.property(polynomial, point, (p, x) => {
        const text = expression(p);
        expect(p.evaluate(x).equals(byMathjs(parse(text), x))).toBe(true);
        expect(
          p
            .derivative()
            .evaluate(x)
            .equals(byMathjs(derivative(text, "x"), x)),
        ).toBe(true);
        expect(p.signAt(x)).toBe(p.evaluate(x).sign());
      }),
      { numRuns: 50 },
    );
  });

  it("adds, multiplies and shifts pointwise", () => {
    checkProperty(
      fc.property(polynomial, polynomial, point, (p, q, x) => {
        const [atP, atQ] = [p.evaluate(x), q.evaluate(x)];
        expect(p.plus(q).evaluate(x).equals(atP.plus(atQ))).toBe(true);
        expect(p.minus(q).evaluate(x).equals(atP.minus(atQ))).toBe(true);
        expect(p.times(q).evaluate(x).equals(atP.times(atQ))).toBe(true);
        const moved = p.shifted(-3n).evaluate(x);
        expect(moved.equals(p.evaluate(x.minus(Rational.of(3))))).toBe(true);
      }),
    );
  });

  it("moves an interval to the unit interval, signs kept", () => {
    checkProperty(
      fc.property(polynomial, point, point, point, (p, lower, width, t) => {
        const upper = lower.plus(width.absolute());
        const x = lower.plus(width.absolute().times(t));
        expect(p.onUnitInterval(lower, upper).signAt(t)).toBe(p.signAt(x));
      }),
    );
  });

  it("drops leading zeros and divides out the content", () => {
    expect(IntegerPolynomial.of([1n, 0n, 0n]).degree).toBe(0);
    expect(IntegerPolynomial.of([0n]).degree).toBe(-1);
    expect(IntegerPolynomial.of([-6n, 0n, 4n]).primitivePart().coefficients).toEqual([-3n, 0n, 2n]);
    expect(IntegerPolynomial.ZERO.evaluate(Rational.of(7)).sign()).toBe(0);
  });

  it("refuses a denominator that is not positive", () => {
    expect(() => IntegerPolynomial.of([1n]).homogenisedAt(1n, 0n)).toThrow(ArgumentError);
  });
});
