import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contextLengths, settings } from "../../src/arbitrary/setting.js";
import { preconditioners } from "../../src/arbitrary/weights.js";
import { attentionLayer } from "../../src/model/weights.js";
import type { Enclosure } from "../../src/numeric/enclosure.js";
import { Matrix, symmetricFunction } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { fullStackGradient } from "../../src/theory/attention-loss/full-stack.js";
import { gdPlusPlusStackGradient } from "../../src/theory/attention-loss/gd-plus-plus-stack.js";
import { gdPlusPlusOptimum } from "../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { oneLayerOptimum } from "../../src/theory/one-layer.js";
import { loopedStepsOptimum } from "../../src/theory/polynomial-family/looped-steps-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";
import { exactPopulationGradient } from "../../src/theory/population/exact-gradient.js";
import { populationGradient } from "../../src/theory/population/population-gradient.js";
import type { PopulationSetting, RationalMatrix } from "../../src/theory/population/setting.js";
import { bestPreconditioner } from "../../src/theory/preconditioner-search/best-preconditioner.js";
import { bestSymmetric } from "../../src/theory/preconditioner-search/best-symmetric.js";
import { anyDistribution, anyStream, positiveDefinite } from "../arbitraries.js";
import { checkProperty } from "../seed.js";

/** Digits to which optima are enclosed before the exact gradient is taken at their midpoints. */
const DIGITS = 40;

/** Above what 40 digits of the point leave of the gradient, far below a wrong last digit of a double. */
const VANISHING = Rational.of(1n, 10n ** 30n);

/** Awkward sizes (d = 1, n = 1, n < d, n = d, n = d + 1) and long contexts. */
const sizes = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: settings({ maxDim: 4, maxLoops: 4 }), weight: 3 },
  fc.record({
    dim: fc.integer({ min: 1, max: 4 }),
    contextLength: fc.integer({ min: 20, max: 10 ** 6 }),
    loops: fc.integer({ min: 1, max: 4 }),
  }),
);
const noise = fc.integer({ min: 0, max: 16 }).map((k) => Rational.of(k, 8));

/** The midpoint to DIGITS digits: enclosures have ends of hundreds, which only cost time. */
function midpointOf(enclosure: Enclosure): Rational {
  return Rational.parse(enclosure.midpoint.toDecimal(DIGITS));
}

function multipleOfIdentity(dim: number, scale: Rational): RationalMatrix {
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (_, j) => (i === j ? scale : Rational.ZERO)),
  );
}

function largestEntry(matrices: readonly RationalMatrix[]): Rational {
  return matrices
    .flat(2)
    .map((entry) => entry.absolute())
    .reduce((most, entry) => (entry.compare(most) > 0 ? entry : most), Rational.ZERO);
}

/** The largest entry of the gradient in all matrices, relative to that at half of all weights. */
function relativeGradient(
  setting: PopulationSetting,
  weights: readonly RationalMatrix[],
  loops: number,
): Rational {
  const at = (scale: Rational) => {
    const scaled = weights.map((matrix) => matrix.map((row) => row.map((b) => b.times(scale))));
    const { preconditioners } = exactPopulationGradient(setting, {
      ...{ preconditioners: scaled, loops },
    });
    return largestEntry(preconditioners);
  };
  return at(Rational.ONE).over(at(Rational.of(1, 2)));
}

function expectStationary(
  setting: PopulationSetting,
  weights: readonly RationalMatrix[],
  loops: number,
) {
  const ratio = relativeGradient(setting, weights, loops);
  expect(ratio.compare(VANISHING), ratio.toDecimal(3)).toBeLessThanOrEqual(0);
}

