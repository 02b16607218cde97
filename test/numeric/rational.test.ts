import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { overCommonDenominator, Rational } from "../../src/numeric/rational.js";
import { checkProperty } from "../seed.js";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const fraction = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
    fc.bigInt({ min: 1n, max: 10n ** 40n }),
  )
  .map(([p, q]) => Rational.of(p, q));

describe("Rational arithmetic", () => {
  it("obeys the field laws", () => {
    checkProperty(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        expect(
          a
            .plus(b)
            .times(c)
            .equals(a.times(c).plus(b.times(c))),
        ).toBe(true);
        expect(a.minus(b).plus(b).equals(a)).toBe(true);
        if (b.sign() !== 0) expect(a.over(b).times(b).equals(a)).toBe(true);
        expect(a.compare(b)).toBe(a.minus(b).sign());
      }),
    );
  });

  it("keeps lowest terms and a positive denominator", () => {
    expect(Rational.of(6, -4).toString()).toBe("-3/2");
    expect(Rational.of(0, -4).toString()).toBe("0");
    expect(Rational.of(-2, 3).power(-3).toString()).toBe("-27/8");
    expect(Rational.of(-2, 3).power(0).toString()).toBe("1");
    expect(Rational.of(-7, 3).absolute().toString()).toBe("7/3");
  });

  it("refuses a zero denominator", () => {
    expect(() => Rational.of(1, 0)).toThrow(ArgumentError);
    expect(() => Rational.ONE.over(Rational.ZERO)).toThrow(ArgumentError);
    expect(() => Rational.ZERO.power(-1)).toThrow(ArgumentError);
  });

  it("puts two numbers over their least common denominator", () => {
    const { first, second, denominator } = overCommonDenominator(
      Rational.of(1, 6),
      Rational.of(-3, 4),
    );
    expect([first, second, denominator]).toEqual([2n, -9n, 12n]);
  });
});

describe("Rational.fromNumber and toNumber", () => {
  it("are inverse on every finite double", () => {
    checkProperty(
      fc.property(finite, (value) => {
        // + 0 forgets the sign of −0, which a rational does not have.
        expect(Rational.fromNumber(value).toNumber()).toBe(value + 0);
      }),
      { numRuns: 1000 },
    );
  });

  it("round to the nearest of the two neighbouring doubles", () => {
    checkProperty(
      fc.property(fraction, (value) => {
        const nearest = value.toNumber();
        const error = value.minus(Rational.fromNumber(nearest)).absolute();
        for (const neighbour of [nearest * (1 + 2 ** -52), nearest * (1 - 2 ** -52)]) {
          const other = value.minus(Rational.fromNumber(neighbour)).absolute();
          expect(error.compare(other)).not.toBe(1);
        }
      }),
    );
  });

  it("break ties to even", () => {
    const two53 = 2n ** 53n;
    expect(Rational.of(two53 + 1n).toNumber()).toBe(2 ** 53);
    expect(Rational.of(two53 + 3n).toNumber()).toBe(2 ** 53 + 4);
    expect(Rational.of((two53 + 1n) * 10n ** 30n + 1n, 10n ** 30n).toNumber()).toBe(2 ** 53 + 2);
    expect(Rational.of((two53 + 1n) * 10n ** 30n - 1n, 10n ** 30n).toNumber()).toBe(2 ** 53);
    expect(Rational.of(-(two53 + 3n)).toNumber()).toBe(-(2 ** 53 + 4));
  });

  it("reach the subnormals and both ends of the range", () => {
    const tiniest = Rational.of(1n, 2n ** 1074n);
    expect(tiniest.toNumber()).toBe(Number.MIN_VALUE);
    expect(tiniest.over(Rational.of(2)).toNumber()).toBe(0);
    expect(tiniest.times(Rational.of(51, 100)).toNumber()).toBe(Number.MIN_VALUE);
    expect(tiniest.times(Rational.of(3, 2)).toNumber()).toBe(2 * Number.MIN_VALUE);
    expect(tiniest.times(Rational.of(5, 2)).toNumber()).toBe(2 * Number.MIN_VALUE);
    expect(Rational.parse("1e-99999").toNumber()).toBe(0);
    expect(Rational.parse("-1e99999").toNumber()).toBe(Number.NEGATIVE_INFINITY);
    const largest = 2n ** 1024n - 2n ** 971n;
    expect(Rational.of(largest).toNumber()).toBe(Number.MAX_VALUE);
    expect(Rational.of(largest + 2n ** 970n - 1n).toNumber()).toBe(Number.MAX_VALUE);
    expect(Rational.of(largest + 2n ** 970n).toNumber()).toBe(Number.POSITIVE_INFINITY);
  });

  it("refuse what is not finite", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => Rational.fromNumber(value)).toThrow(ArgumentError);
    }
  });
});

