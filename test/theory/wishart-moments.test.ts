import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError } from "../../src/errors.js";
import { Matrix, matrixFrom } from "../../src/numeric/matrix.js";
import { drawBartlettFactor } from "../../src/random/wishart.js";
import { wishartMoments } from "../../src/theory/wishart-moments.js";
import { wishartMomentByPairings } from "../../src/theory/wishart-pairings.js";
import { checkProperty, testStream } from "../seed.js";

const size = fc.integer({ min: 1, max: 40 });
const hugeLength = fc.bigInt({ min: 1n, max: 10n ** 30n });

describe("wishartMoments", () => {
  it("equal the closed forms m₁ … m₄", () => {
    checkProperty(
      fc.property(hugeLength, size, (n, dim) => {
        const d = BigInt(dim);
        const quartic =
          n ** 3n + 6n * n * n * d + 6n * n * d * d + d ** 3n + 6n * n * n + 17n * n * d;
        expect(wishartMoments({ dim, contextLength: n }, 4)).toEqual([
          d,
          n * d,
          n * d * (n + d + 1n),
          n * d * (n * n + d * d + 3n * n * d + 3n * n + 3n * d + 4n),
          n * d * (quartic + 6n * d * d + 21n * n + 21n * d + 20n),
        ]);
      }),
    );
  });

  it("equal the sum over Gaussian pairings", () => {
    checkProperty(
      fc.property(size, size, (dim, contextLength) => {
        const moments = wishartMoments({ dim, contextLength }, 5);
        for (const [power, moment] of moments.entries()) {
          expect(moment).toBe(wishartMomentByPairings({ dim, contextLength }, power));
        }
      }),
      { numRuns: 10 },
    );
    const last = { dim: 3, contextLength: 4 };
    expect(wishartMoments(last, 7)[7]).toBe(wishartMomentByPairings(last, 7));
  });

  it("swap n and d, as the traces of GGᵀ and GᵀG agree", () => {
    checkProperty(
      fc.property(size, size, fc.integer({ min: 1, max: 24 }), (n, d, count) => {
        const [, ...one] = wishartMoments({ dim: d, contextLength: n }, count);
        const [, ...other] = wishartMoments({ dim: n, contextLength: d }, count);
        expect(one).toEqual(other);
      }),
    );
  });

  it("are the chi-square moments n(n+2)…(n+2k−2) at d = 1, to k = 128", () => {
    for (const n of [1n, 2n, 7n, 10n ** 30n]) {
      const moments = wishartMoments({ dim: 1, contextLength: n }, 128);
      let expected = 1n;
      for (const [k, moment] of moments.entries()) {
        expect(moment).toBe(expected);
        expected *= n + 2n * BigInt(k);
      }
    }
  });

  it("do not depend on how many are asked for", () => {
    const setting = { dim: 6, contextLength: 9 };
    const many = wishartMoments(setting, 40);
    for (const count of [0, 1, 2, 3, 4, 5, 17]) {
      expect(wishartMoments(setting, count)).toEqual(many.slice(0, count + 1));
    }
  });

  it.each([
    [3, 7],
    [5, 2],
    [4, 4],
  ])("lie within 5 standard errors of sampled traces at d = %i, n = %i", (dim, contextLength) => {
    const stream = testStream(`wishart moments ${dim} ${contextLength}`);
    const samples = 20_000;
    const columns = Math.min(dim, contextLength);
    const sums = [0, 0, 0, 0];
    const squares = [0, 0, 0, 0];
    for (let i = 0; i < samples; i++) {
      const factor = matrixFrom(dim, columns, drawBartlettFactor(dim, contextLength, stream));
      const wishart = factor.mmul(factor.transpose());
      const square = wishart.mmul(wishart);
      const traces = [
        wishart.trace(),
        square.trace(),
        Matrix.mul(square, wishart).sum(),
        Matrix.mul(square, square).sum(),
      ];
      for (const [k, value] of traces.entries()) {
        sums[k]! += value;
        squares[k]! += value * value;
      }
    }
    const [, ...moments] = wishartMoments({ dim, contextLength }, 4);
    for (const [k, moment] of moments.entries()) {
      const mean = sums[k]! / samples;
      const standardError = Math.sqrt((squares[k]! / samples - mean * mean) / samples);
      expect(Math.abs(mean - Number(moment))).toBeLessThan(5 * standardError);
    }
  });

  it("refuse bad sizes", () => {
    for (const dim of [0, -1, 1.5, Number.NaN]) {
      expect(() => wishartMoments({ dim, contextLength: 3 }, 2)).toThrow(ArgumentError);
    }
    for (const contextLength of [0, 0n, -4n, 2 ** 60]) {
      expect(() => wishartMoments({ dim: 2, contextLength }, 2)).toThrow(
        /contextLength must be a positive integer/,
      );
    }
    expect(() => wishartMoments({ dim: 2, contextLength: 3 }, -1)).toThrow(ArgumentError);
    expect(() => wishartMomentByPairings({ dim: 2, contextLength: 3 }, 8)).toThrow(HypothesisError);
  });
});
