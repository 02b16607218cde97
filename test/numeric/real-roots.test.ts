import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ArgumentError, NumericalError } from "../../src/errors.js";
import { Enclosure } from "../../src/numeric/enclosure.js";
import { IntegerPolynomial } from "../../src/numeric/integer-polynomial.js";
import { Rational } from "../../src/numeric/rational.js";
import { refineRoot } from "../../src/numeric/real-root.js";
import {
  isolateRoots,
  isProvablyRootFree,
  positiveRootBound,
} from "../../src/numeric/root-isolation.js";
import { SturmChain } from "../../src/numeric/sturm-chain.js";
import { checkProperty } from "../seed.js";

const root = fc
  .tuple(fc.integer({ min: -60, max: 60 }), fc.integer({ min: 1, max: 12 }))
  .map(([p, q]) => Rational.of(p, q));
const distinctRoots = fc.uniqueArray(root, {
  minLength: 1,
  maxLength: 7,
  selector: (value) => value.toString(),
});

/** Π (qx − p), times x² + 1 so that not every root is real. */
function withRoots(roots: readonly Rational[]): IntegerPolynomial {
  return roots
    .map(({ numerator, denominator }) => IntegerPolynomial.of([-numerator, denominator]))
    .reduce((product, factor) => product.times(factor), IntegerPolynomial.of([1n, 0n, 1n]));
}

const ascending = (roots: readonly Rational[]) => [...roots].sort((a, b) => a.compare(b));
const wide = Enclosure.of(Rational.of(-100), Rational.of(100));

function expectIsolated(enclosures: readonly Enclosure[], roots: readonly Rational[]): void {
  expect(enclosures).toHaveLength(roots.length);
  for (const [i, expected] of ascending(roots).entries()) {
    expect(enclosures[i]!.contains(expected)).toBe(true);
    const others = roots.filter((other) => !other.equals(expected));
    expect(others.some((other) => enclosures[i]!.contains(other))).toBe(false);
  }
}

describe("SturmChain", () => {
  it("counts and isolates the roots a polynomial was built from, repeated or not", () => {
    checkProperty(
      fc.property(distinctRoots, fc.integer({ min: 1, max: 3 }), (roots, multiplicity) => {
        const repeated = roots.flatMap((r, i) => (i === 0 ? Array(multiplicity).fill(r) : [r]));
        const chain = SturmChain.of(withRoots(repeated));
        expect(chain.countRealRoots()).toBe(roots.length);
        expect(chain.squareFree.degree).toBe(roots.length + 2);
        expectIsolated(chain.isolate(), roots);
      }),
    );
  });

  it("counts on half-open intervals whose ends are roots", () => {
    const chain = SturmChain.of(withRoots([1, 2, 3].map((r) => Rational.of(r))));
    expect(chain.countRoots(Rational.of(1), Rational.of(3))).toBe(2);
    expect(chain.countRoots(Rational.of(0), Rational.of(1))).toBe(1);
    expect(chain.countRoots(Rational.of(3), Rational.of(9))).toBe(0);
  });

  it("finds no roots where there are none", () => {
    expect(SturmChain.of(IntegerPolynomial.of([1n, 0n, 1n])).isolate()).toEqual([]);
    expect(SturmChain.of(IntegerPolynomial.of([-5n])).countRealRoots()).toBe(0);
    expect(() => SturmChain.of(IntegerPolynomial.ZERO)).toThrow(ArgumentError);
  });
});

describe("isolateRoots", () => {
  it("agrees with the known roots and with Sturm's count", () => {
    checkProperty(
      fc.property(distinctRoots, (roots) => {
        const polynomial = withRoots(roots);
        const enclosures = isolateRoots(polynomial, wide);
        expectIsolated(enclosures, roots);
        const chain = SturmChain.of(polynomial);
        for (const { lower, upper } of enclosures) {
          if (lower.equals(upper)) continue;
          expect(polynomial.signAt(lower) * polynomial.signAt(upper)).toBe(-1);
          expect(chain.countRoots(lower, upper)).toBe(1);
        }
      }),
    );
  });

  it("leaves out roots at the ends of the open interval", () => {
    const polynomial = withRoots([0, 1, 2].map((r) => Rational.of(r)));
    const found = isolateRoots(polynomial, Enclosure.of(Rational.ZERO, Rational.of(2)));
    expectIsolated(found, [Rational.ONE]);
  });

  it("refuses a double root and the zero polynomial", () => {
    const double = withRoots([Rational.of(1, 3), Rational.of(1, 3)]);
    expect(() => isolateRoots(double, wide)).toThrow(NumericalError);
    expect(() => isolateRoots(IntegerPolynomial.ZERO, wide)).toThrow(ArgumentError);
  });

  it("proves intervals free of roots, and never one that has a root", () => {
    checkProperty(
      fc.property(distinctRoots, root, root, (roots, a, b) => {
        fc.pre(!a.equals(b));
        const [lower, upper] = ascending([a, b]) as [Rational, Rational];
        const polynomial = withRoots(roots);
        const inside = roots.some((r) => r.compare(lower) > 0 && r.compare(upper) < 0);
        const isFree = isProvablyRootFree(polynomial, Enclosure.of(lower, upper));
        if (inside) expect(isFree).toBe(false);
      }),
    );
    const polynomial = withRoots([Rational.of(5)]);
    expect(isProvablyRootFree(polynomial, Enclosure.of(Rational.of(1), Rational.of(2)))).toBe(true);
  });

  it("bounds the positive roots", () => {
    checkProperty(
      fc.property(distinctRoots, (roots) => {
        const polynomial = withRoots(roots);
        const bound = positiveRootBound(polynomial);
        expect(roots.every((r) => r.compare(bound) < 0)).toBe(true);
        expect(positiveRootBound(polynomial.scaled(-1n)).equals(bound)).toBe(true);
      }),
    );
  });
});

