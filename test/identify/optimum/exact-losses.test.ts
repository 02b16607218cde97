import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../../src/claim/sample-mean.js";
import { bayesLoss } from "../../../src/identify/optimum/bayes-loss.js";
import {
  chebyshevOptimum,
  heavyBallOptimum,
} from "../../../src/identify/optimum/momentum-optimum.js";
import { spectralQuadrature } from "../../../src/identify/optimum/spectral-quadrature.js";
import { untiedSteps } from "../../../src/identify/optimum/untied-steps.js";
import { IntegerPolynomial } from "../../../src/numeric/integer-polynomial.js";
import { matrixFrom, symmetricEigen } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import { drawBartlettFactor } from "../../../src/random/wishart.js";
import { loopedStepsLoss } from "../../../src/theory/polynomial-family/looped-steps-loss.js";
import { ResidualPolynomial } from "../../../src/theory/polynomial-family/residual-polynomial.js";
import { untiedOptimum } from "../../../src/theory/polynomial-family/untied-optimum.js";
import { wishartMoments } from "../../../src/theory/wishart-moments.js";
import { testStream } from "../../seed.js";

describe("spectralQuadrature", () => {
  test.each([
    [5, 20, 4],
    [10, 4, 5],
    [1, 3, 6],
    [3, 1, 3],
    [4, 10_000, 6],
  ])("d = %i, n = %i: %i points give every moment below twice their number", (dim, n, count) => {
    const { points, weights } = spectralQuadrature({ dim, contextLength: n }, count);
    expect(Math.min(...points, ...weights)).toBeGreaterThan(0);
    wishartMoments({ dim, contextLength: n }, 2 * count - 1).forEach((moment, k) => {
      const sum = points.reduce((total, s, i) => total + weights[i]! * s ** k, 0);
      const exact = Rational.of(moment, BigInt(n) ** BigInt(k)).toNumber();
      expect(sum / exact).toBeCloseTo(1, 12);
    });
  });
});

/** 1 + Σ c_k s^k as an exact residual, from doubles. */
function residualOf(coefficients: readonly Rational[], n: number): ResidualPolynomial {
  const scaled = coefficients.map((c, k) => c.over(Rational.of(BigInt(n) ** BigInt(k))));
  const common = scaled.reduce((product, { denominator }) => product * denominator, 1n);
  return ResidualPolynomial.of(
    IntegerPolynomial.of(scaled.map((c) => (c.numerator * common) / c.denominator)),
  );
}

/** Coefficients of p_{t+1} = (a + b s) p_t + c p_{t−1} from p₀ = 1 and p₁. */
function recurrence(
  first: readonly Rational[],
  [a, b, c]: readonly [Rational, Rational, Rational],
  degree: number,
): Rational[] {
  const at = (list: readonly Rational[], k: number) => list[k] ?? Rational.ZERO;
  let [before, value]: readonly Rational[][] = [[Rational.ONE], [...first]];
  for (let t = 1; t < degree; t++) {
    const next = Array.from({ length: t + 2 }, (_, k) =>
      a
        .times(at(value!, k))
        .plus(b.times(at(value!, k - 1)))
        .plus(c.times(at(before!, k))),
    );
    [before, value] = [value, next];
  }
  return value!;
}