describe("the exact gradient in every entry of every matrix vanishes", () => {
  test("at the isotropic optimum, with and without noise", () => {
    checkProperty(
      fc.property(sizes, noise, ({ loops, ...size }, noiseVariance) => {
        const setting = { ...size, noiseVariance };
        const { stepSize } = isotropicOptimum({ ...setting, loops, digits: DIGITS });
        expectStationary(setting, [multipleOfIdentity(size.dim, midpointOf(stepSize))], loops);
      }),
      { numRuns: 40 },
    );
  });

  test("at the untied optimum, its layers in any order", () => {
    checkProperty(
      fc.property(sizes, fc.nat(), ({ dim, contextLength, ...deep }, turn) => {
        // Circuits of four layers of their own take seconds.
        const loops = Math.min(deep.loops, 3);
        const size = { dim, contextLength, loops };
        const { stepSizes } = untiedOptimum({ ...size, digits: DIGITS });
        const weights = stepSizes!.map((step) => multipleOfIdentity(dim, midpointOf(step)));
        const turned = weights.map((_, l) => weights[(l + turn) % loops]!);
        expectStationary({ dim, contextLength }, turned, 1);
      }),
      { numRuns: 20 },
    );
  });

  test("at the best k scalar layers looped", () => {
    const looped = fc.record({
      size: sizes.map(({ dim, contextLength }) => ({ dim, contextLength })),
      block: fc.constantFrom([2, 1], [2, 2], [1, 3]),
    });
    checkProperty(
      fc.property(looped, ({ size, block: [steps, loops] }) => {
        const optimum = loopedStepsOptimum({
          ...size,
          steps: steps!,
          loops: loops!,
          digits: DIGITS,
        });
        const weights = optimum.stepSizes.map((step) =>
          multipleOfIdentity(size.dim, midpointOf(step)),
        );
        expectStationary(size, weights, loops!);
      }),
      { numRuns: 12 },
    );
  });

  test("one per mille beside an optimum it does not: the bound bites", () => {
    checkProperty(
      fc.property(sizes, ({ loops, ...size }) => {
        const { stepSize } = isotropicOptimum({ ...size, loops, digits: DIGITS });
        const beside = midpointOf(stepSize).times(Rational.of(1001, 1000));
        const ratio = relativeGradient(size, [multipleOfIdentity(size.dim, beside)], loops);
        expect(ratio.compare(VANISHING)).toBe(1);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the gradient in doubles vanishes to rounding", () => {
  test("at b*Σ⁻¹ for every Σ, in the coordinates of A", () => {
    const cases = settings({ maxDim: 4, maxLoops: 3 }).chain((size) =>
      fc.tuple(fc.constant(size), positiveDefinite(size.dim), noise),
    );
    checkProperty(
      fc.property(cases, ([{ loops, ...size }, covariance, noiseVariance]) => {
        const { stepSize } = isotropicOptimum({ ...size, loops, noiseVariance });
        const setting = { ...size, covariance, noiseVariance };
        const at = (b: number) => {
          const optimum = symmetricFunction(covariance, (value) => b / value);
          const weights = { preconditioners: [optimum], loops };
          return populationGradient(setting, weights).preconditioners[0]!.norm();
        };
        const b = stepSize.toNumber();
        // Terms that cancel are as large as those at −b*, where all have one sign.
        expect(at(b)).toBeLessThan(1e-12 * at(-b));
      }),
      { numRuns: 30 },
    );
  });

  test("at A* of one layer, in all entries of P and Q, for every Σ, Ω, σ²", () => {
    checkProperty(
      fc.property(anyDistribution, (distribution) => {
        const { dim, contextLength, covariance, taskCovariance, noiseVariance } = distribution;
        const setting = { dim, contextLength, covariance, taskCovariance, noiseVariance };
        const { preconditioner } = oneLayerOptimum(distribution);
        const slopeAt = (matrix: Matrix) => {
          const layer = attentionLayer({ preconditioner: matrix, readIn: new Float64Array(dim) });
          const { layers } = fullStackGradient(setting, { layers: [layer], loops: 1 });
          return Math.hypot(layers[0]!.value.norm(), layers[0]!.keyQuery.norm());
        };
        const opposite = slopeAt(Matrix.mul(preconditioner, -1));
        expect(slopeAt(preconditioner)).toBeLessThan(1e-12 * opposite);
      }),
      { numRuns: 40 },
    );
  });

  test("at the best isotropic GD++ model, in every matrix A and C", () => {
    const cases = fc.integer({ min: 1, max: 3 }).chain((dim) =>
      fc.record({
        dim: fc.constant(dim),
        contextLength: contextLengths(dim),
        loops: fc.integer({ min: 1, max: 2 }),
        tied: fc.boolean(),
      }),
    );
    checkProperty(
      fc.property(cases, ({ dim, contextLength, loops, tied }) => {
        const { layers } = gdPlusPlusOptimum({ dim, contextLength, loops, tied });
        const block = (sign: number) =>
          (tied ? layers.slice(0, 1) : layers).map(({ stepSize, covariateValue }) => ({
            preconditioner: Matrix.eye(dim).mul(sign * stepSize),
            covariateValue: Matrix.eye(dim).mul(sign * covariateValue),
          }));
        const slopeAt = (sign: number) => {
          const stack = { layers: block(sign), loops: tied ? loops : 1 };
          const slopes = gdPlusPlusStackGradient({ dim, contextLength }, stack).layers;
          return Math.hypot(
            ...slopes.flatMap((one) => [one.preconditioner.norm(), one.covariateValue.norm()]),
          );
        };
        // Newton's iteration on the loss ends where doubles no longer tell losses apart: √ε of it.
        expect(slopeAt(1)).toBeLessThan(1e-7 * slopeAt(-1));
      }),
      { numRuns: 15 },
    );
  });
});

describe("what a search found is stationary", () => {
  /** Gradient norm at B, relative to that at −‖B‖/√d · I, where no terms cancel. */
  function relativeNorm(size: PopulationSetting, found: Matrix, loops: number) {
    const at = (matrix: Matrix) =>
      populationGradient(size, { preconditioners: [matrix], loops }).preconditioners[0]!.norm();
    const radius = found.norm() / Math.sqrt(found.rows);
    return at(found) / at(Matrix.eye(found.rows).mul(-radius));
  }
  const searched = settings({ maxDim: 3, maxLoops: 3 });

  test("the best symmetric preconditioner, against all directions", () => {
    checkProperty(
      fc.property(searched, anyStream, ({ loops, ...size }, stream) => {
        const options = { stream, randomStarts: 2 };
        const { preconditioner } = bestSymmetric({ ...size, loops }, options);
        expect(relativeNorm(size, preconditioner, loops)).toBeLessThan(1e-9);
      }),
      { numRuns: 15 },
    );
  });

  test("the best preconditioner over all matrices", () => {
    const longer = searched.map((size) => ({ ...size, contextLength: size.contextLength + 15 }));
    checkProperty(
      fc.property(fc.oneof(searched, longer), anyStream, ({ loops, ...size }, stream) => {
        const options = { stream, normalStarts: 2, matrixStarts: 1 };
        const { preconditioner } = bestPreconditioner({ ...size, loops }, options);
        expect(relativeNorm(size, preconditioner, loops)).toBeLessThan(1e-9);
      }),
      { numRuns: 10 },
    );
  });

  test("a random preconditioner is not", () => {
    const cases = searched.chain((size) => fc.tuple(fc.constant(size), preconditioners(size.dim)));
    checkProperty(
      fc.property(cases, ([{ loops, ...size }, matrix]) => {
        fc.pre(matrix.norm() > 0.5);
        // Sixteenths are no optima: their gradients are far above rounding.
        expect(relativeNorm(size, matrix, loops)).toBeGreaterThan(1e-9);
      }),
      { numRuns: 20 },
    );
  });
});
