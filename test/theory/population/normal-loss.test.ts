import { describe, expect, it } from "vitest";
import { Matrix } from "../../../src/numeric/matrix.js";
import { randomRotation } from "../../../src/prompt/covariance-family.js";
import { type NormalSpectrum, normalLoss } from "../../../src/theory/population/normal-loss.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { testStream } from "../../seed.js";

function blockMatrix({ planes, reals }: NormalSpectrum): Matrix {
  const dim = 2 * planes.length + reals.length;
  const result = Matrix.zeros(dim, dim);
  for (const [p, { real, imaginary }] of planes.entries()) {
    const i = 2 * p;
    result.set(i, i, real).set(i + 1, i + 1, real);
    result.set(i, i + 1, imaginary).set(i + 1, i, -imaginary);
  }
  for (const [r, x] of reals.entries()) result.set(2 * planes.length + r, 2 * planes.length + r, x);
  return result;
}

const spectrum: NormalSpectrum = {
  planes: [
    { real: 0.8, imaginary: 0.3 },
    { real: 0.6, imaginary: -0.15 },
  ],
  reals: [0.9],
};

describe("normalLoss", () => {
  it("is the general loss at any rotation of the block matrix", () => {
    const rotation = randomRotation(5, testStream("normal loss rotation"));
    const matrix = rotation.mmul(blockMatrix(spectrum)).mmul(rotation.transpose());
    for (const loops of [1, 2, 3, 4]) {
      const setting = { dim: 5, contextLength: 12 };
      const weights = { preconditioners: [matrix], loops };
      const general = populationLoss(setting, weights, { exact: true }).value;
      expect(
        Math.abs(normalLoss({ ...setting, loops }, spectrum).value / general - 1),
      ).toBeLessThan(1e-12);
    }
  });

  it("has the derivatives of its values", () => {
    const setting = { dim: 5, contextLength: 12, loops: 3 };
    const { gradient } = normalLoss(setting, spectrum);
    const h = 1e-5;
    const slope = (change: (step: number) => NormalSpectrum) =>
      (normalLoss(setting, change(h)).value - normalLoss(setting, change(-h)).value) / (2 * h);
    for (const [p, plane] of spectrum.planes.entries()) {
      const withPlane = (replaced: typeof plane) => ({
        ...spectrum,
        planes: spectrum.planes.map((one, k) => (k === p ? replaced : one)),
      });
      const alongReal = slope((s) => withPlane({ ...plane, real: plane.real + s }));
      const alongImaginary = slope((s) => withPlane({ ...plane, imaginary: plane.imaginary + s }));
      expect(Math.abs(gradient.planes[p]!.real - alongReal)).toBeLessThan(1e-8);
      expect(Math.abs(gradient.planes[p]!.imaginary - alongImaginary)).toBeLessThan(1e-8);
    }
    const alongX = slope((s) => ({ ...spectrum, reals: [0.9 + s] }));
    expect(Math.abs(gradient.reals[0]! - alongX)).toBeLessThan(1e-8);
  });

  it("refuses a spectrum of another dimension and deep loops", () => {
    const call = (dim: number, loops: number) => () =>
      normalLoss({ dim, contextLength: 5, loops }, spectrum);
    expect(call(4, 2)).toThrow(/spectrum must be of 4 eigenvalues, got 5/);
    expect(call(5, 7)).toThrow(/reach 6 loops, got 7; sample/);
  });
});