describe("methods with two parameters", () => {
  const [dim, n, loops, noise] = [5, 20, 3, 0.25];
  const law = promptDistribution({ dim, contextLength: n, noiseVariance: noise });
  const moments = {
    contextLength: BigInt(n),
    moments: wishartMoments({ dim, contextLength: n }, 2 * loops),
    noiseVariance: Rational.fromNumber(noise),
  };
  const heavyBallLoss = (stepSize: number, momentum: number) => {
    const [alpha, beta] = [stepSize, momentum].map(Rational.fromNumber);
    const factors = [Rational.ONE.plus(beta!), alpha!.negated(), beta!.negated()] as const;
    const coefficients = recurrence([Rational.ONE, alpha!.negated()], factors, loops);
    return residualOf(coefficients, n).lossUnder(moments).toNumber();
  };
  const chebyshevLoss = (lower: number, upper: number) => {
    const [low, high] = [lower, upper].map(Rational.fromNumber);
    const width = high!.minus(low!);
    const centre = high!.plus(low!).over(width);
    const slope = Rational.of(-2).over(width);
    const two = Rational.of(2);
    const factors = [centre.times(two), slope.times(two), Rational.of(-1)] as const;
    const coefficients = recurrence([centre, slope], factors, loops);
    const normalised = coefficients.map((c) => c.over(coefficients[0]!));
    return residualOf(normalised, n).lossUnder(moments).toNumber();
  };

  test("heavy ball: the loss is that of exact rationals, and least nearby", () => {
    const { stepSize, momentum, loss } = heavyBallOptimum(law, loops);
    expect(loss / heavyBallLoss(stepSize, momentum)).toBeCloseTo(1, 12);
    for (const [a, b] of [
      [1e-3, 0],
      [-1e-3, 0],
      [0, 1e-3],
      [0, -1e-3],
    ] as const) {
      expect(heavyBallLoss(stepSize + a, momentum + b)).toBeGreaterThan(loss);
    }
  });

  test("Chebyshev: the loss is that of exact rationals, and least nearby", () => {
    const { lower, upper, loss } = chebyshevOptimum(law, loops);
    expect(loss / chebyshevLoss(lower, upper)).toBeCloseTo(1, 12);
    for (const [a, b] of [
      [1e-2, 0],
      [-1e-2, 0],
      [0, 1e-2],
      [0, -1e-2],
    ] as const) {
      expect(chebyshevLoss(lower + a, upper + b)).toBeGreaterThan(loss);
    }
  });

  test("two loops: both reach the best polynomial, as two parameters can", () => {
    const best = untiedOptimum({ dim, contextLength: n, loops: 2 }).loss.toNumber();
    const noiseless = promptDistribution({ dim, contextLength: n });
    expect(heavyBallOptimum(noiseless, 2).loss / best).toBeCloseTo(1, 9);
    expect(chebyshevOptimum(noiseless, 2).loss / best).toBeCloseTo(1, 9);
  });

  test("are refused beyond 32 loops", () => {
    expect(() => heavyBallOptimum(law, 33)).toThrow(/reaches 32 loops, got 33/);
    expect(() => chebyshevOptimum(law, 0)).toThrow(/loops must be a positive integer/);
  });
});

describe("untiedSteps", () => {
  test("where noise makes the optimal roots complex, real steps are searched and lose a little", () => {
    const setting = { dim: 5, contextLength: 6, loops: 8, noiseVariance: Rational.of(1, 2) };
    expect(untiedOptimum(setting).stepSizes).toBeNull();
    const law = promptDistribution({ dim: 5, contextLength: 6, noiseVariance: 0.5 });
    const { stepSizes, loss, polynomialLoss, method } = untiedSteps(law, 8);
    expect(method).toBe("searched");
    expect(loss).toBeGreaterThan(polynomialLoss);
    const exact = loopedStepsLoss({ ...setting, loops: 1 }, stepSizes.map(Rational.fromNumber));
    expect(loss / exact.loss.toNumber()).toBeCloseTo(1, 9);
    for (const slope of exact.gradient) expect(Math.abs(slope.toNumber())).toBeLessThan(1e-4);
  });
});

describe("bayesLoss", () => {
  test.each([
    [5, 20, 1],
    [6, 3, 0.5],
    [4, 4, 0.3],
  ])("d = %i, n = %i, σ² = %d: the enclosure holds the sampled mean", (dim, n, noise) => {
    const enclosure = bayesLoss({
      dim,
      contextLength: n,
      noiseVariance: Rational.fromNumber(noise),
    });
    const stream = testStream(`bayes loss ${dim} ${n}`);
    const { means, standardErrors } = sampleMeans(4000, (i) => {
      const factor = drawBartlettFactor(dim, n, stream.split(i));
      const columns = Math.min(dim, n);
      const root = matrixFrom(dim, columns, factor);
      const { values } = symmetricEigen(root.mmul(root.transpose()));
      return [values.reduce((sum, value) => sum + noise / (Math.max(value, 0) + noise), 0)];
    });
    const budget = 5 * standardErrors[0]!;
    expect(enclosure.lower.toNumber() - budget).toBeLessThan(means[0]!);
    expect(enclosure.upper.toNumber() + budget).toBeGreaterThan(means[0]!);
    expect(enclosure.width.over(enclosure.lower).toNumber()).toBeLessThan(0.02);
  });

  test("one dimension: E σ²/(χ²_n + σ²), n = 2, σ² = 2 is ∫₀^∞ e^{−u}/(1 + u) du = 0.596347…", () => {
    const { lower, upper } = bayesLoss({ dim: 1, contextLength: 2, noiseVariance: Rational.of(2) });
    // Gompertz's constant, OEIS A073003.
    expect(lower.toNumber()).toBeLessThan(0.5963473623231941);
    expect(upper.toNumber()).toBeGreaterThan(0.5963473623231941);
    expect(upper.toNumber() - lower.toNumber()).toBeLessThan(1e-4);
  });

  test("without noise it is d − n, or nothing", () => {
    expect(bayesLoss({ dim: 10, contextLength: 4 }).toNumber()).toBe(6);
    expect(bayesLoss({ dim: 4, contextLength: 10 }).toNumber()).toBe(0);
  });
});
