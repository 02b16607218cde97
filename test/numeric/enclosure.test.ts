import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { Enclosure, encloseQuotients } from "../../src/numeric/enclosure.js";
import { Rational } from "../../src/numeric/rational.js";
import { checkProperty } from "../seed.js";

const big = 10n ** 60n;
const third = Rational.of(1, 3);

describe("Enclosure", () => {
  it("knows width, midpoint, members and the nearest double", () => {
    const interval = Enclosure.of(third, Rational.ONE);
    expect(interval.width.toString()).toBe("2/3");
    expect(interval.midpoint.toString()).toBe("2/3");
    expect(interval.toNumber()).toBe(2 / 3);
    expect(interval.contains(third)).toBe(true);
    expect(interval.contains(Rational.of(333, 1000))).toBe(false);
    expect(Enclosure.point(third).width.sign()).toBe(0);
  });

  it("keeps its order under a negative factor", () => {
    const flipped = Enclosure.of(third, Rational.ONE).times(Rational.of(-3));
    expect([flipped.lower.toString(), flipped.upper.toString()]).toEqual(["-3", "-1"]);
  });

  it("measures its width against its least magnitude", () => {
    const interval = Enclosure.of(Rational.of(-11), Rational.of(-10));
    expect(interval.isWithinRelativeWidth(Rational.of(1, 10))).toBe(true);
    expect(interval.isWithinRelativeWidth(Rational.of(99, 1000))).toBe(false);
    const acrossZero = Enclosure.of(Rational.of(-1), Rational.ONE);
    expect(acrossZero.isWithinRelativeWidth(Rational.of(1000))).toBe(false);
    expect(Enclosure.point(Rational.ZERO).isWithinRelativeWidth(third)).toBe(true);
  });

  it("writes decimals that still enclose", () => {
    expect(Enclosure.of(third, Rational.of(2, 3)).toDecimals(2)).toEqual(["0.33", "0.67"]);
    expect(Enclosure.of(Rational.of(-2, 3), third).toDecimals(2)).toEqual(["-0.67", "0.34"]);
  });

  it("refuses ends in the wrong order", () => {
    expect(() => Enclosure.of(Rational.ONE, third)).toThrow(ArgumentError);
    expect(() => Enclosure.of(Rational.ONE, third)).toThrow(
      "Enclosure.of: upper must be at least lower, got [1.00000, 0.333333]",
    );
  });
});

describe("encloseQuotients", () => {
  it("is a point where the quotient has that few bits, of either sign", () => {
    for (const numerator of [3n, -3n, 0n]) {
      const { lower, upper } = encloseQuotients(numerator, numerator, 8n, 10);
      expect([lower.toString(), upper.toString()]).toEqual(
        numerator === 0n ? ["0", "0"] : [`${numerator}/8`, `${numerator}/8`],
      );
    }
    const wide = encloseQuotients(-(1n << 80n), 1n << 80n, 1n, 4);
    expect(wide.width.equals(Rational.of(1n << 81n))).toBe(true);
  });

  it("rounds outward to the requested number of bits", () => {
    checkProperty(
      fc.property(
        fc.bigInt({ min: -big, max: big }),
        fc.bigInt({ min: 1n, max: big }),
        fc.integer({ min: 4, max: 150 }),
        (numerator, denominator, bits) => {
          const exact = Rational.of(numerator, denominator);
          const interval = encloseQuotients(numerator, numerator, denominator, bits);
          expect(interval.contains(exact)).toBe(true);
          // Quotients have at least `bits` significant bits, so an ulp is at most 2^{1 − bits}.
          const widest = Rational.of(2).power(1 - bits);
          expect(interval.width.compare(exact.absolute().times(widest))).not.toBe(1);
        },
      ),
    );
  });
});