describe("Rational.parse", () => {
  it.each([
    ["3", "3"],
    ["-3/7", "-3/7"],
    ["+0.25", "1/4"],
    [".5", "1/2"],
    ["5.", "5"],
    ["1e-3", "1/1000"],
    ["-2.50E+2", "-250"],
    [" 1.5/3 ", "1/2"],
    ["-0", "0"],
  ])("reads %j as %s", (text, expected) => {
    expect(Rational.parse(text).toString()).toBe(expected);
  });

  it.each(["", ".", "-", "1e", "1/", "1/0", "0x10", "1 2", "NaN", "1e999999", "1/-2"])(
    "refuses %j",
    (text) => {
      expect(() => Rational.parse(text)).toThrow(ArgumentError);
    },
  );

  it("reads what toString writes", () => {
    checkProperty(
      fc.property(fraction, (value) => {
        expect(Rational.parse(value.toString()).equals(value)).toBe(true);
      }),
    );
  });
});

describe("Rational.toDecimal", () => {
  it.each([
    [Rational.of(1, 3), 5, "0.33333", "0.33334", "0.33333"],
    [Rational.of(-1, 3), 5, "-0.33334", "-0.33333", "-0.33333"],
    [Rational.of(99996, 100), 4, "999.9", "1000", "1000"],
    [Rational.of(10n ** 21n), 3, "1.00e+21", "1.00e+21", "1.00e+21"],
    [Rational.of(123456), 2, "120000", "130000", "120000"],
    [Rational.parse("1.25e-9"), 2, "1.2e-9", "1.3e-9", "1.3e-9"],
    [Rational.of(1, 1000), 1, "0.001", "0.001", "0.001"],
    [Rational.ZERO, 3, "0", "0", "0"],
  ] as const)("writes %s with %i digits", (value, digits, down, up, nearest) => {
    expect(value.toDecimal(digits, "down")).toBe(down);
    expect(value.toDecimal(digits, "up")).toBe(up);
    expect(value.toDecimal(digits)).toBe(nearest);
  });

  it("brackets the value within one unit of the last digit", () => {
    checkProperty(
      fc.property(fraction, fc.integer({ min: 1, max: 30 }), (value, digits) => {
        const down = Rational.parse(value.toDecimal(digits, "down"));
        const up = Rational.parse(value.toDecimal(digits, "up"));
        expect(down.compare(value)).not.toBe(1);
        expect(up.compare(value)).not.toBe(-1);
        const unit = value.absolute().times(Rational.of(10).power(1 - digits));
        expect(up.minus(down).compare(unit)).not.toBe(1);
        const nearest = Rational.parse(value.toDecimal(digits));
        const error = nearest.minus(value).absolute().times(Rational.of(2));
        expect(error.compare(up.minus(down))).not.toBe(1);
      }),
    );
  });

  it.each([0, -1, 1.5])("refuses %d digits", (digits) => {
    expect(() => Rational.ONE.toDecimal(digits)).toThrow(ArgumentError);
  });
});
