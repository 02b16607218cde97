import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import {
  drawsNeeded,
  falseAlarmRate,
  heavyTailWarning,
  sampledComparisons,
} from "../../src/claim/sample-plan.js";
import { testStream } from "../seed.js";

test("so many draws as planned tell the distance, a tenth of them do not", () => {
  const stream = testStream("plan");
  const [standardDeviation, distance] = [2, 0.1];
  const draws = drawsNeeded(standardDeviation, distance);
  expect(draws).toBe(10_000);
  const budgetOf = (count: number) => {
    const own = stream.split(count);
    return 5 * sampleMeans(count, () => [standardDeviation * own.normal()]).standardErrors[0]!;
  };
  // The standard error of a sample standard deviation of 10⁴ normal draws is 0.7 %.
  expect(Math.abs(budgetOf(draws) / distance - 1)).toBeLessThan(5 * 0.007);
  expect(budgetOf(draws / 10)).toBeGreaterThan(2 * distance);
});

test.each([
  [0, 1],
  [1, 0],
  [1, Number.NaN],
])("standard deviation %d, distance %d is refused", (standardDeviation, distance) => {
  expect(() => drawsNeeded(standardDeviation, distance)).toThrow(/must be a finite number > 0/);
});

test("the false-alarm rate adds the chances of the sampled comparisons alone", () => {
  const results = [
    { method: "sampled", comparisons: 3 },
    { method: "exact", comparisons: 100 },
    { method: null, comparisons: 0 },
    { method: "sampled", comparisons: 1 },
  ] as const;
  expect(sampledComparisons(results)).toBe(4);
  // erfc(5/√2) = 5.7330e−7: Abramowitz and Stegun, table 26.2 (1 − P(5) = 2.86652e−7, twice).
  expect(falseAlarmRate(4)).toBeCloseTo(4 * 2 * 2.86652e-7, 9);
  expect(falseAlarmRate(1e9)).toBe(1);
});

describe("heavy tails", () => {
  const warningFor = (power: number) => {
    const stream = testStream("tails");
    return heavyTailWarning(sampleMeans(5_000, () => [stream.normal() ** power]));
  };

  test("normal draws raise no warning, nor do their squares", () => {
    expect(warningFor(1)).toBeNull();
    expect(warningFor(2)).toBeNull();
  });

  test("a twelfth power does, with the share", () => {
    expect(warningFor(12)).toMatch(/^heavy tails: one of 5000 draws carries \d+ % of the variance/);
  });

  test("few draws are not judged", () => {
    expect(heavyTailWarning({ draws: 8, largestShare: 0.6 })).toBeNull();
  });
});