describe("refineRoot", () => {
  it("encloses a known root between opposite signs, as narrowly as asked", () => {
    checkProperty(
      fc.property(distinctRoots, fc.integer({ min: 1, max: 60 }), (roots, digits) => {
        const polynomial = withRoots(roots);
        const ratio = Rational.of(10).power(-digits);
        const brackets = isolateRoots(polynomial, wide);
        for (const [i, expected] of ascending(roots).entries()) {
          if (brackets[i]!.width.sign() === 0) continue;
          const found = refineRoot(polynomial, brackets[i]!, ratio);
          expect(found.contains(expected)).toBe(true);
          expect(found.isWithinRelativeWidth(ratio)).toBe(true);
          if (found.width.sign() === 0) continue;
          expect(polynomial.signAt(found.lower) * polynomial.signAt(found.upper)).toBe(-1);
        }
      }),
    );
  });

  it("gives √2 to 100 digits, by the integer square root", () => {
    const polynomial = IntegerPolynomial.of([-2n, 0n, 1n]);
    const bracket = Enclosure.of(Rational.ZERO, Rational.of(2));
    const found = refineRoot(polynomial, bracket, Rational.of(10).power(-100));
    const { lower, upper } = found;
    expect(lower.times(lower).compare(Rational.of(2))).toBe(-1);
    expect(upper.times(upper).compare(Rational.of(2))).toBe(1);
    const mirrored = refineRoot(polynomial, bracket.times(Rational.of(-1)), Rational.of(1, 1000));
    expect(mirrored.toNumber()).toBeCloseTo(-Math.SQRT2, 3);
  });

  it("needs evaluations as the logarithm of the digits, not as the digits", () => {
    const evaluations = vi.spyOn(IntegerPolynomial.prototype, "homogenisedAt");
    const digits = 1000;
    const bracket = Enclosure.of(Rational.ONE, Rational.of(2n));
    refineRoot(IntegerPolynomial.of([-2n, 0n, 1n]), bracket, Rational.of(10n).power(-digits));
    // Bisection takes 3322; the secant's digits double: ten doublings of 2 evaluations, a few misses.
    expect(evaluations.mock.calls.length).toBeLessThan(60);
    evaluations.mockRestore();
  });

  it("finds a rational root itself when it looks there, and zero in a bracket about it", () => {
    const cubic = IntegerPolynomial.of([0n, -1n, 0n, 1n]);
    const width = Rational.of(1n, 10n ** 6n);
    const around = Enclosure.of(Rational.of(-1n, 2n), Rational.of(1n, 2n));
    expect(refineRoot(cubic, around, width).width.sign()).toBe(0);
    // x³ − 3x + 1 changes sign on [−1, 1] at 0.3473, right of 0; its mirror image left of 0.
    for (const sign of [1n, -1n]) {
      const polynomial = IntegerPolynomial.of([sign, -3n, 0n, 1n]);
      const root = refineRoot(
        polynomial,
        Enclosure.of(Rational.of(-1n), Rational.ONE),
        Rational.of(1n, 10n ** 9n),
      );
      // 2 cos(4π/9), by the trigonometric solution of the cubic.
      expect(
        Math.abs(root.toNumber() - Number(sign) * 2 * Math.cos((4 * Math.PI) / 9)),
      ).toBeLessThan(1e-9);
      expect(root.lower.sign()).toBe(Number(sign));
    }
  });

  it("finds tiny and flat roots", () => {
    const tiny = IntegerPolynomial.of([-1n, 10n ** 200n]);
    const unit = Enclosure.of(Rational.of(-1), Rational.ONE);
    const found = refineRoot(tiny, unit, Rational.of(10).power(-20));
    expect(found.contains(Rational.of(1n, 10n ** 200n))).toBe(true);
    const flat = IntegerPolynomial.of([-1n, 3n]);
    const power = Array.from({ length: 8 }, () => flat).reduce((p, q) => p.times(q), flat);
    const [from, to] = refineRoot(power, unit, Rational.of(10).power(-20)).toDecimals(18);
    expect([from, to]).toEqual(["0.333333333333333333", "0.333333333333333334"]);
    const atZero = refineRoot(IntegerPolynomial.of([0n, 1n]), unit, Rational.ONE);
    expect(atZero.lower.sign()).toBe(0);
  });

  it("refuses a bracket without a sign change and a width that is not positive", () => {
    const polynomial = withRoots([Rational.of(5)]);
    const none = Enclosure.of(Rational.ZERO, Rational.ONE);
    expect(() => refineRoot(polynomial, none, Rational.ONE)).toThrow(ArgumentError);
    expect(() => refineRoot(polynomial, none, Rational.ONE)).toThrow(
      "refineRoot: bracket must be a bracket with a sign change, got [0, 1.00000]",
    );
    const some = Enclosure.of(Rational.ZERO, Rational.of(9));
    expect(() => refineRoot(polynomial, some, Rational.ZERO)).toThrow(
      "refineRoot: relativeWidth must be positive, got 0",
    );
  });
});
