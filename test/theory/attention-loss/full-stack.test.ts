import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HypothesisError } from "../../../src/errors.js";
import { attentionLayer } from "../../../src/model/weights.js";
import { Matrix, matrixFrom } from "../../../src/numeric/matrix.js";
import { minimize } from "../../../src/numeric/minimize.js";
import { Rational } from "../../../src/numeric/rational.js";
import { fullStackGradient, fullStackLoss } from "../../../src/theory/attention-loss/full-stack.js";
import { WordSum } from "../../../src/theory/attention-loss/program/word-sum.js";
import { gdPlusPlusOptimum } from "../../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { oneLayerOptimum } from "../../../src/theory/one-layer.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { positiveDefinite, squareMatrix, vector } from "../../arbitraries.js";
import { checkProperty, testStream } from "../../seed.js";
import { quadratureLoss } from "./prompt-quadrature.js";

const stream = testStream("full stack");

function randomSquare(size: number, scale: number, label: string): Matrix {
  const entries = stream.split(label).normals(size * size);
  return matrixFrom(
    size,
    size,
    entries.map((entry) => scale * entry),
  );
}

function randomLayer(size: number, label: string) {
  return {
    value: randomSquare(size, 0.4, `${label} P`),
    keyQuery: randomSquare(size, 0.4, `${label} Q`),
  };
}

const relative = (a: number, b: number) => Math.abs(a - b) / Math.abs(b);

describe("fullStackLoss against Gauss quadrature of the model's own forward pass", () => {
  // 9 nodes integrate degree 17: one layer has degree 4 in each number, two layers 16.
  it.each([
    { dim: 1, contextLength: 2, layers: 1, loops: 2, noise: 0, nodes: 9 },
    { dim: 1, contextLength: 1, layers: 1, loops: 2, noise: 0.7, nodes: 9 },
    { dim: 2, contextLength: 1, layers: 2, loops: 1, noise: 0, nodes: 9 },
    { dim: 2, contextLength: 2, layers: 1, loops: 1, noise: 0, nodes: 3 },
    { dim: 1, contextLength: 2, layers: 1, loops: 1, noise: 0.7, nodes: 3 },
  ])("%j", ({ dim, contextLength, layers, loops, noise, nodes }) => {
    const factor = randomSquare(dim, 0.3, "factor").add(Matrix.eye(dim));
    const prior = randomSquare(dim, 0.3, "prior").add(Matrix.eye(dim));
    const block = Array.from({ length: layers }, (_, l) => randomLayer(dim + 1, `layer ${l}`));
    const setting = {
      dim,
      contextLength,
      covariance: factor.mmul(factor.transpose()),
      taskCovariance: prior.mmul(prior.transpose()),
      noiseVariance: noise * noise,
    };
    const { value, errorBound } = fullStackLoss(setting, { layers: block, loops });
    const applied = Array.from({ length: loops }, () => block).flat();
    const expected = quadratureLoss(applied, { contextLength, factor, prior, noise }, nodes);
    expect(relative(value, expected)).toBeLessThan(1e-10);
    expect(errorBound).toBeLessThan(1e-9 * value);
  });
});

describe("fullStackLoss of embedded families", () => {
  it("is the restricted loss, for one layer and any law", () => {
    const inputs = fc.integer({ min: 1, max: 4 }).chain((dim) =>
      fc.record({
        dim: fc.constant(dim),
        contextLength: fc.integer({ min: 1, max: 30 }),
        noiseVariance: fc.constantFrom(0, 0.3),
        covariance: positiveDefinite(dim),
        taskCovariance: positiveDefinite(dim),
        preconditioner: squareMatrix(dim),
        readIn: vector(dim),
      }),
    );
    checkProperty(
      fc.property(inputs, ({ preconditioner, readIn, ...setting }) => {
        const layers = [attentionLayer({ preconditioner, readIn })];
        const { value } = fullStackLoss(setting, { layers, loops: 1 });
        const weights = { preconditioners: [preconditioner], loops: 1, readIn: [...readIn] };
        expect(relative(value, populationLoss(setting, weights).value)).toBeLessThan(1e-10);
      }),
      { numRuns: 15 },
    );
  });
});

