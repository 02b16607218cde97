import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError } from "../../src/errors.js";
import { matrixFrom, symmetricEigen } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { drawBartlettFactor } from "../../src/random/wishart.js";
import {
  IsotropicLoss,
  isotropicLoss,
  isotropicLossPerLoop,
} from "../../src/theory/isotropic-loss.js";
import { wishartMoments } from "../../src/theory/wishart-moments.js";
import { wishartMomentByPairings } from "../../src/theory/wishart-pairings.js";
import { checkProperty, testStream } from "../seed.js";

/** Polynomials in s with rational coefficients, constant term first. */
type Polynomial = readonly Rational[];

const multiply = (p: Polynomial, q: Polynomial): Polynomial => {
  const product = Array.from({ length: p.length + q.length - 1 }, () => Rational.ZERO);
  for (const [i, a] of p.entries()) {
    for (const [j, b] of q.entries()) product[i + j] = product[i + j]!.plus(a.times(b));
  }
  return product;
};

const add = (p: Polynomial, q: Polynomial): Polynomial =>
  Array.from({ length: Math.max(p.length, q.length) }, (_, i) =>
    (p[i] ?? Rational.ZERO).plus(q[i] ?? Rational.ZERO),
  );

/**
 * Second route: (1 − bs)^{2L} + (σ²/n) s K(s)², K = b Σ_{t<L} (1 − bs)^t, multiplied out in s as
 * defined, then s^k replaced by E tr S^k.
 */
function lossByExpansion(
  dim: number,
  contextLength: number,
  loops: number,
  noiseVariance: Rational,
  b: Rational,
): Rational {
  const step: Polynomial = [Rational.ONE, b.negated()];
  let residual: Polynomial = [Rational.ONE];
  let kernel: Polynomial = [Rational.ZERO];
  for (let t = 0; t < loops; t++) {
    kernel = add(kernel, multiply([b], residual));
    residual = multiply(residual, step);
  }
  const scale = noiseVariance.over(Rational.of(contextLength));
  const variance = multiply([Rational.ZERO, scale], multiply(kernel, kernel));
  const moments = wishartMoments({ dim, contextLength }, 2 * loops);
  return add(multiply(residual, residual), variance)
    .map((c, k) => c.times(Rational.of(moments[k]!, BigInt(contextLength) ** BigInt(k))))
    .reduce((sum, term) => sum.plus(term));
}

const size = fc.integer({ min: 1, max: 30 });
const loopCount = fc.integer({ min: 1, max: 8 });
const rational = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 20 }))
  .map(([p, q]) => Rational.of(p, q));

