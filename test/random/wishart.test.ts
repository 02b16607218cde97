import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { ArgumentError } from "../../src/errors.js";
import { matrixFrom } from "../../src/numeric/matrix.js";
import { drawBartlettFactor } from "../../src/random/wishart.js";
import { testStream } from "../seed.js";

describe.each([
  [3, 7],
  [4, 2],
  [3, 3],
  [1, 5],
  [5, 1],
])("Bartlett factor of W_%i(%i, I)", (dim, degreesOfFreedom) => {
  const rank = Math.min(dim, degreesOfFreedom);

  test("is lower trapezoidal with a positive diagonal", () => {
    const factor = drawBartlettFactor(dim, degreesOfFreedom, testStream("shape"));
    expect(factor).toHaveLength(dim * rank);
    for (let i = 0; i < dim; i++) {
      for (let j = i + 1; j < rank; j++) expect(factor[i * rank + j]).toBe(0);
      if (i < rank) expect(factor[i * rank + i]).toBeGreaterThan(0);
    }
  });

  // E W_ij W_kl = n²δ_ij δ_kl + n(δ_ik δ_jl + δ_il δ_jk), for every pair of entries.
  test("has the first and second moments of a Wishart matrix", () => {
    const stream = testStream(`wishart ${dim} ${degreesOfFreedom}`);
    const n = degreesOfFreedom;
    const same = (a: number, b: number) => (a === b ? 1 : 0);
    const entries = Array.from({ length: dim * dim }, (_, k) => [Math.floor(k / dim), k % dim]);
    const expected = [
      ...entries.map(([i, j]) => n * same(i!, j!)),
      ...entries.flatMap(([i, j]) =>
        entries.map(
          ([k, l]) =>
            n * n * same(i!, j!) * same(k!, l!) +
            n * (same(i!, k!) * same(j!, l!) + same(i!, l!) * same(j!, k!)),
        ),
      ),
    ];
    const { means, standardErrors } = sampleMeans(5_000, (index) => {
      const draw = drawBartlettFactor(dim, degreesOfFreedom, stream.split(index));
      const factor = matrixFrom(dim, rank, draw);
      const wishart = factor.mmul(factor.transpose()).to1DArray();
      return [...wishart, ...wishart.flatMap((one) => wishart.map((other) => one * other))];
    });
    means.forEach((mean, k) => {
      expect(Math.abs(mean - expected[k]!)).toBeLessThan(5 * standardErrors[k]!);
    });
  });
});

test.each([
  ["dim", 0, 3],
  ["dim", 1.5, 3],
  ["degreesOfFreedom", 3, 0],
  ["degreesOfFreedom", 3, Number.NaN],
])("refuses a %s that is not a positive integer", (argument, dim, degreesOfFreedom) => {
  expect(() => drawBartlettFactor(dim, degreesOfFreedom, testStream("bad"))).toThrow(ArgumentError);
  expect(() => drawBartlettFactor(dim, degreesOfFreedom, testStream("bad"))).toThrow(argument);
});
