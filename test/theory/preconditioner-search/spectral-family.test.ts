import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Matrix, symmetricPart } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { randomRotation } from "../../../src/prompt/covariance-family.js";
import { Stream } from "../../../src/random/stream.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import {
  normalityDefect,
  spectrumOf,
} from "../../../src/theory/preconditioner-search/matrix-spectrum.js";
import { SpectralFamily } from "../../../src/theory/preconditioner-search/spectral-family.js";
import { SpectralWindow } from "../../../src/theory/preconditioner-search/spectral-window.js";
import {
  roundedMatrix,
  type Spectrum,
  sortedSpectrum,
  spectralMatrix,
} from "../../../src/theory/preconditioner-search/spectrum.js";
import { checkProperty } from "../../seed.js";

interface Case {
  readonly setting: {
    readonly dim: number;
    readonly contextLength: number;
    readonly loops: number;
    readonly noiseVariance: Rational;
  };
  readonly spectrum: Spectrum<Rational>;
  readonly seed: number;
}

/** Any spectrum of dimension up to 5, with noise or without. */
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    dim: fc.integer({ min: 1, max: 5 }),
    contextLength: fc.integer({ min: 1, max: 60 }),
    loops: fc.integer({ min: 1, max: 4 }),
    noiseVariance: fc
      .integer({ min: 0, max: 5 })
      .map((numerator) => Rational.of(BigInt(numerator), 4n)),
  })
  .chain((setting) =>
    fc.record({
      setting: fc.constant(setting),
      seed: fc.integer({ min: 0, max: 10_000 }),
      spectrum: fc.record({
        planes: fc.integer({ min: 0, max: setting.dim >> 1 }),
        coordinates: fc.array(
          fc.integer({ min: -96, max: 96 }).map((numerator) => Rational.of(numerator, 64)),
          { minLength: setting.dim, maxLength: setting.dim },
        ),
      }),
    }),
  );

function asDoubles(spectrum: Spectrum<Rational>): Float64Array {
  return Float64Array.from(spectrum.coordinates, (value) => value.toNumber());
}

describe("SpectralFamily", () => {
  it("is the population loss of the block matrix, exactly", () => {
    checkProperty(
      fc.property(anyCase, ({ setting, spectrum }) => {
        const { loops, ...law } = setting;
        const family = SpectralFamily.of("test", setting, "normal");
        const weights = { preconditioners: [spectralMatrix(spectrum)], loops };
        const { exact } = populationLoss(law, weights, { exact: true });
        expect(family.at(spectrum).equals(exact!)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("gives symmetric matrices the same loss by the smaller polynomial", () => {
    checkProperty(
      fc.property(anyCase, ({ setting, spectrum }) => {
        const real = { planes: 0, coordinates: spectrum.coordinates };
        const normal = SpectralFamily.of("test", setting, "normal");
        const symmetric = SpectralFamily.of("test", setting, "symmetric");
        expect(symmetric.at(real).equals(normal.at(real))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("rounds its jets once, and its doubles to the sum of all terms' sizes", () => {
    checkProperty(
      fc.property(anyCase, ({ setting, spectrum }) => {
        const family = SpectralFamily.of("test", setting, "normal");
        const jet = family.jetAt(spectrum);
        expect(jet.value).toBe(family.at(spectrum).toNumber());
        const float = family.evaluate(spectrum.planes, asDoubles(spectrum));
        const radius = Math.max(1, ...asDoubles(spectrum).map(Math.abs)) * Math.SQRT2;
        const opposite = new Float64Array(setting.dim).fill(-radius);
        const { value: magnitude } = family.evaluate(0, opposite);
        expect(Math.abs(float.value - jet.value)).toBeLessThan(2 ** -50 * magnitude);
        for (const [i, entry] of float.gradient.entries()) {
          const slope = 2 * setting.loops * magnitude;
          expect(Math.abs(entry - jet.gradient[i]!)).toBeLessThan(2 ** -50 * slope);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("has the gradient that exact differences give", () => {
    const step = Rational.of(1n, 1n << 40n);
    checkProperty(
      fc.property(anyCase, ({ setting, spectrum }) => {
        const family = SpectralFamily.of("test", setting, "normal");
        const { gradient } = family.jetAt(spectrum);
        for (const [i, slope] of gradient.entries()) {
          const moved = (by: Rational) => ({
            ...spectrum,
            coordinates: spectrum.coordinates.map((x, k) => (k === i ? x.plus(by) : x)),
          });
          const rise = family.at(moved(step)).minus(family.at(moved(step.negated())));
          const difference = rise.over(step.times(Rational.of(2n))).toNumber();
          // Central: the error is the third derivative over 6, times 2⁻⁸⁰.
          expect(Math.abs(difference - slope)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(slope)));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("matrix spectra", () => {
  it("come back from a rotated normal matrix", () => {
    checkProperty(
      fc.property(anyCase, ({ setting, spectrum, seed }) => {
        const block = roundedMatrix(spectralMatrix(spectrum));
        const rotation = randomRotation(setting.dim, Stream.fromSeed(seed));
        const matrix = rotation.mmul(block).mmul(rotation.transpose());
        expect(normalityDefect(matrix)).toBeLessThan(1e-12);
        const numbers = { planes: spectrum.planes, coordinates: [...asDoubles(spectrum)] };
        const given = roundedMatrix(spectralMatrix(rational(sortedSpectrum(numbers, 1e-6))));
        const found = roundedMatrix(
          spectralMatrix(rational(sortedSpectrum(spectrumOf(matrix), 1e-6))),
        );
        // Sorted or not, the symmetric functions agree.
        for (let power = 1; power <= 4; power++) {
          const [a, b] = [powerTraces(given, power), powerTraces(found, power)];
          for (const [k, value] of a.entries()) expect(b[k]).toBeCloseTo(value, 8);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("SpectralWindow", () => {
  it("keeps b* and the spread apart where doubles cannot", () => {
    const setting = { dim: 3, contextLength: 10n ** 40n, loops: 3 };
    const family = SpectralFamily.of("test", setting, "normal");
    const window = SpectralWindow.of(family, setting);
    const [zero, one] = window.toEigenvalues({ planes: 0, coordinates: [0, 1, 2] }).coordinates;
    expect(one!.minus(zero!).toNumber()).toBe(window.unit);
    expect(window.unit).toBeGreaterThan(0.5e-20);
    expect(window.unit).toBeLessThan(2e-20);
    // 1 − b* is about (d + 1)(something near L)/n: below the resolution 2^−bits, far above 2^−200.
    expect(Math.abs(zero!.toNumber() - 1)).toBeLessThan(1e-15);
    const sorted = { planes: 1, coordinates: [0.9, 0.2, 1.1] };
    const back = window.toUnits(sorted);
    expect(back[1]! * window.unit).toBeCloseTo(0.2, 12);
  });
});

function rational({ planes, coordinates }: Spectrum<number>): Spectrum<Rational> {
  return { planes, coordinates: coordinates.map((value) => Rational.fromNumber(value)) };
}

function powerTraces(matrix: Matrix, power: number): number[] {
  let product = Matrix.eye(matrix.rows);
  for (let k = 0; k < power; k++) product = product.mmul(matrix);
  const mixed = product.mmul(matrix.transpose());
  return [product.trace(), mixed.trace(), symmetricPart(product).norm("frobenius")];
}