describe("isotropicLoss", () => {
  it("equals the loss multiplied out from its definition, noise included", () => {
    checkProperty(
      fc.property(size, size, loopCount, rational, rational, (dim, n, loops, noiseVariance, b) => {
        const setting = { dim, contextLength: n, loops, noiseVariance };
        const expected = lossByExpansion(dim, n, loops, noiseVariance, b);
        expect(isotropicLoss(setting, b).equals(expected)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("equals d − 2bd + b²·E tr S² from pairings at one loop", () => {
    const [dim, n] = [4, 7];
    const b = Rational.of(3, 5);
    const second = Rational.of(wishartMomentByPairings({ dim, contextLength: n }, 2), n * n);
    const expected = Rational.of(dim)
      .minus(b.times(Rational.of(2 * dim)))
      .plus(b.times(b).times(second));
    expect(isotropicLoss({ dim, contextLength: n, loops: 1 }, b).equals(expected)).toBe(true);
  });

  it.each([
    [3, 6, 2, 0],
    [4, 3, 3, 0.5],
    [2, 9, 4, 2],
  ])(
    "is within 5 standard errors of sampled E[loss | S] at d = %i, n = %i, L = %i, σ² = %d",
    (...setting) => {
      const [dim, contextLength, loops, noise] = setting;
      const b = 0.5;
      const stream = testStream(`isotropic loss ${setting.join(" ")}`);
      const samples = 20_000;
      const columns = Math.min(dim, contextLength);
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < samples; i++) {
        const factor = matrixFrom(dim, columns, drawBartlettFactor(dim, contextLength, stream));
        const { values } = symmetricEigen(factor.mmul(factor.transpose()).div(contextLength));
        let value = 0;
        for (const s of values) {
          let kernel = 0;
          for (let t = 0; t < loops; t++) kernel += b * (1 - b * s) ** t;
          value += (1 - b * s) ** (2 * loops) + (noise / contextLength) * s * kernel ** 2;
        }
        sum += value;
        squares += value * value;
      }
      const mean = sum / samples;
      const standardError = Math.sqrt((squares / samples - mean * mean) / samples);
      const noiseVariance = Rational.fromNumber(noise);
      const exact = isotropicLoss(
        { dim, contextLength, loops, noiseVariance },
        Rational.fromNumber(b),
      );
      expect(Math.abs(mean - exact.toNumber())).toBeLessThan(5 * standardError);
    },
  );

  it("has the derivative of its own polynomial, by exact central differences", () => {
    const setting = { dim: 5, contextLength: 8, loops: 3, noiseVariance: Rational.of(2, 3) };
    const loss = IsotropicLoss.of(setting);
    const b = Rational.of(3, 7);
    const h = Rational.of(1n, 10n ** 12n);
    const difference = loss
      .at(b.plus(h))
      .minus(loss.at(b.minus(h)))
      .over(h.times(Rational.of(2)));
    const error = difference.over(loss.derivativeAt(b)).minus(Rational.ONE);
    // The central difference errs by h²ℓ‴/6: 24 digits here, less what ℓ‴/ℓ′ takes.
    expect(error.absolute().compare(Rational.of(10).power(-20))).toBe(-1);
  });

  it("is d at b = 0", () => {
    const setting = { dim: 7, contextLength: 10n ** 40n, loops: 5, noiseVariance: Rational.of(3) };
    expect(isotropicLoss(setting, Rational.ZERO).toString()).toBe("7");
  });
});

describe("isotropicLossPerLoop", () => {
  it("shares the moments of the longest run with every shorter one", () => {
    const setting = { dim: 3, contextLength: 5, loops: 6, noiseVariance: Rational.of(1, 2) };
    const b = Rational.of(2, 5);
    const losses = isotropicLossPerLoop(setting, b);
    expect(losses[0]!.toString()).toBe("3");
    for (let loops = 1; loops <= 6; loops++) {
      expect(losses[loops]!.equals(isotropicLoss({ ...setting, loops }, b))).toBe(true);
    }
  });

  it("turns upward beyond the loops it was tuned for", () => {
    // theory.md §4: d = 10, n = 20, b = .628077 (best for two loops): T = 4, 8, 16.
    const setting = { dim: 10, contextLength: 20, loops: 16 };
    const losses = isotropicLossPerLoop(setting, Rational.parse("0.628077"));
    expect(losses[4]!.toDecimal(4)).toBe("1.137");
    expect(losses[8]!.toDecimal(3)).toBe("3.23");
    expect(losses[16]!.toDecimal(3)).toBe("856000");
  });
});

describe("bad input", () => {
  const setting = { dim: 2, contextLength: 3, loops: 1 };
  it("is refused at once", () => {
    expect(() => isotropicLoss({ ...setting, loops: 0 }, Rational.ONE)).toThrow(ArgumentError);
    const negative = { ...setting, noiseVariance: Rational.of(-1) };
    expect(() => isotropicLoss(negative, Rational.ONE)).toThrow(
      /noiseVariance must be ≥ 0, got -1/,
    );
    expect(() => isotropicLoss({ ...setting, loops: 257 }, Rational.ONE)).toThrow(HypothesisError);
    expect(() => isotropicLossPerLoop({ ...setting, loops: 257 }, Rational.ONE)).toThrow(
      HypothesisError,
    );
  });
});
