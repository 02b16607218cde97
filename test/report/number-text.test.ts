import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  integerText,
  numberText,
  percentText,
  powerOfTenText,
  secondsText,
} from "../../src/report/number-text.js";
import { checkProperty } from "../seed.js";

describe("numberText", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [2.1052767, "2.105"],
    [-0.0000123, "−1.23 × 10⁻⁵"],
    [1e-30, "10⁻³⁰"],
    [-1e9, "−10⁹"],
    [0.001, "0.001"],
    [123456, "123500"],
    [999999, "10⁶"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NaN, "not a number"],
  ])("writes %d as %s", (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  it("can be read back within its digits", () => {
    const magnitude = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    checkProperty(
      fc.property(
        magnitude,
        fc.boolean(),
        fc.integer({ min: 1, max: 12 }),
        (size, flip, digits) => {
          const value = flip ? -size : size;
          const read = readNumber(numberText(value, digits));
          expect(Math.abs(read - value)).toBeLessThanOrEqual(0.5000001 * 10 ** (1 - digits) * size);
        },
      ),
    );
  });
});

describe("integerText", () => {
  it.each([
    [20n, "20"],
    [-123456n, "−123456"],
    [10n ** 30n, "10³⁰"],
    [3n * 10n ** 29n, "3 × 10²⁹"],
    [2621440001n, "2.62 × 10⁹"],
    [9999999999n, "10¹⁰"],
    [-(10n ** 400n), "−10⁴⁰⁰"],
  ])("writes %s as %s", (value, text) => {
    expect(integerText(value)).toBe(text);
  });
});

describe("other texts", () => {
  it("writes powers of ten", () => {
    expect([-12, 0, 1, 25].map(powerOfTenText)).toEqual(["10⁻¹²", "1", "10", "10²⁵"]);
  });

  it("writes shares and durations", () => {
    expect(percentText(-0.0129)).toBe("−1.29 %");
    expect([0.004, 0.014, 9.996, 41.3, 89.6, 119.7, 3600].map(secondsText)).toEqual([
      "< 0.01 s",
      "0.01 s",
      "10 s",
      "41 s",
      "1 min 30 s",
      "2 min 0 s",
      "60 min 0 s",
    ]);
  });
});

function readNumber(text: string): number {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const plain = text
    .replaceAll("−", "-")
    .replace(
      /10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/,
      (_, exponent: string) =>
        `1e${[...exponent].map((c) => (c === "⁻" ? "-" : digits.indexOf(c))).join("")}`,
    )
    .replace(" × 1e", "e");
  return Number(plain);
}
