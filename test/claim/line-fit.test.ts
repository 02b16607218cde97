import { describe, expect, test } from "vitest";
import { fitLine } from "../../src/claim/line-fit.js";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { testStream } from "../seed.js";

test("a line is found exactly, without error", () => {
  const fit = fitLine([0, 1, 2, 5].map((x) => [x, 3 - 2 * x] as const));
  expect(fit.slope).toBeCloseTo(-2, 14);
  expect(fit.intercept).toBeCloseTo(3, 14);
  expect(fit.slopeStandardError).toBeLessThan(1e-14);
});

test("a fit by hand", () => {
  // x = −1, 0, 1 and y = 0, 0, 3: slope 3/2, intercept 1, residuals (1/2, −1, 1/2), variance 3/2.
  const fit = fitLine([
    [-1, 0],
    [0, 0],
    [1, 3],
  ]);
  expect(fit.slope).toBeCloseTo(1.5, 14);
  expect(fit.intercept).toBeCloseTo(1, 14);
  expect(fit.slopeStandardError).toBeCloseTo(Math.sqrt(3 / 2 / 2), 14);
  expect(fit.interceptStandardError).toBeCloseTo(Math.sqrt(3 / 2 / 3), 14);
});

test("the standard errors are the spread of fits to noisy lines", () => {
  const stream = testStream("line-fit");
  const abscissas = [1, 2, 4, 7, 11];
  const fits = Array.from({ length: 1000 }, (_, run) => {
    const own = stream.split(run);
    return fitLine(abscissas.map((x) => [x, 5 - x + own.normal()] as const));
  });
  const spreadOf = (value: (fit: (typeof fits)[number]) => number) =>
    sampleMeans(fits.length, (run) => [value(fits[run]!)]).standardErrors[0]! *
    Math.sqrt(fits.length);
  // Noise of variance 1: slope variance 1/Σ(x − x̄)² = 1/66, intercept 1/5 + 25/66. The spread of
  // 1000 fits has 2.2 % standard error.
  expect(Math.abs(spreadOf((fit) => fit.slope) * Math.sqrt(66) - 1)).toBeLessThan(5 * 0.022);
  const interceptSpread = spreadOf((fit) => fit.intercept) / Math.sqrt(1 / 5 + 25 / 66);
  expect(Math.abs(interceptSpread - 1)).toBeLessThan(5 * 0.022);
  const meanSquare = fits.reduce((sum, fit) => sum + fit.slopeStandardError ** 2, 0) / fits.length;
  // The residual variance of 3 degrees of freedom has relative standard deviation √(2/3).
  expect(Math.abs(meanSquare * 66 - 1)).toBeLessThan((5 * Math.sqrt(2 / 3)) / Math.sqrt(1000));
});

describe("refused", () => {
  test("two points have no residual", () => {
    expect(() =>
      fitLine([
        [0, 0],
        [1, 1],
      ]),
    ).toThrow("fitLine: points must be at least 3 points, got 2");
  });

  test("equal abscissas have no slope", () => {
    expect(() => fitLine([1, 2, 3].map((y) => [4, y] as const))).toThrow("two different abscissas");
  });
});
