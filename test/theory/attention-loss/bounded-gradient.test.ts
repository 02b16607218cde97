import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Matrix } from "../../../src/numeric/matrix.js";
import {
  boundedFullStackGradient,
  boundedGdPlusPlusStackGradient,
} from "../../../src/theory/attention-loss/bounded-gradient.js";
import { fullStackGradient } from "../../../src/theory/attention-loss/full-stack.js";
import { gdPlusPlusStackGradient } from "../../../src/theory/attention-loss/gd-plus-plus-stack.js";
import { gdPlusPlusOptimum } from "../../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { positiveDefinite, squareMatrix } from "../../arbitraries.js";
import { checkProperty } from "../../seed.js";

const anyway = { relativeTolerance: Number.POSITIVE_INFINITY };

const distance = (a: Matrix, b: Matrix) => Matrix.sub(a, b).norm("frobenius");

describe("boundedGdPlusPlusStackGradient", () => {
  it("bounds the distance from the exact gradient", () => {
    const inputs = fc.integer({ min: 1, max: 2 }).chain((dim) =>
      fc.record({
        setting: fc.record({
          dim: fc.constant(dim),
          contextLength: fc.constantFrom(2, 30, 10 ** 6),
          covariance: positiveDefinite(dim),
          noiseVariance: fc.constantFrom(0, 0.3),
        }),
        preconditioner: squareMatrix(dim),
        other: squareMatrix(dim),
        moves: fc.boolean(),
      }),
    );
    checkProperty(
      fc.property(inputs, ({ setting, preconditioner, other, moves }) => {
        const stack = moves
          ? { layers: [{ preconditioner, covariateValue: other }], loops: 2 }
          : { layers: [{ preconditioner }, { preconditioner: other }], loops: 1 };
        const bounded = boundedGdPlusPlusStackGradient(setting, stack, anyway);
        const plain = gdPlusPlusStackGradient(setting, stack);
        const exact = boundedGdPlusPlusStackGradient(setting, stack, { exact: true });
        expect([bounded.method, exact.method]).toEqual(["float", "exact"]);
        const slack = bounded.errorBound + exact.errorBound;
        for (const [l, layer] of exact.layers.entries()) {
          for (const name of ["preconditioner", "covariateValue"] as const) {
            if (name === "covariateValue" && !moves) continue;
            expect(distance(bounded.layers[l]![name], layer[name])).toBeLessThanOrEqual(slack);
            expect(distance(plain.layers[l]![name], layer[name])).toBeLessThanOrEqual(slack);
          }
        }
      }),
      { numRuns: 8 },
    );
  });

  it("gives way to fractions beside the optimum at large n", () => {
    const dim = 2;
    const setting = { dim, contextLength: 10 ** 6 };
    const [{ stepSize, covariateValue }] = gdPlusPlusOptimum({ ...setting, loops: 2 }).layers as [
      { stepSize: number; covariateValue: number },
    ];
    const layers = [
      {
        preconditioner: Matrix.eye(dim).mul(stepSize).set(0, 1, 1e-4),
        covariateValue: Matrix.eye(dim).mul(covariateValue),
      },
    ];
    const settled = boundedGdPlusPlusStackGradient(setting, { layers, loops: 2 });
    expect(settled.method).toBe("exact");
    const inDoubles = boundedGdPlusPlusStackGradient(setting, { layers, loops: 2 }, anyway);
    for (const name of ["preconditioner", "covariateValue"] as const) {
      const error = distance(settled.layers[0]![name], inDoubles.layers[0]![name]);
      expect(error).toBeLessThanOrEqual(settled.errorBound + inDoubles.errorBound);
    }
  });
});

describe("boundedFullStackGradient", () => {
  it("bounds the distance from the exact gradient: one layer", () => {
    const inputs = fc.integer({ min: 1, max: 3 }).chain((dim) =>
      fc.record({
        setting: fc.record({
          dim: fc.constant(dim),
          contextLength: fc.constantFrom(2, 30, 10 ** 6),
          covariance: positiveDefinite(dim),
          noiseVariance: fc.constantFrom(0, 0.3),
        }),
        value: squareMatrix(dim + 1),
        keyQuery: squareMatrix(dim + 1),
      }),
    );
    checkProperty(
      fc.property(inputs, ({ setting, ...layer }) => {
        const stack = { layers: [layer], loops: 1 };
        const bounded = boundedFullStackGradient(setting, stack);
        const plain = fullStackGradient(setting, stack).layers[0]!;
        const exact = boundedFullStackGradient(setting, stack, { exact: true });
        expect([bounded.method, exact.method]).toEqual(["float", "exact"]);
        const slack = bounded.errorBound + exact.errorBound;
        for (const name of ["value", "keyQuery"] as const) {
          const right = exact.layers[0]![name];
          expect(distance(bounded.layers[0]![name], right)).toBeLessThanOrEqual(slack);
          expect(distance(plain[name], right)).toBeLessThanOrEqual(slack);
        }
        const norm = Math.max(size(exact.layers[0]!.value), size(exact.layers[0]!.keyQuery));
        expect(bounded.errorBound).toBeLessThan(1e-8 * Math.max(norm, 1));
      }),
      { numRuns: 4 },
    );
  });
});

const size = (matrix: Matrix) => matrix.norm("frobenius");
