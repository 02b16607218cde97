import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumericalError } from "../../src/errors.js";
import { logAxis } from "../../src/report/figure/log-axis.js";
import { checkProperty } from "../seed.js";

describe("logAxis", () => {
  it.each([
    ["within a factor of two", [1, 1.5], ["1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]],
    ["within a few decades", [0.3, 20], ["0.5", "1", "2", "5", "10", "20"]],
    ["over many decades", [1e-9, 1], ["10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1"]],
    ["to the longest contexts", [1, 1e30], ["1", "10⁵", "10¹⁰", "10¹⁵", "10²⁰", "10²⁵", "10³⁰"]],
  ])("labels every tick %s", (_, values, labels) => {
    expect(logAxis(values).ticktext).toEqual(labels);
  });

  it("holds every value, and two to eight ticks inside", () => {
    const exponent = fc.double({ min: -40, max: 40, noNaN: true });
    checkProperty(
      fc.property(exponent, fc.double({ min: 0, max: 40, noNaN: true }), (start, span) => {
        const values = [10 ** start, 10 ** (start + span)];
        const { range, tickvals: ticks, ticktext } = logAxis(values);
        const [low, high] = range;
        expect(low).toBeLessThan(start);
        expect(high).toBeGreaterThan(start + span);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(new Set(ticktext).size).toBe(ticks.length);
        ticks.forEach((tick, i) => {
          expect(Math.log10(tick)).toBeGreaterThanOrEqual(low - 1e-12);
          expect(Math.log10(tick)).toBeLessThanOrEqual(high + 1e-12);
          if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1]!);
        });
      }),
    );
  });

  it("leaves out what a logarithm cannot show, and refuses to show nothing", () => {
    expect(logAxis([Number.NaN, 0, -1, 1, 100]).range).toEqual(logAxis([1, 100]).range);
    expect(() => logAxis([0, Number.NaN])).toThrow(NumericalError);
  });
});
