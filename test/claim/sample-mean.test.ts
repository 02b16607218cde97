import { expect, test } from "vitest";
import { sampledMeasurement, sampleMeans } from "../../src/claim/sample-mean.js";
import { testStream } from "../seed.js";

test("mean and standard error of known numbers", () => {
  const draws = [
    [1, 10],
    [2, 10],
    [6, 10],
  ];
  const sample = sampleMeans(3, (i) => draws[i]!);
  // Deviations −2, −1, 3: variance 14/2, standard error √(7/3).
  expect(sample.means).toEqual([3, 10]);
  expect(sample.standardErrors[0]).toBeCloseTo(Math.sqrt(7 / 3), 14);
  expect(sample.standardErrors[1]).toBe(0);
  expect(sampledMeasurement(sample)).toEqual({
    value: sample.means,
    errorBudget: sample.standardErrors.map((error) => 5 * error),
    method: "sampled",
    // Welford's increments are 0.5 and 13.5, of 14 in all.
    sample: { draws: 3, largestShare: 13.5 / 14 },
  });
});

test("a large mean does not drown the variance", () => {
  const sample = sampleMeans(4, (i) => [1e9 + (i % 2)]);
  expect(sample.standardErrors[0]).toBeCloseTo(Math.sqrt(1 / 3 / 4), 12);
});

test("the stated standard error is the spread of repeated means", () => {
  const stream = testStream("sample-mean");
  const runs = Array.from({ length: 400 }, (_, run) => {
    const own = stream.split(run);
    return sampleMeans(50, () => [own.normal() + 3]);
  });
  const spread = sampleMeans(runs.length, (run) => [runs[run]!.means[0]!]);
  const standardDeviation = spread.standardErrors[0]! * Math.sqrt(runs.length);
  // 1/√50 = 0.1414; the sample standard deviation of 400 means has 3.5 % standard error.
  expect(Math.abs(standardDeviation / (1 / Math.sqrt(50)) - 1)).toBeLessThan(5 * 0.035);
});

test("one draw has no standard error and is refused", () => {
  expect(() => sampleMeans(1, () => [0])).toThrow("count must be an integer of at least 2, got 1");
});
