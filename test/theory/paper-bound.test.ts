import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, NumericalError } from "../../src/errors.js";
import { Enclosure } from "../../src/numeric/enclosure.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { paperBound, withinPaperBound } from "../../src/theory/paper-bound.js";
import { checkProperty } from "../seed.js";

const dimension = fc.integer({ min: 1, max: 100 });
const loopCount = fc.integer({ min: 1, max: 10 });

describe("paperBound", () => {
  it("agrees with its definition in doubles", () => {
    checkProperty(
      fc.property(
        dimension,
        fc.integer({ min: 1, max: 1e15 }),
        loopCount,
        (dim, contextLength, loops) => {
          const { delta, c } = paperBound({ dim, contextLength, loops });
          const root = 1 / (2 * loops);
          const expected = ((8 * loops * dim) / Math.sqrt(contextLength)) ** root;
          expect(Math.abs(delta / expected - 1)).toBeLessThan(1e-13);
          expect(Math.abs(c / (8 * expected * dim ** root) - 1)).toBeLessThan(1e-13);
        },
      ),
    );
  });

  // theory.md §4: where the theorem starts to say something at d = 10.
  it.each([
    [1, 2.6e9],
    [2, 4.3e13],
    [3, 4e17],
    [5, 1.8e25],
  ])("is vacuous at L = %i until n ≈ %d", (loops, expected) => {
    const { contextForNonVacuous } = paperBound({ dim: 10, contextLength: 1, loops });
    expect(Math.abs(Number(contextForNonVacuous) / expected - 1)).toBeLessThan(0.05);
  });

  it("changes from vacuous to not exactly at contextForNonVacuous, where c crosses 1", () => {
    checkProperty(
      fc.property(dimension, loopCount, (dim, loops) => {
        const { contextForNonVacuous: first } = paperBound({ dim, contextLength: 1, loops });
        const at = (contextLength: bigint) => paperBound({ dim, contextLength, loops });
        expect(at(first).vacuous).toBe(false);
        expect(at(first - 1n).vacuous).toBe(true);
        // 1 − c ≈ 1/(4L n) at the first such n, which is above 2^18.
        expect(Math.abs(at(first).c - 1)).toBeLessThan(1e-6);
        expect(at(first * 2n).c).toBeLessThan(1);
        expect(at(first / 2n).c).toBeGreaterThan(1);
      }),
    );
  });

  it("takes n beyond the doubles", () => {
    const { delta, c, vacuous } = paperBound({ dim: 1, contextLength: 10n ** 800n, loops: 1 });
    // δ = (8/10^400)^{1/2}
    expect(Math.abs(delta / (Math.sqrt(8) * 1e-200) - 1)).toBeLessThan(1e-12);
    expect(Math.abs(c / (8 * delta) - 1)).toBeLessThan(1e-13);
    expect(vacuous).toBe(false);
  });

  it("refuses bad settings", () => {
    expect(() => paperBound({ dim: 1, contextLength: 0n, loops: 1 })).toThrow(ArgumentError);
    expect(() => paperBound({ dim: 1, contextLength: 1, loops: 0 })).toThrow(ArgumentError);
  });
});

describe("withinPaperBound", () => {
  it("decides on either side of 1 ± c", () => {
    checkProperty(
      fc.property(dimension, loopCount, fc.integer({ min: 0, max: 60 }), (dim, loops, exponent) => {
        const setting = { dim, contextLength: 10n ** BigInt(exponent), loops };
        const c = Rational.fromNumber(paperBound(setting).c);
        for (const side of [1, -1]) {
          const at = (factor: string) =>
            Rational.ONE.plus(c.times(Rational.parse(factor)).times(Rational.of(side)));
          expect(withinPaperBound(at("0.999999999"), setting)).toBe(true);
          expect(withinPaperBound(at("1.000000001"), setting)).toBe(false);
        }
      }),
    );
  });

  it("includes the boundary", () => {
    // d = L = 1: c⁴ n = 64·8⁴, so that n = 64·8⁴·16 gives c = 1/2.
    const setting = { dim: 1, contextLength: 64 * 8 ** 4 * 16, loops: 1 };
    expect(withinPaperBound(Rational.of(1, 2), setting)).toBe(true);
    expect(withinPaperBound(Rational.parse("0.4999999999999999999999"), setting)).toBe(false);
  });

  it("takes enclosures and refuses those that straddle the bound", () => {
    const setting = { dim: 1, contextLength: 64 * 8 ** 4 * 16, loops: 1 };
    const between = (a: string, b: string) => Enclosure.of(Rational.parse(a), Rational.parse(b));
    expect(withinPaperBound(between("0.6", "1.4"), setting)).toBe(true);
    expect(withinPaperBound(between("0.1", "0.2"), setting)).toBe(false);
    expect(withinPaperBound(between("1.6", "1.7"), setting)).toBe(false);
    for (const straddling of [
      between("0.4", "0.6"),
      between("1.4", "1.6"),
      between("0.1", "1.9"),
    ]) {
      expect(() => withinPaperBound(straddling, setting)).toThrow(NumericalError);
    }
  });

  it("holds for the isotropic optimum from the first n where it says something", () => {
    for (const loops of [1, 2, 3]) {
      const { contextForNonVacuous } = paperBound({ dim: 10, contextLength: 1, loops });
      const setting = { dim: 10, contextLength: contextForNonVacuous, loops };
      expect(withinPaperBound(isotropicOptimum(setting).stepSize, setting)).toBe(true);
    }
  });
});
