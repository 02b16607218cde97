import fc from "fast-check";
import { add, fraction, inv, type Matrix as MathMatrix, matrix, multiply, trace } from "mathjs";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { choleskyFactor, Matrix, matrixFrom } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicLoss } from "../../src/theory/isotropic-loss.js";
import {
  type OneLayerSetting,
  oneLayerGradient,
  oneLayerIsotropicOptimum,
  oneLayerLoss,
  oneLayerOptimum,
} from "../../src/theory/one-layer.js";
import { anyDistribution, positiveDefinite, squareMatrix } from "../arbitraries.js";
import { checkProperty, testStream } from "../seed.js";

const settingWithPreconditioner = anyDistribution.chain((setting) =>
  fc.tuple(fc.constant<OneLayerSetting>(setting), squareMatrix(setting.covariance.rows)),
);

/** Rational matrices small enough for exact arithmetic: Σ, Ω, σ² = 1/2, n = 7. */
const covariance = [
  [2, 1, 0],
  [1, 3, 1],
  [0, 1, 2],
];
const taskCovariance = [
  [1, 0, 1],
  [0, 2, 0],
  [1, 0, 3],
];
const rationalSetting: OneLayerSetting = {
  contextLength: 7,
  covariance: new Matrix(covariance),
  taskCovariance: new Matrix(taskCovariance),
  noiseVariance: 0.5,
};

describe("oneLayerLoss", () => {
  it.each([
    [2, 3, 0.7],
    [3, 8, 0],
  ])(
    "is within 5 standard errors of token-level prompts at d = %i, n = %i, σ² = %d",
    (...sizes) => {
      const [dim, contextLength, noiseVariance] = sizes;
      const stream = testStream(`one layer ${sizes.join(" ")}`);
      const take = (source: readonly (readonly number[])[]) =>
        new Matrix(source.slice(0, dim).map((row) => row.slice(0, dim)));
      const setting = {
        contextLength,
        noiseVariance,
        covariance: take(covariance),
        taskCovariance: take(taskCovariance),
      };
      const preconditioner = matrixFrom(dim, dim, stream.normals(dim * dim)).mul(0.3);
      const covariateFactor = choleskyFactor(setting.covariance);
      const taskFactor = choleskyFactor(setting.taskCovariance);
      const draw = (factor: Float64Array) => {
        const normals = stream.normals(dim);
        return Float64Array.from({ length: dim }, (_, i) =>
          normals.reduce((sum, z, j) => sum + factor[i * dim + j]! * z, 0),
        );
      };
      const dot = (a: Float64Array, b: Float64Array) => a.reduce((s, v, i) => s + v * b[i]!, 0);
      const samples = 40_000;
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < samples; i++) {
        const task = draw(taskFactor);
        const correlation = new Float64Array(dim);
        for (let j = 0; j < contextLength; j++) {
          const x = draw(covariateFactor);
          const y = dot(task, x) + Math.sqrt(noiseVariance) * stream.normal();
          for (let k = 0; k < dim; k++) correlation[k]! += (x[k]! * y) / contextLength;
        }
        const query = draw(covariateFactor);
        const seen = preconditioner.mmul(Matrix.columnVector(query)).to1DArray();
        const error = dot(correlation, Float64Array.from(seen)) - dot(task, query);
        sum += error ** 2;
        squares += error ** 4;
      }
      const mean = sum / samples;
      const standardError = Math.sqrt((squares / samples - mean * mean) / samples);
      const exact = oneLayerLoss(preconditioner, setting);
      expect(Math.abs(mean - exact)).toBeLessThan(5 * standardError);
    },
  );

  it("is the isotropic loss on multiples of the inverse covariance", () => {
    checkProperty(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain(positiveDefinite),
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (sigma, contextLength, b, noiseVariance) => {
          const preconditioner = oneLayerOptimum({
            contextLength: 10n ** 40n,
            covariance: sigma,
          }).preconditioner.mul(b);
          const setting = { contextLength, covariance: sigma, noiseVariance };
          const exact = isotropicLoss(
            {
              dim: sigma.rows,
              contextLength,
              loops: 1,
              noiseVariance: Rational.fromNumber(noiseVariance),
            },
            Rational.fromNumber(b),
          ).toNumber();
          expect(oneLayerLoss(preconditioner, setting) / exact).toBeCloseTo(1, 11);
        },
      ),
    );
  });
});

describe("oneLayerGradient", () => {
  it("is the central difference of the loss, which is exact for a quadratic", () => {
    checkProperty(
      fc.property(settingWithPreconditioner, ([setting, preconditioner]) => {
        const gradient = oneLayerGradient(preconditioner, setting);
        const scale = 1 + oneLayerLoss(preconditioner, setting);
        for (let i = 0; i < preconditioner.rows; i++) {
          for (let j = 0; j < preconditioner.rows; j++) {
            const moved = (by: number) => {
              const copy = preconditioner.clone();
              return oneLayerLoss(copy.set(i, j, copy.get(i, j) + by), setting);
            };
            // A quadratic's central difference errs by rounding alone, so the step is a large one.
            const difference = moved(0.5) - moved(-0.5);
            expect(Math.abs(gradient.get(i, j) - difference)).toBeLessThan(1e-11 * scale * 10);
          }
        }
      }),
    );
  });
});

