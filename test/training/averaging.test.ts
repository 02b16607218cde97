import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import {
  type AverageState,
  type Averaging,
  exponentialAverage,
  extendAverage,
  parseAveraging,
  polynomialAverage,
  tailAverage,
} from "../../src/training/averaging.js";
import { checkProperty } from "../seed.js";

const path = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), {
  minLength: 1,
  maxLength: 30,
});

function averageOf(averaging: Averaging, values: readonly number[]): number {
  let state: AverageState = { count: 0, vector: new Float64Array(1) };
  values.forEach((value, k) => {
    if (averaging.includes(k + 1, values.length)) {
      state = extendAverage(averaging, state, Float64Array.of(value));
    }
  });
  return state.vector[0]!;
}

describe("averages of parameters", () => {
  it("the exponential one is Σ βᵗ⁻ᵏ θ_k over Σ βᵗ⁻ᵏ", () => {
    checkProperty(
      fc.property(path, fc.double({ min: 0.01, max: 0.999, noNaN: true }), (values, decay) => {
        const weights = values.map((_, k) => decay ** (values.length - 1 - k));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const expected = values.reduce((sum, value, k) => sum + weights[k]! * value, 0) / total;
        expect(averageOf(exponentialAverage(decay), values)).toBeCloseTo(expected, 9);
      }),
    );
  });

  it("the tail's is the mean of the last part", () => {
    checkProperty(
      fc.property(path, fc.constantFrom(0.1, 0.25, 0.5, 0.9), (values, fraction) => {
        const tail = values.slice(Math.floor((1 - fraction) * values.length));
        const expected = tail.reduce((sum, value) => sum + value, 0) / tail.length;
        expect(averageOf(tailAverage(fraction), values)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it("the polynomial one of power 2 weighs the k-th parameters by k(k + 1)", () => {
    checkProperty(
      fc.property(path, (values) => {
        const weights = values.map((_, k) => (k + 1) * (k + 2));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const expected = values.reduce((sum, value, k) => sum + weights[k]! * value, 0) / total;
        expect(averageOf(polynomialAverage(2), values)).toBeCloseTo(expected, 9);
      }),
    );
  });

  it("are read from what they are written as, and nothing else", () => {
    for (const spec of ["ema:0.99", "tail:0.25", "polynomial:8"])
      expect(parseAveraging(spec).spec).toBe(spec);
    for (const spec of [
      "ema",
      "ema:1",
      "ema:0",
      "ema:x",
      "tail:",
      "tail:0.5:1",
      "mean:0.5",
      "",
    ].concat("polynomial", "polynomial:0", "polynomial:1:2")) {
      expect(() => parseAveraging(spec), spec).toThrow(ArgumentError);
      expect(() => parseAveraging(spec)).toThrow(`got "${spec}"`);
    }
    expect(() => tailAverage(1)).toThrow("tailAverage: fraction must be in (0, 1), got 1");
  });
});
