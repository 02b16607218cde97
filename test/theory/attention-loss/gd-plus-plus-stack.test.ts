import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HypothesisError } from "../../../src/errors.js";
import { attentionLayer } from "../../../src/model/weights.js";
import { Matrix, matrixFrom } from "../../../src/numeric/matrix.js";
import { minimize } from "../../../src/numeric/minimize.js";
import { Rational } from "../../../src/numeric/rational.js";
import {
  gdPlusPlusStackGradient,
  gdPlusPlusStackLoss,
} from "../../../src/theory/attention-loss/gd-plus-plus-stack.js";
import { gdPlusPlusLoss } from "../../../src/theory/gd-plus-plus/gd-plus-plus.js";
import { gdPlusPlusOptimum } from "../../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { positiveDefinite, squareMatrix, vector } from "../../arbitraries.js";
import { checkProperty, testStream } from "../../seed.js";
import { quadratureLoss } from "./prompt-quadrature.js";

const stream = testStream("GD++ stack");

function randomSquare(size: number, scale: number, label: string): Matrix {
  const entries = stream.split(label).normals(size * size);
  return matrixFrom(
    size,
    size,
    entries.map((entry) => scale * entry),
  );
}

const relative = (a: number, b: number) => Math.abs(a - b) / Math.abs(b);

describe("gdPlusPlusStackLoss against Gauss quadrature of the model's own forward pass", () => {
  // Degree in each number: 4L with read-ins that differ, 4(3^L − 1)/2 for L GD++ layers.
  it.each([
    { dim: 2, contextLength: 1, layers: 2, loops: 1, moves: true, reads: false, nodes: 9 },
    { dim: 1, contextLength: 2, layers: 1, loops: 2, moves: true, reads: true, nodes: 9 },
    { dim: 2, contextLength: 1, layers: 3, loops: 1, moves: false, reads: true, nodes: 7 },
    { dim: 1, contextLength: 2, layers: 2, loops: 2, moves: false, reads: true, nodes: 9 },
  ])("%j", ({ dim, contextLength, layers, loops, moves, reads, nodes }) => {
    const noise = 0.6;
    const factor = randomSquare(dim, 0.3, "factor").add(Matrix.eye(dim));
    const prior = randomSquare(dim, 0.3, "prior").add(Matrix.eye(dim));
    const block = Array.from({ length: layers }, (_, l) => ({
      preconditioner: randomSquare(dim, 0.4, `A${l}`),
      readIn: stream
        .split(`u${l}`)
        .normals(dim)
        .map((entry) => (reads ? entry : 0)),
      ...(moves ? { covariateValue: randomSquare(dim, 0.4, `C${l}`) } : {}),
    }));
    const setting = {
      dim,
      contextLength,
      covariance: factor.mmul(factor.transpose()),
      taskCovariance: prior.mmul(prior.transpose()),
      noiseVariance: noise * noise,
    };
    const stack = block.map((layer) => ({ ...layer, readIn: [...layer.readIn] }));
    const { value, errorBound } = gdPlusPlusStackLoss(setting, { layers: stack, loops });
    const applied = Array.from({ length: loops }, () => block.map(attentionLayer)).flat();
    const expected = quadratureLoss(
      applied,
      { contextLength, factor, prior, noise },
      nodes,
      // The error is linear in the labels.
      2,
    );
    expect(relative(value, expected)).toBeLessThan(1e-10);
    expect(errorBound).toBeLessThan(1e-9 * value);
  });
});

describe("gdPlusPlusStackLoss of embedded families", () => {
  it("is the restricted loss where C = 0 and the read-ins agree, at any law", () => {
    const inputs = fc.integer({ min: 1, max: 3 }).chain((dim) =>
      fc.record({
        dim: fc.constant(dim),
        contextLength: fc.integer({ min: 1, max: 30 }),
        noiseVariance: fc.constantFrom(0, 0.3),
        covariance: positiveDefinite(dim),
        taskCovariance: fc.constantFrom("inverse" as const, "identity" as const),
        first: squareMatrix(dim),
        second: squareMatrix(dim),
        readIn: vector(dim),
      }),
    );
    checkProperty(
      fc.property(inputs, ({ first, second, readIn: entries, ...setting }) => {
        const readIn = [...entries];
        const layers = [first, second].map((preconditioner) => ({ preconditioner, readIn }));
        const loss = gdPlusPlusStackLoss(setting, { layers, loops: 1 });
        const weights = { preconditioners: [first, second], loops: 1, readIn };
        const expected = populationLoss(setting, weights);
        expect(Math.abs(loss.value - expected.value)).toBeLessThan(
          loss.errorBound + expected.errorBound,
        );
      }),
      { numRuns: 20 },
    );
  });

  it("is the isotropic GD++ loss, exactly", () => {
    const dim = 3;
    const scaled = (factor: Rational) =>
      Array.from({ length: dim }, (_, i) =>
        Array.from({ length: dim }, (_, j) => (i === j ? factor : Rational.ZERO)),
      );
    const setting = { dim, contextLength: 7, noiseVariance: Rational.of(1, 3) };
    const layers = [
      { stepSize: Rational.of(5, 4), covariateValue: Rational.of(1, 7) },
      { stepSize: Rational.of(3, 5), covariateValue: Rational.of(2, 9) },
    ];
    const { exact } = gdPlusPlusStackLoss(setting, {
      layers: layers.map(({ stepSize, covariateValue }) => ({
        preconditioner: scaled(stepSize),
        covariateValue: scaled(covariateValue),
      })),
      loops: 1,
    });
    expect(exact?.toString()).toBe(gdPlusPlusLoss({ ...setting, loops: 2 }, layers).toString());
  });
});