describe("oneLayerOptimum", () => {
  it("is a zero of the gradient that random perturbations do not improve", () => {
    checkProperty(
      fc.property(settingWithPreconditioner, ([setting, direction]) => {
        const { preconditioner, loss } = oneLayerOptimum(setting);
        expect(oneLayerLoss(preconditioner, setting) / loss).toBeCloseTo(1, 11);
        expect(oneLayerGradient(preconditioner, setting).abs().max()).toBeLessThan(1e-11);
        fc.pre(direction.norm() > 1e-3);
        for (const size of [1, -1, 0.01, -0.01]) {
          const moved = Matrix.add(preconditioner, direction.clone().mul(size));
          expect(oneLayerLoss(moved, setting)).toBeGreaterThan(loss);
        }
      }),
    );
  });

  it("agrees with exact fractions (mathjs), where C A* = ΣΩ holds exactly", () => {
    const exactMatrix = (rows: readonly (readonly number[])[]) =>
      matrix(rows.map((row) => row.map((entry) => fraction(entry))));
    const sigma = exactMatrix(covariance);
    const omega = exactMatrix(taskCovariance);
    const product = (...factors: MathMatrix[]) =>
      factors.reduce((left, right) => multiply(left, right) as MathMatrix);
    const signal = trace(product(omega, sigma));
    const ridge = multiply(add(signal as never, fraction(1, 2)), fraction(1, 7));
    const best = inv(
      add(
        multiply(sigma, fraction(8, 7) as never),
        multiply(inv(omega), ridge as never),
      ) as MathMatrix,
    );
    const quadratic = add(
      multiply(product(sigma, omega, sigma), fraction(8, 7) as never),
      multiply(sigma, ridge as never),
    ) as MathMatrix;
    expect(product(quadratic, best).toString()).toBe(product(sigma, omega).toString());

    const { preconditioner, loss } = oneLayerOptimum(rationalSetting);
    const expected = best.toArray() as unknown as { valueOf(): number }[][];
    for (const [i, row] of expected.entries()) {
      for (const [j, entry] of row.entries()) {
        expect(preconditioner.get(i, j)).toBeCloseTo(Number(entry), 13);
      }
    }
    const reached = trace(product(best, sigma, omega, sigma));
    expect(loss).toBeCloseTo(Number(signal) - Number(reached), 12);
  });

  it("is Ahn's and Zhang's ((1 + 1/n)Σ + tr(Σ)/n I)⁻¹ for the prior I", () => {
    checkProperty(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain(positiveDefinite),
        fc.integer({ min: 1, max: 50 }),
        (sigma, n) => {
          const identity = Matrix.eye(sigma.rows);
          const { preconditioner } = oneLayerOptimum({
            contextLength: n,
            covariance: sigma,
            taskCovariance: identity,
          });
          const gamma = Matrix.add(
            sigma.clone().mul(1 + 1 / n),
            identity.clone().mul(sigma.trace() / n),
          );
          const defect = preconditioner.mmul(gamma).sub(identity);
          expect(defect.abs().max()).toBeLessThan(1e-13);
        },
      ),
    );
  });

  it("keeps its relative accuracy where the loss is tiny", () => {
    const { loss } = oneLayerOptimum({ contextLength: 10n ** 30n, covariance: Matrix.eye(4) });
    const exact = oneLayerIsotropicOptimum({ dim: 4, contextLength: 10n ** 30n }).loss.toNumber();
    expect(loss / exact).toBeCloseTo(1, 13);
  });
});

describe("bad input", () => {
  const good: OneLayerSetting = { contextLength: 5, covariance: Matrix.eye(2) };
  it.each<[string, OneLayerSetting]>([
    [
      "covariance",
      {
        ...good,
        covariance: new Matrix([
          [1, 2],
          [2, 1],
        ]),
      },
    ],
    ["taskCovariance", { ...good, taskCovariance: Matrix.eye(3) }],
    ["taskCovariance", { ...good, taskCovariance: Matrix.eye(2).mul(-1) }],
    ["noiseVariance", { ...good, noiseVariance: -1 }],
    ["noiseVariance", { ...good, noiseVariance: Number.NaN }],
    ["contextLength", { ...good, contextLength: 0 }],
  ])("in %s is refused", (argument, setting) => {
    const refusal = new RegExp(`oneLayerOptimum: ${argument} must be`);
    expect(() => oneLayerOptimum(setting)).toThrow(refusal);
    expect(() => oneLayerLoss(Matrix.eye(2), setting)).toThrow(ArgumentError);
  });

  it("of the wrong shape is refused", () => {
    expect(() => oneLayerLoss(Matrix.eye(3), good)).toThrow(
      "oneLayerLoss: preconditioner must be a 2×2 matrix, got a 3×3 matrix",
    );
    expect(() => oneLayerGradient(Matrix.zeros(2, 3), good)).toThrow(
      "oneLayerGradient: preconditioner must be a 2×2 matrix, got a 2×3 matrix",
    );
    const taskCovariance = Matrix.eye(3);
    for (const [where, compute] of [
      ["oneLayerLoss", () => oneLayerLoss(Matrix.eye(2), { ...good, taskCovariance })],
      ["oneLayerGradient", () => oneLayerGradient(Matrix.eye(2), { ...good, taskCovariance })],
      ["oneLayerOptimum", () => oneLayerOptimum({ ...good, taskCovariance })],
    ] as const) {
      expect(compute).toThrow(`${where}: taskCovariance must be a 2×2 matrix, got a 3×3 matrix`);
    }
  });
});
