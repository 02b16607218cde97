import { expect, test } from "vitest";
import { simultaneousIntervals } from "../../src/identify/simultaneous-intervals.js";
import { testStream } from "../seed.js";

const stream = testStream("simultaneous intervals");
const strata = Array.from({ length: 60 }, (_, i) => i % 2);

test("means over all and in each stratum, by hand", () => {
  const values = Float64Array.from(strata, (stratum, i) => (stratum === 0 ? 1 : 3 + (i % 4)));
  const options = { confidence: 0.95, stream };
  const [all, even, odd] = simultaneousIntervals({ series: [values], strata }, options)[0]!;
  // i % 4 is 1 or 3 for odd i, 15 times each: mean 5; with the constant 1: (1 + 5)/2.
  expect(odd!.mean).toBe(5);
  expect(even).toMatchObject({ mean: 1, lower: 1, upper: 1 });
  expect(all!.mean).toBe(3);
});

test("all six means of skewed series are inside together about as often as claimed", () => {
  // Squares of normals have mean 1 and skewness √8: 40 experiments, at least 0.75 of 0.9 promised.
  let held = 0;
  for (let k = 0; k < 40; k++) {
    const own = stream.split(k);
    const series = [0, 1].map((s) =>
      own
        .split(s)
        .normals(60)
        .map((x) => x * x),
    );
    const found = simultaneousIntervals({ series, strata }, { confidence: 0.9, stream: own });
    if (found.flat().every(({ lower, upper }) => lower <= 1 && upper >= 1)) held += 1;
  }
  expect(held).toBeGreaterThanOrEqual(30);
  expect(held).toBeLessThanOrEqual(40);
});

test("more series, wider intervals", () => {
  const series = Array.from({ length: 12 }, (_, s) => stream.split("wide").split(s).normals(60));
  const width = (count: number) => {
    const [first] = simultaneousIntervals(
      { series: series.slice(0, count), strata },
      { confidence: 0.95, stream },
    );
    return first![0]!.upper - first![0]!.lower;
  };
  expect(width(12)).toBeGreaterThan(width(1));
});

test("no series, no intervals", () => {
  expect(simultaneousIntervals({ series: [], strata }, { confidence: 0.95, stream })).toEqual([]);
});
