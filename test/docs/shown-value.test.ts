import { describe, expect, it } from "vitest";
import { Matrix } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { matchesShown } from "./shown-value.js";

describe("matchesShown", () => {
  const agreements: readonly (readonly [unknown, string])[] = [
    [0.6280774761565799, "0.6280774761565799"],
    [0.6280774761565799, "0.628"],
    [0.6280774761565799, "0.62807…"],
    [0.6289, "0.628…"],
    [-1.234e-7, "-1.23e-7"],
    [20, "20"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [Number.NaN, "NaN"],
    [200n, "200n"],
    ["20/31", '"20/31"'],
    [Rational.of(20, 31), "20/31"],
    [Rational.of(20, 31), '"20/31"'],
    [Float64Array.of(0.5, 0.25), "[0.5, 0.25]"],
    [Matrix.eye(2), "[[1, 0], [0, 1]]"],
    [[1, 2, 3], "[1, …]"],
    [{ mean: 0.123, loops: 2 }, "{ mean: 0.12, loops: 2 }"],
    [{ mean: 0.123, loops: 2 }, "{ loops: 2, … }"],
    [{ nested: [{ a: null }] }, '{ "nested": [{ a: null }] }'],
    [undefined, "undefined"],
    [true, "true"],
    [{ run: 17.3 }, "{ run: … }"],
  ];
  for (const [actual, shown] of agreements) {
    it(`takes ${shown}`, () => expect(matchesShown(actual, shown)).toBe(true));
  }

  const refusals: readonly (readonly [unknown, string])[] = [
    [0.6280774761565799, "0.62807747615657"],
    [0.6286, "0.628"],
    [0.6291, "0.628…"],
    [20.0000001, "20"],
    [200, "200n"],
    [200n, "200"],
    ["2", "2"],
    [2, '"2"'],
    [Number.NaN, "0.1"],
    [0, "NaN"],
    [[1, 2, 3], "[1, 2]"],
    [[1], "[1, 2, …]"],
    [{ mean: 1, loops: 2 }, "{ mean: 1 }"],
    [{ mean: 1 }, "{ mean: 1, loops: undefined }"],
    [{}, '"[object Object]"'],
    [[1, 2], '"1,2"'],
    [null, "undefined"],
    [1, "1, 2"],
    [1, "[1"],
    [1, ""],
  ];
  for (const [actual, shown] of refusals) {
    it(`refuses ${shown || "nothing"} for ${String(actual)}`, () =>
      expect(matchesShown(actual, shown)).toBe(false));
  }
});