describe("fullStackLoss in fractions", () => {
  it("depends on the product of the gauges only, and equals the doubles within their bound", () => {
    const setting = { dim: 1, contextLength: 3, noiseVariance: Rational.of(1, 5) };
    const fractions = (numerators: readonly number[], scale: Rational) =>
      [0, 1].map((i) => [0, 1].map((j) => Rational.of(numerators[2 * i + j]!, 8).times(scale)));
    const lossOf = (gauge: Rational) =>
      fullStackLoss(setting, {
        layers: [
          {
            value: fractions([1, -2, 3, 5], gauge),
            keyQuery: fractions([-7, 2, 1, -3], Rational.ONE.over(gauge)),
          },
        ],
        loops: 2,
      });
    const { exact, value } = lossOf(Rational.ONE);
    expect(lossOf(Rational.of(-3)).exact?.toString()).toBe(exact?.toString());
    const doubles = fullStackLoss(
      { ...setting, noiseVariance: 0.2 },
      {
        layers: [
          {
            value: new Matrix([
              [1, -2],
              [3, 5],
            ]).div(8),
            keyQuery: new Matrix([
              [-7, 2],
              [1, -3],
            ]).div(8),
          },
        ],
        loops: 2,
      },
    );
    expect(doubles.method).toBe("float");
    // 0.2 is not 1/5, and the loss moves by less than its bound for that.
    expect(Math.abs(doubles.value - value)).toBeLessThan(doubles.errorBound);
  });
});

describe("fullStackLoss where only the task's length matters", () => {
  const diagonal = (dim: number, covariate: number, label: number) =>
    Matrix.diag([...new Array<number>(dim).fill(covariate), label]);

  it("agrees with the mean over task vectors", () => {
    const setting = { dim: 2, contextLength: 5, noiseVariance: 0.1 };
    const value = diagonal(2, 0.2, 0.9);
    const keyQuery = diagonal(2, -1.1, 0.05);
    const radial = fullStackLoss(setting, { layers: [{ value, keyQuery }], loops: 2 });
    // An entry of 1e-30 leaves the loss alone and breaks the symmetry.
    const broken = value.clone().set(0, 1, 1e-30);
    const general = fullStackLoss(setting, { layers: [{ value: broken, keyQuery }], loops: 2 });
    expect(general.method).toBe("float");
    expect(Math.abs(radial.value - general.value)).toBeLessThan(
      radial.errorBound + general.errorBound,
    );
  });

  it("is the exact loss of isotropic GD++, which a full model beats: d = 10, n = 20, L = 2", () => {
    const setting = { dim: 10, contextLength: 20 };
    const { layers, loss } = gdPlusPlusOptimum({ ...setting, loops: 2 });
    const [{ stepSize, covariateValue }] = layers as [(typeof layers)[0]];
    const lossOf = (a: number, b: number, corner: number) => {
      const layer = { value: diagonal(10, a, 1), keyQuery: diagonal(10, -b, corner) };
      const tolerance = { relativeTolerance: 1e-6 };
      return fullStackLoss(setting, { layers: [layer], loops: 2 }, tolerance);
    };
    const embedded = lossOf(covariateValue, stepSize, 0);
    expect(Math.abs(embedded.value - loss)).toBeLessThan(embedded.errorBound);
    // Found by Newton's iteration in the three numbers, with finite differences.
    const better = lossOf(0.132221, 1.370221, -3.4e-5);
    expect(better.value + better.errorBound).toBeLessThan(0.908075);
    expect(loss).toBeGreaterThan(0.908137);
  });
});

