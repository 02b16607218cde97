import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError } from "../../../src/errors.js";
import { Matrix } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { Stream } from "../../../src/random/stream.js";
import { isotropicOptimum } from "../../../src/theory/isotropic-optimum.js";
import { exactPopulationGradient } from "../../../src/theory/population/exact-gradient.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { rotationOptimum } from "../../../src/theory/population/rotation-optimum.js";
import { bestPreconditioner } from "../../../src/theory/preconditioner-search/best-preconditioner.js";
import { bestSymmetric } from "../../../src/theory/preconditioner-search/best-symmetric.js";
import { searchMatrices } from "../../../src/theory/preconditioner-search/matrix-search.js";
import { SpectralFamily } from "../../../src/theory/preconditioner-search/spectral-family.js";
import { SpectralWindow } from "../../../src/theory/preconditioner-search/spectral-window.js";
import type { Spectrum } from "../../../src/theory/preconditioner-search/spectrum.js";
import { checkProperty, testStream } from "../../seed.js";

const QUICK = { normalStarts: 9, agreement: 3, matrixStarts: 2 };

describe("bestPreconditioner", () => {
  // theory.md, section 3, "best found over all B": an independent search in d² unknowns.
  it.each([
    { dim: 2, contextLength: 20, loops: 2, loss: 0.07580377 },
    { dim: 3, contextLength: 20, loops: 2, loss: 0.171293 },
    { dim: 3, contextLength: 50, loops: 3, loss: 0.00744887 },
    { dim: 4, contextLength: 30, loops: 3, loss: 0.0605371 },
    { dim: 5, contextLength: 50, loops: 3, loss: 0.0317549 },
    { dim: 10, contextLength: 100, loops: 2, loss: 0.1944797 },
  ])("d=$dim, n=$contextLength, L=$loops: $loss as known", ({ loss, ...setting }) => {
    const best = bestPreconditioner(setting, { stream: testStream("known optimum") });
    const digits = Math.ceil(-Math.log10(loss)) + (String(loss).replace(/^0\.0*/, "").length - 1);
    expect(best.loss).toBeCloseTo(loss, digits);
    expect(best.normalityDefect).toBeLessThan(1e-12);
    expect(best.starts.matrixSearch).toBe("done");
    expect(best.starts.agreeing).toBeGreaterThan(2);
  });

  it("finds lower losses than known before at d = 10", () => {
    const setting = { dim: 10, contextLength: 1000, loops: 3 };
    const best = bestPreconditioner(setting, { stream: testStream("d = 10") });
    // theory.md: 6.695599e−5 on cI + εJ; three planes and four real directions do better.
    expect(best.loss).toBeLessThan(6.5821e-5);
    expect(best.eigenvalues.filter(({ im }) => im > 0.01)).toHaveLength(3);
    expect(best.lossExact.compare(rotationOptimum(setting).lossExact)).toBe(-1);
  });

  it("states the exact loss of the rationals it reports, by the general circuit", () => {
    for (const setting of [
      { dim: 3, contextLength: 50, loops: 3 },
      { dim: 4, contextLength: 12, loops: 2, noiseVariance: Rational.of(1n, 3n) },
      { dim: 2, contextLength: 10n ** 20n, loops: 3 },
    ]) {
      const { loops, ...law } = setting;
      const best = bestPreconditioner(setting, { stream: testStream("exact"), ...QUICK });
      const weights = { preconditioners: [best.weights], loops };
      const { exact, value } = populationLoss(law, weights, { exact: true });
      expect(best.lossExact.equals(exact!)).toBe(true);
      expect(best.loss).toBe(value);
      const denominator = Rational.of(1n << BigInt(best.bits));
      for (const entry of best.weights.flat())
        expect(entry.times(denominator).denominator).toBe(1n);
    }
  });

  it("is at most the symmetric optimum, which is the isotropic one, and the rotation optimum", () => {
    const settings = fc.record({
      dim: fc.integer({ min: 1, max: 5 }),
      contextLength: fc.integer({ min: 1, max: 200 }),
      loops: fc.integer({ min: 1, max: 3 }),
      seed: fc.integer({ min: 0, max: 1000 }),
    });
    checkProperty(
      fc.property(settings, ({ seed, ...setting }) => {
        const stream = Stream.fromSeed(seed);
        const best = bestPreconditioner(setting, { stream, ...QUICK });
        const symmetric = bestSymmetric(setting, { stream });
        const isotropic = isotropicOptimum(setting).loss.toNumber();
        // The weights are rounded: equal optima agree to rounding squared over curvature.
        expect(best.loss).toBeLessThanOrEqual(symmetric.loss * (1 + 1e-12));
        expect(symmetric.loss).toBeLessThanOrEqual(isotropic * (1 + 1e-12));
        expect(symmetric.loss).toBeGreaterThanOrEqual(isotropic * (1 - 1e-12));
        if (setting.dim % 2 === 0) {
          expect(best.loss).toBeLessThanOrEqual(rotationOptimum(setting).loss * (1 + 1e-12));
        }
        if (setting.loops === 1 || setting.dim === 1) expect(best.loss).toBeCloseTo(isotropic, 12);
        expect(best.normalityDefect).toBeLessThan(1e-12);
      }),
      { numRuns: 25 },
    );
  });

  it("is stationary among all matrices, not only normal ones, at any n", () => {
    for (const [contextLength, loops] of [
      [50n, 3],
      [10n ** 30n, 2],
    ] as const) {
      const setting = { dim: 3, contextLength };
      const best = bestPreconditioner({ ...setting, loops }, { stream: testStream("gradient") });
      const at = { preconditioners: [best.weights], loops };
      const { loss, preconditioners } = exactPopulationGradient(setting, at);
      expect(loss.equals(best.lossExact)).toBe(true);
      // In units of the spread n^{−1/2} of the optimum's eigenvalues, relative to the loss.
      const size = Math.max(...preconditioners[0]!.flat().map((g) => Math.abs(g.toNumber())));
      expect(size / (best.loss * Math.sqrt(Number(contextLength)))).toBeLessThan(1e-6);
    }
  });

  it("leaves b*I by descents over all matrices alone", () => {
    const setting = { dim: 3, contextLength: 50, loops: 3 };
    const family = SpectralFamily.of("test", setting, "normal");
    const window = SpectralWindow.of(family, setting);
    const saddle: Spectrum<number> = { planes: 0, coordinates: [0, 0, 0] };
    const spectrum = window.toEigenvalues(saddle);
    const isotropic = { spectrum, loss: family.at(spectrum), foundBy: "given", hits: 1 };
    const { best, evaluations } = searchMatrices(setting, family, window, [isotropic], {
      stream: testStream("matrices"),
      starts: 4,
      maximalEvaluations: 1000,
    });
    expect(best.loss.toNumber()).toBeCloseTo(0.00744887, 8);
    expect(best.foundBy).toMatch(/made normal$/);
    expect(evaluations).toBeGreaterThan(40);
  });

  it("has the same bits for the same stream", () => {
    const setting = { dim: 4, contextLength: 30, loops: 3 };
    const one = bestPreconditioner(setting, { stream: Stream.fromSeed(5) });
    const two = bestPreconditioner(setting, { stream: Stream.fromSeed(5) });
    expect(two.weights).toEqual(one.weights);
    expect(two.starts).toEqual(one.starts);
  });

  it("reports the parts of what it found consistently", () => {
    const best = bestPreconditioner(
      { dim: 3, contextLength: 50, loops: 3 },
      { stream: testStream("parts"), ...QUICK },
    );
    const { preconditioner, eigenvalues } = best;
    expect(preconditioner.get(0, 0)).toBe(best.weights[0]![0]!.toNumber());
    const rotation = Matrix.sub(preconditioner, best.symmetricPart);
    expect(rotation.norm("frobenius")).toBeCloseTo(best.antisymmetricNorm, 14);
    // ‖antisymmetric part‖² = Σ im² for a normal matrix.
    expect(Math.hypot(...eigenvalues.map(({ im }) => im))).toBeCloseTo(best.antisymmetricNorm, 12);
    expect(eigenvalues.reduce((sum, { re }) => sum + re, 0)).toBeCloseTo(
      preconditioner.trace(),
      12,
    );
    // theory.md: the symmetric part is not isotropic here.
    expect(Math.abs(preconditioner.get(0, 0) - preconditioner.get(2, 2))).toBeGreaterThan(0.01);
  });

  it("keeps to its budget and says what it skipped", () => {
    const setting = { dim: 4, contextLength: 30, loops: 3 };
    const stream = testStream("budget");
    const none = bestPreconditioner(setting, { stream, matrixStarts: 0 });
    expect(none.starts).toMatchObject({ matrixStarts: 0, matrixSearch: "not-asked" });
    const few = bestPreconditioner(setting, { stream, maximalEvaluations: 30 });
    expect(few.starts.evaluations.matrix).toBeLessThanOrEqual(30);
    const far = bestPreconditioner({ ...setting, contextLength: 10n ** 12n }, { stream });
    expect(far.starts).toMatchObject({ matrixStarts: 0, matrixSearch: "beyond-doubles" });
  });

  it("ends early when random starts agree, and otherwise makes every start", () => {
    const setting = { dim: 3, contextLength: 50, loops: 3 };
    const stream = testStream("agreement");
    const options = { stream, normalStarts: 40, matrixStarts: 0 };
    // Besides b*I and one plane at two angles.
    const structured = 3;
    const early = bestPreconditioner(setting, { ...options, agreement: 2 });
    expect(early.starts.normalStarts).toBeLessThan(structured + 20);
    const all = bestPreconditioner(setting, { ...options, agreement: 1000 });
    expect(all.starts.normalStarts).toBe(structured + 40);
    expect(all.starts.agreeing).toBeGreaterThan(early.starts.agreeing);
    expect(all.lossExact.toNumber()).toBeCloseTo(early.lossExact.toNumber(), 14);
  });

  it("refuses bad input and depths beyond reach", () => {
    const stream = testStream("refused");
    const setting = { dim: 2, contextLength: 20, loops: 7 };
    expect(() => bestPreconditioner(setting, { stream })).toThrow(HypothesisError);
    expect(() => bestPreconditioner({ ...setting, dim: 0 }, { stream })).toThrow(ArgumentError);
    expect(() => bestPreconditioner(setting, { stream, agreement: 0 })).toThrow(
      "bestPreconditioner: agreement must be a positive integer, got 0",
    );
    expect(() => bestSymmetric({ ...setting, loops: 8 }, { stream })).toThrow(/reach 7 loops/);
  });
});

describe("bestSymmetric", () => {
  it.each([
    { dim: 5, contextLength: 20, loops: 3, loss: 0.26834222 },
    { dim: 10, contextLength: 100, loops: 5, loss: 0.00438831 },
    { dim: 10, contextLength: 5, loops: 2, loss: 6.18059276 },
  ])("d=$dim, n=$contextLength, L=$loops: b*I, with theory.md's loss", ({ loss, ...setting }) => {
    const best = bestSymmetric(setting, { stream: testStream("symmetric") });
    expect(best.loss).toBeCloseTo(loss, 8);
    expect(best.spread).toBeLessThan(1e-6);
    expect(best.minima).toBe(1);
    expect(best.agreeing).toBe(best.starts);
    const stepSize = isotropicOptimum(setting).stepSize.toNumber();
    for (const entry of best.preconditioner.diagonal()) expect(entry).toBeCloseTo(stepSize, 6);
    const { loops, ...law } = setting;
    const weights = { preconditioners: [best.weights], loops };
    const { exact } = populationLoss(law, weights, { exact: true });
    expect(exact!.equals(best.lossExact)).toBe(true);
  });
});
