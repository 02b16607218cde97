import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leastSquares } from "../../src/baseline/least-squares.js";
import { gramPredictor } from "../../src/model/gram-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import {
  Matrix,
  matrixFrom,
  symmetricEigen,
  symmetricFunction,
  symmetricPart,
} from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { type GramPrompt, gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { IsotropicLoss } from "../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { oneLayerGradient, oneLayerLoss, oneLayerOptimum } from "../../src/theory/one-layer.js";
import { anyDistribution, anyStream, positiveDefinite, squareMatrix } from "../arbitraries.js";
import { checkProperty } from "../seed.js";

describe("the isotropic optimum", () => {
  const settings = fc.record({
    dim: fc.integer({ min: 1, max: 12 }),
    contextLength: fc.oneof(
      fc.bigInt({ min: 1n, max: 60n }),
      fc.bigInt({ min: 10n ** 6n, max: 10n ** 30n }),
    ),
    loops: fc.integer({ min: 2, max: 8 }),
  });
  const noise = fc.integer({ min: 0, max: 40 }).map((tenths) => Rational.of(tenths, 10));

  test("the exact derivative turns from negative to positive across the enclosure of b*", () => {
    checkProperty(
      fc.property(settings, noise, (sizes, noiseVariance) => {
        const setting = { ...sizes, noiseVariance };
        const { lower, upper } = isotropicOptimum(setting).stepSize;
        const loss = IsotropicLoss.of(setting);
        expect(loss.derivativeAt(lower).sign()).toBeLessThanOrEqual(0);
        expect(loss.derivativeAt(upper).sign()).toBeGreaterThanOrEqual(0);
        const width = upper.minus(lower).over(lower);
        expect(width.compare(Rational.of(1n, 10n ** 50n))).toBeLessThanOrEqual(0);
      }),
    );
  });

  test("one loop: the derivative vanishes exactly", () => {
    checkProperty(
      fc.property(settings, noise, (sizes, noiseVariance) => {
        const setting = { ...sizes, loops: 1, noiseVariance };
        const { lower, upper } = isotropicOptimum(setting).stepSize;
        expect(lower.equals(upper)).toBe(true);
        expect(IsotropicLoss.of(setting).derivativeAt(lower).sign()).toBe(0);
      }),
    );
  });

  test("no step size on a grid has a smaller loss than the enclosure allows", () => {
    checkProperty(
      fc.property(
        settings,
        noise,
        fc.integer({ min: 0, max: 2000 }),
        (sizes, noiseVariance, thousandths) => {
          const setting = { ...sizes, noiseVariance };
          const value = IsotropicLoss.of(setting).at(Rational.of(thousandths, 1000));
          const least = isotropicOptimum({ ...setting, digits: 20 }).loss.lower;
          expect(value.compare(least)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe("the one-layer optimum", () => {
  test("the population gradient vanishes at A* for every Σ, Ω, σ²", () => {
    checkProperty(
      fc.property(anyDistribution, (distribution) => {
        const { preconditioner } = oneLayerOptimum(distribution);
        const gradient = oneLayerGradient(preconditioner, distribution);
        const atZero = oneLayerGradient(
          Matrix.zeros(distribution.dim, distribution.dim),
          distribution,
        );
        // Rounding of a dozen products with condition numbers at most 4 each.
        expect(gradient.norm()).toBeLessThan(1e-13 * atZero.norm());
      }),
    );
  });

  test("the gradient is the derivative of the loss, in every direction", () => {
    const cases = anyDistribution.chain((distribution) =>
      fc.tuple(
        fc.constant(distribution),
        squareMatrix(distribution.dim),
        squareMatrix(distribution.dim),
      ),
    );
    checkProperty(
      fc.property(cases, ([distribution, preconditioner, direction]) => {
        // The loss is quadratic: a central difference of any step is exact.
        const at = (step: number) =>
          oneLayerLoss(Matrix.add(preconditioner, Matrix.mul(direction, step)), distribution);
        const slope = (at(1) - at(-1)) / 2;
        const gradient = oneLayerGradient(preconditioner, distribution);
        const predicted = Matrix.mul(gradient, direction).sum();
        expect(Math.abs(slope - predicted)).toBeLessThan(1e-12 * (at(1) + at(-1)));
      }),
    );
  });

  test("whitening: the loss of A for (Σ, Ω) is that of RAR for (I, RΩR)", () => {
    const cases = anyDistribution.chain((distribution) =>
      fc.tuple(fc.constant(distribution), squareMatrix(distribution.dim)),
    );
    checkProperty(
      fc.property(cases, ([distribution, preconditioner]) => {
        const { covariance, taskCovariance, dim } = distribution;
        const root = symmetricFunction(covariance, Math.sqrt);
        const conjugate = (matrix: Matrix) => root.mmul(matrix).mmul(root);
        const whitened = oneLayerLoss(conjugate(preconditioner), {
          ...distribution,
          covariance: Matrix.eye(dim),
          taskCovariance: symmetricPart(conjugate(taskCovariance)),
        });
        const loss = oneLayerLoss(preconditioner, distribution);
        expect(Math.abs(loss - whitened)).toBeLessThan(1e-12 * loss);
      }),
    );
  });

  test("on the isotropic line it is the isotropic loss of one loop", () => {
    const cases = fc.integer({ min: 1, max: 4 }).chain((dim) =>
      fc.record({
        covariance: positiveDefinite(dim),
        contextLength: fc.integer({ min: 1, max: 30 }),
        noise: fc.integer({ min: 0, max: 8 }),
        step: fc.integer({ min: 0, max: 64 }),
      }),
    );
    checkProperty(
      fc.property(cases, ({ covariance, contextLength, noise, step }) => {
        const law = { covariance, contextLength, noiseVariance: noise / 4 };
        const inverse = symmetricFunction(covariance, (value) => 1 / value);
        const exact = IsotropicLoss.of({
          ...{ dim: covariance.rows, contextLength, loops: 1 },
          noiseVariance: Rational.of(noise, 4),
        }).at(Rational.of(step, 32));
        const loss = oneLayerLoss(Matrix.mul(inverse, step / 32), law);
        expect(Math.abs(loss - exact.toNumber())).toBeLessThan(
          1e-12 * covariance.rows * (1 + step),
        );
      }),
    );
  });
});

describe("at the fixed point of gradient descent a further loop changes nothing", () => {
  /** Predictions after `loops` and after one loop more, and of the least-squares solution. */
  function predictions(prompt: GramPrompt, preconditioner: Matrix, loops: number) {
    const predicted = gramPredictor(layersOf(restrictedWeights(preconditioner), loops + 1))(prompt);
    const solution = leastSquares(prompt);
    const fitted = solution.reduce((sum, w, i) => sum + w * prompt.query[i]!, 0);
    const scale = 1 + Math.max(...solution.map(Math.abs)) * Math.max(...prompt.query.map(Math.abs));
    return { now: predicted[loops - 1]!, next: predicted[loops]!, fitted, scale };
  }

  function spectrumOf({ dim, contextLength, gram }: GramPrompt) {
    const covariance = matrixFrom(dim + 1, dim + 1, gram).subMatrix(0, dim - 1, 0, dim - 1);
    covariance.mul(1 / contextLength);
    const { values } = symmetricEigen(covariance);
    const largest = values.at(-1)!;
    const positive = values.filter((value) => value > 1e-10 * largest);
    return { covariance, largest, condition: largest / positive[0]! };
  }

  // Both n ≥ d, the least-squares solution, and n < d, the one of least norm, with and without noise.
  test("reached in one loop with A = Ŝ⁺", () => {
    checkProperty(
      fc.property(anyDistribution, anyStream, (distribution, stream) => {
        const prompt = gramPromptSampler(distribution)(stream);
        const { covariance, largest, condition } = spectrumOf(prompt);
        fc.pre(condition < 1e4);
        const inverse = symmetricFunction(covariance, (value) =>
          value > 1e-10 * largest ? 1 / value : 0,
        );
        const { now, next, fitted, scale } = predictions(prompt, inverse, 1);
        expect(Math.abs(now - fitted)).toBeLessThan(1e-9 * scale);
        expect(Math.abs(next - now)).toBeLessThan(1e-9 * scale);
      }),
    );
  });

  test("reached in many loops with a scalar step", () => {
    checkProperty(
      fc.property(anyDistribution, anyStream, (distribution, stream) => {
        const prompt = gramPromptSampler(distribution)(stream);
        const { largest, condition } = spectrumOf(prompt);
        fc.pre(condition < 20);
        // (1 − 1/κ)^{40κ} < 10⁻¹⁷.
        const loops = Math.ceil(40 * condition);
        const step = Matrix.eye(prompt.dim).mul(1 / largest);
        const { now, next, fitted, scale } = predictions(prompt, step, loops);
        expect(Math.abs(now - fitted)).toBeLessThan(1e-10 * scale);
        expect(Math.abs(next - now)).toBeLessThan(1e-10 * scale);
      }),
    );
  });
});
