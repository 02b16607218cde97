import fc from "fast-check";
import { inverse } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError } from "../../../src/errors.js";
import { Matrix, symmetricFunction, symmetricPart } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { oneLayerOptimum } from "../../../src/theory/one-layer.js";
import { populationGradient } from "../../../src/theory/population/population-gradient.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { bestForLaw } from "../../../src/theory/preconditioner-search/best-for-law.js";
import { bestPreconditioner } from "../../../src/theory/preconditioner-search/best-preconditioner.js";
import { positiveDefinite } from "../../arbitraries.js";
import { checkProperty, testStream } from "../../seed.js";

const law2 = fc.record({
  contextLength: fc.integer({ min: 2, max: 80 }),
  covariance: positiveDefinite(3),
  taskCovariance: positiveDefinite(3),
  noiseVariance: fc.constantFrom(0, 0.25, 1),
});

describe("bestForLaw", () => {
  it("is the one-layer optimum for one loop, any prior and noise", () => {
    checkProperty(
      fc.property(law2, (law) => {
        const stream = testStream("one layer");
        const best = bestForLaw({ ...law, dim: 3, loops: 1 }, { stream, starts: 3, agreement: 2 });
        const known = oneLayerOptimum(law);
        expect(best.loss / known.loss).toBeCloseTo(1, 9);
        const distance = Matrix.sub(best.preconditioner, known.preconditioner).norm("frobenius");
        expect(distance / known.preconditioner.norm("frobenius")).toBeLessThan(1e-5);
        expect(best.antisymmetricNorm).toBeLessThan(1e-5);
      }),
      { numRuns: 15 },
    );
  });

  it("is stationary, and no worse than symmetric or one-layer weights, at two and three loops", () => {
    const deeper = fc.tuple(law2, fc.integer({ min: 2, max: 3 }));
    checkProperty(
      fc.property(deeper, ([law, loops]) => {
        const options = { stream: testStream("deeper"), starts: 4, agreement: 2 };
        const looped = { ...law, dim: 3, loops };
        const best = bestForLaw(looped, options);
        const symmetric = bestForLaw(looped, { ...options, sector: "symmetric" });
        const setting = { ...law, dim: 3 };
        const first = oneLayerOptimum(law).preconditioner;
        const atFirst = populationLoss(setting, { preconditioners: [first], loops }).value;
        // Weights are rounded to 2⁻⁴⁰ and descents end at the noise of doubles.
        expect(best.loss).toBeLessThanOrEqual(symmetric.loss * (1 + 1e-8));
        expect(symmetric.loss).toBeLessThanOrEqual(atFirst * (1 + 1e-12));
        expect(symmetric.antisymmetricNorm).toBe(0);
        const at = { preconditioners: [best.preconditioner], loops };
        const { preconditioners, value } = populationGradient(setting, at);
        expect(preconditioners[0]!.norm("frobenius")).toBeLessThan(1e-4 * value);
        expect(Math.abs(value - best.loss)).toBeLessThan(
          populationLoss(setting, at).errorBound + 1e-9 * best.loss,
        );
      }),
      { numRuns: 12 },
    );
  });

  it("agrees with the search by eigenvalues when the prior is Σ⁻¹, noise included", () => {
    const covariance = new Matrix([
      [2, 0.5, 0],
      [0.5, 1, 0.25],
      [0, 0.25, 0.5],
    ]);
    for (const noise of [0, 0.5]) {
      const sizes = { dim: 3, contextLength: 50, loops: 3 };
      const noiseVariance = Rational.fromNumber(noise);
      const stream = testStream("inverse prior");
      const known = bestPreconditioner({ ...sizes, noiseVariance }, { stream });
      const found = bestForLaw({ ...sizes, covariance, noiseVariance: noise }, { stream });
      expect(found.loss / known.loss).toBeCloseTo(1, 8);
      const root = symmetricFunction(covariance, Math.sqrt);
      const whitened = root.mmul(found.preconditioner).mmul(root);
      expect(whitened.trace()).toBeCloseTo(known.preconditioner.trace(), 4);
      expect(found.normalityDefect).toBeLessThan(1e-4);
      // The same law with Ω = Σ⁻¹ spelled out.
      const taskCovariance = symmetricPart(inverse(covariance));
      const spelled = { ...sizes, covariance, taskCovariance, noiseVariance: noise };
      expect(bestForLaw(spelled, { stream }).loss / known.loss).toBeCloseTo(1, 8);
    }
  });

  it("whitens: Σ and Ω enter through Σ^{1/2}ΩΣ^{1/2} only", () => {
    const covariance = new Matrix([
      [1.5, 0.5],
      [0.5, 0.75],
    ]);
    const taskCovariance = Matrix.diag([1, 0.25]);
    const half = symmetricFunction(covariance, Math.sqrt);
    const prior = symmetricPart(half.mmul(taskCovariance).mmul(half));
    const sizes = { dim: 2, contextLength: 30, loops: 3, noiseVariance: 0.1 };
    const options = { stream: testStream("whitens") };
    const one = bestForLaw({ ...sizes, covariance, taskCovariance }, options);
    const two = bestForLaw({ ...sizes, taskCovariance: prior }, options);
    expect(one.loss / two.loss).toBeCloseTo(1, 9);
    const { loops, ...law } = { ...sizes, covariance, taskCovariance };
    const weights = { preconditioners: [one.weights], loops };
    expect(populationLoss(law, weights).exact!.equals(one.lossExact)).toBe(true);
  });

  it("reaches seven loops among symmetric matrices, and has the same bits every time", () => {
    const law = { dim: 2, contextLength: 20, loops: 7, taskCovariance: Matrix.diag([2, 1]) };
    const options = { stream: testStream("bits"), sector: "symmetric", starts: 2 } as const;
    const one = bestForLaw(law, options);
    expect(bestForLaw(law, options)).toEqual(one);
  });

  it("refuses bad laws, depths beyond reach and context lengths beyond doubles", () => {
    const options = { stream: testStream("refused") };
    const law = { dim: 2, contextLength: 20, loops: 2 };
    const three = Matrix.eye(3);
    expect(() => bestForLaw({ ...law, covariance: three }, options)).toThrow(ArgumentError);
    expect(() => bestForLaw({ ...law, taskCovariance: three }, options)).toThrow(ArgumentError);
    expect(() => bestForLaw({ ...law, noiseVariance: -1 }, options)).toThrow(ArgumentError);
    expect(() => bestForLaw({ ...law, loops: 7 }, options)).toThrow(HypothesisError);
    expect(() => bestForLaw({ ...law, contextLength: 1e12, loops: 3 }, options)).toThrow(
      /bestPreconditioner works at any context length/,
    );
    expect(() => bestForLaw(law, { ...options, starts: 0 })).toThrow(
      "bestForLaw: starts must be a positive integer, got 0",
    );
  });
});