describe("gdPlusPlusStackGradient", () => {
  it.each([
    { layers: 1, loops: 2, moves: true, reads: false },
    { layers: 2, loops: 1, moves: true, reads: false },
    { layers: 3, loops: 1, moves: false, reads: true },
  ])("agrees with central differences along random directions: %j", (options) => {
    const { layers, loops, moves, reads } = options;
    const dim = 2;
    const setting = { dim, contextLength: 5, noiseVariance: 0.2 };
    const draw = (label: string) =>
      Array.from({ length: layers }, (_, l) => ({
        preconditioner: randomSquare(dim, 0.4, `${label} A${l}`),
        ...(reads ? { readIn: [...stream.split(`${label} u${l}`).normals(dim)] } : {}),
        ...(moves ? { covariateValue: randomSquare(dim, 0.4, `${label} C${l}`) } : {}),
      }));
    const block = draw("point");
    const along = draw("direction");
    const at = (step: number) => {
      const moved = block.map((layer, l) => {
        const way = along[l]!;
        const add = (a: Matrix, b: Matrix) => Matrix.add(a, b.clone().mul(step));
        return {
          preconditioner: add(layer.preconditioner, way.preconditioner),
          ...(reads ? { readIn: layer.readIn!.map((u, i) => u + step * way.readIn![i]!) } : {}),
          ...(moves ? { covariateValue: add(layer.covariateValue!, way.covariateValue!) } : {}),
        };
      });
      return gdPlusPlusStackLoss(setting, { layers: moved, loops }).value;
    };
    const gradient = gdPlusPlusStackGradient(setting, { layers: block, loops });
    const inner = (a: Matrix, b: Matrix) => Matrix.mul(a, b).sum();
    const slope = gradient.layers.reduce((sum, layer, l) => {
      const { preconditioner, readIn = [], covariateValue } = along[l]!;
      const moved = covariateValue ? inner(layer.covariateValue, covariateValue) : 0;
      const read = readIn.reduce((total, entry, i) => total + entry * layer.readIn[i]!, 0);
      return sum + inner(layer.preconditioner, preconditioner) + moved + read;
    }, 0);
    const step = 1e-4;
    expect(relative(gradient.value, at(0))).toBeLessThan(1e-12);
    expect(relative((at(step) - at(-step)) / (2 * step), slope)).toBeLessThan(1e-5);
  });

  it("leads matrices back to the isotropic optimum: d = 3, n = 20, two loops", () => {
    const dim = 3;
    const setting = { dim, contextLength: 20 };
    const { layers, loss } = gdPlusPlusOptimum({ ...setting, loops: 2 });
    const scales = [layers[0]!.stepSize, layers[0]!.covariateValue];
    const start = scales.flatMap((scale, k) =>
      Matrix.eye(dim)
        .mul(scale)
        .add(randomSquare(dim, 0.1 * scale, `start ${k}`))
        .to1DArray(),
    );
    const { value } = minimize(
      (point) => {
        const layer = {
          preconditioner: matrixFrom(dim, dim, point.subarray(0, dim * dim)),
          covariateValue: matrixFrom(dim, dim, point.subarray(dim * dim)),
        };
        const found = gdPlusPlusStackGradient(setting, { layers: [layer], loops: 2 });
        const { preconditioner, covariateValue } = found.layers[0]!;
        const slopes = [...preconditioner.to1DArray(), ...covariateValue.to1DArray()];
        return { value: found.value, gradient: Float64Array.from(slopes) };
      },
      Float64Array.from(start),
      { gradientTolerance: 1e-8, noise: 1e-13, firstStep: 0.05 },
    );
    expect(Math.abs(value.value / loss - 1)).toBeLessThan(1e-7);
  });
});

describe("gdPlusPlusStackLoss beyond its reach", () => {
  it("names the limit and the alternative", () => {
    const preconditioner = Matrix.eye(2);
    const three = () =>
      gdPlusPlusStackLoss(
        { dim: 2, contextLength: 4 },
        { layers: [{ preconditioner, covariateValue: Matrix.eye(2) }], loops: 3 },
      );
    expect(three).toThrow(HypothesisError);
    expect(three).toThrow(/GD\+\+ layers reach 2 applications, got 3; sample the loss instead/);
    expect(three).toThrow(/multiples of the identity are exact to 5 layers: gdPlusPlusLoss/);
    const five = () =>
      gdPlusPlusStackLoss({ dim: 2, contextLength: 4 }, { layers: [{ preconditioner }], loops: 5 });
    expect(five).toThrow(/reach 4 applications, got 5/);
  });

  it("refuses layers that do not fit", () => {
    const layers = [{ preconditioner: Matrix.eye(2), readIn: [1] }];
    expect(() => gdPlusPlusStackLoss({ dim: 2, contextLength: 4 }, { layers, loops: 1 })).toThrow(
      /layers\[0\]\.readIn must be 2 finite numbers/,
    );
  });
});