describe("fullStackGradient", () => {
  it.each([
    { dim: 2, layers: 1, loops: 1 },
    { dim: 1, layers: 2, loops: 1 },
  ])("agrees with central differences along a random direction: %j", ({ dim, layers, loops }) => {
    const setting = { dim, contextLength: 4, noiseVariance: 0.2 };
    const size = dim + 1;
    const block = Array.from({ length: layers }, (_, l) => randomLayer(size, `gradient ${l}`));
    const gradient = fullStackGradient(setting, { layers: block, loops });
    const { value } = fullStackLoss(setting, { layers: block, loops });
    expect(relative(gradient.value, value)).toBeLessThan(1e-12);
    const along = block.map((_, l) => randomLayer(size, `direction ${l}`));
    const at = (step: number) => {
      const moved = block.map((layer, l) => ({
        value: Matrix.add(layer.value, along[l]!.value.clone().mul(step)),
        keyQuery: Matrix.add(layer.keyQuery, along[l]!.keyQuery.clone().mul(step)),
      }));
      return fullStackLoss(setting, { layers: moved, loops }).value;
    };
    const inner = (a: Matrix, b: Matrix) => Matrix.mul(a, b).sum();
    const slope = gradient.layers.reduce(
      (sum, layer, l) =>
        sum + inner(layer.value, along[l]!.value) + inner(layer.keyQuery, along[l]!.keyQuery),
      0,
    );
    const step = 1e-4;
    expect(relative((at(step) - at(-step)) / (2 * step), slope)).toBeLessThan(1e-5);
  });

  it("leads one layer to A*, the global optimum over all P, Q (Ahn et al. 2023, Theorem 1)", () => {
    const dim = 2;
    const size = dim + 1;
    const factor = randomSquare(dim, 0.3, "Ahn").add(Matrix.eye(dim));
    const covariance = factor.mmul(factor.transpose());
    const law = { contextLength: 6, covariance, noiseVariance: 0.1 };
    const optimum = oneLayerOptimum({ ...law, taskCovariance: Matrix.eye(dim) }).loss;
    const setting = { ...law, dim, taskCovariance: "identity" as const };
    const objective = (point: Float64Array) => {
      const layer = {
        value: matrixFrom(size, size, point.subarray(0, size * size)),
        keyQuery: matrixFrom(size, size, point.subarray(size * size)),
      };
      const { value, layers } = fullStackGradient(setting, { layers: [layer], loops: 1 });
      const slopes = [...layers[0]!.value.to1DArray(), ...layers[0]!.keyQuery.to1DArray()];
      return { value, gradient: Float64Array.from(slopes) };
    };
    // Some descents end at local minima that predict along one direction only.
    const losses = Array.from({ length: 6 }, (_, k) => {
      const start = stream.split(`start ${k}`).normals(2 * size * size);
      return minimize(objective, start, { gradientTolerance: 1e-9, noise: 1e-14 }).value.value;
    });
    expect(Math.min(...losses) / optimum - 1).toBeGreaterThan(-1e-12);
    expect(Math.min(...losses) / optimum - 1).toBeLessThan(1e-9);
  });
});

describe("fullStackLoss beyond its reach", () => {
  const layer = (dim: number) => randomLayer(dim + 1, "reach");
  it("names the limit and the alternative", () => {
    const three = () =>
      fullStackLoss({ dim: 1, contextLength: 2 }, { layers: [layer(1)], loops: 3 });
    expect(three).toThrow(HypothesisError);
    expect(three).toThrow(/reach 2 applications, got 3; sample the loss instead/);
    const wide = () =>
      fullStackLoss({ dim: 5, contextLength: 2 }, { layers: [layer(5)], loops: 2 });
    expect(wide).toThrow(/2 full \(P, Q\) layers reach dim 4, got 5, where 13073 task vectors/);
    expect(wide).toThrow(/or take P and Q that are block diagonal and multiples of I/);
    // The words counted: with r of them in the error, r(r + 1)/2 in its square, up to transposition.
    const words = (applied: number) => {
      let state = WordSum.of("G");
      let map = WordSum.ONE;
      for (let t = 0; t < applied; t++) {
        const step = WordSum.ONE.plus(WordSum.of("P").times(state, WordSum.of("Q")));
        map = step.times(map);
        if (t < applied - 1) state = step.times(state, step.transposed());
      }
      // The identity in the map makes room for w.
      const { size } = map.coefficients;
      return (size * (size + 1)) / 2;
    };
    expect([words(2), words(3)]).toEqual([45, 266_815]);
    expect(three).toThrow(
      /degree 3\^L − 1 = 26 .* three layers have 266 815 words where two have 45/,
    );
  });

  it("refuses layers that do not fit", () => {
    const small = () =>
      fullStackLoss({ dim: 3, contextLength: 2 }, { layers: [layer(2)], loops: 1 });
    expect(small).toThrow(/layers\[0\]\.value must be a 4×4 matrix/);
    expect(() => fullStackLoss({ dim: 1, contextLength: 2 }, { layers: [], loops: 1 })).toThrow(
      /at least one layer/,
    );
  });
});
