import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { Matrix, matrixFrom, symmetricEigen } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { fullStackGradient } from "../../../src/theory/attention-loss/full-stack.js";
import { gdPlusPlusStackGradient } from "../../../src/theory/attention-loss/gd-plus-plus-stack.js";
import {
  fullStackCurvatureAlong,
  gdPlusPlusCurvatureAlong,
} from "../../../src/theory/attention-loss/hessian/curvature-along.js";
import {
  fullStackCriticalPoint,
  fullStackHessian,
  fullStackHessianProduct,
} from "../../../src/theory/attention-loss/hessian/full-hessian.js";
import {
  gdPlusPlusCriticalPoint,
  gdPlusPlusStackHessian,
  gdPlusPlusStackHessianProduct,
} from "../../../src/theory/attention-loss/hessian/gd-plus-plus-hessian.js";
import { isotropicGdPlusPlusCurvature } from "../../../src/theory/attention-loss/hessian/isotropic-curvature.js";
import { gdPlusPlusOptimum } from "../../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { isotropicOptimum } from "../../../src/theory/isotropic-optimum.js";
import { oneLayerOptimum } from "../../../src/theory/one-layer.js";
import { antisymmetricCurvatureAtOptimum } from "../../../src/theory/population/antisymmetric-curvature.js";
import { testStream } from "../../seed.js";

const stream = testStream("stack Hessian");

function randomMatrix(rows: number, scale: number, label: string, columns = rows): Matrix {
  const entries = stream.split(label).normals(rows * columns);
  return matrixFrom(
    rows,
    columns,
    entries.map((entry) => scale * entry),
  );
}

const inner = (a: Matrix, b: Matrix) => Matrix.mul(a, b).sum();
const relative = (a: number, b: number) => Math.abs(a - b) / Math.abs(b);

/** Entries in 64ths: fractions stay short. */
function shortMatrix(size: number, scale: number, label: string): Matrix {
  const rounded = randomMatrix(size, scale, label).to1DArray();
  return matrixFrom(
    size,
    size,
    rounded.map((entry) => Math.round(64 * entry) / 64),
  );
}

/** A law with everything in it. */
function anyLaw(dim: number, contextLength: number) {
  const factor = randomMatrix(dim, 0.3, `covariance ${dim}`).add(Matrix.eye(dim));
  const prior = randomMatrix(dim, 0.3, `prior ${dim}`).add(Matrix.eye(dim));
  return {
    dim,
    contextLength,
    covariance: factor.mmul(factor.transpose()),
    taskCovariance: prior.mmul(prior.transpose()),
    noiseVariance: 0.25,
  };
}

describe("gdPlusPlusStackHessianProduct", () => {
  it.each([
    { name: "two loops, with C", layers: 1, loops: 2, moves: true },
    { name: "two untied layers, with C", layers: 2, loops: 1, moves: true },
    { name: "three layers without C", layers: 3, loops: 1, moves: false },
  ])("is exact second differences along the line: $name", ({ layers, loops, moves }) => {
    // A prior of its own triples the circuit of GD++.
    const setting = moves
      ? {
          dim: 2,
          contextLength: 5,
          covariance: new Matrix([
            [1.5, 0.25],
            [0.25, 0.75],
          ]),
        }
      : anyLaw(2, 5);
    const draw = (label: string, scale: number) =>
      Array.from({ length: layers }, (_, l) => ({
        preconditioner: shortMatrix(2, scale, `${label} A${l}`),
        ...(moves ? { covariateValue: shortMatrix(2, scale, `${label} C${l}`) } : {}),
      }));
    const stack = { layers: draw("point", 0.4), loops };
    const directions = draw("direction", 0.5);
    const products = gdPlusPlusStackHessianProduct(setting, stack, directions);
    const along = products.reduce((sum, product, l) => {
      const { preconditioner, covariateValue } = directions[l]!;
      const moved = covariateValue ? inner(covariateValue, product.covariateValue) : 0;
      return sum + inner(preconditioner, product.preconditioner) + moved;
    }, 0);
    const { exact, sign } = gdPlusPlusCurvatureAlong(setting, stack, directions);
    expect(relative(along, exact!.toNumber())).toBeLessThan(1e-11);
    expect(sign).toBe(Math.sign(along));
  });

  it("is the derivative of the gradient in A and u, from read-ins at 0 too", () => {
    const setting = anyLaw(2, 4);
    const start = [0, 1].map((l) => randomMatrix(2, 0.4, `start A${l}`));
    const ways = [0, 1].map((l) => ({
      preconditioner: randomMatrix(2, 0.5, `way A${l}`),
      readIn: [...stream.split(`way u${l}`).normals(2)],
    }));
    const at = (s: number) => ({
      layers: start.map((preconditioner, l) => ({
        preconditioner: Matrix.add(preconditioner, Matrix.mul(ways[l]!.preconditioner, s)),
        readIn: ways[l]!.readIn.map((entry) => s * entry),
      })),
      loops: 1,
    });
    const products = gdPlusPlusStackHessianProduct(setting, at(0), ways);
    const h = 1e-4;
    const after = gdPlusPlusStackGradient(setting, at(h)).layers;
    const before = gdPlusPlusStackGradient(setting, at(-h)).layers;
    for (const [l, product] of products.entries()) {
      const slope = Matrix.sub(after[l]!.preconditioner, before[l]!.preconditioner).mul(0.5 / h);
      const error = Matrix.sub(slope, product.preconditioner).norm("frobenius");
      expect(error).toBeLessThan(1e-6 * product.preconditioner.norm("frobenius"));
      for (const [i, one] of product.readIn.entries()) {
        const rate = (after[l]!.readIn[i]! - before[l]!.readIn[i]!) / (2 * h);
        expect(Math.abs(rate - one)).toBeLessThan(1e-6 * Math.hypot(...product.readIn));
      }
    }
  });

  it("refuses directions that do not fit", () => {
    const stack = { layers: [{ preconditioner: Matrix.eye(2) }], loops: 2 };
    const ask = (directions: { preconditioner: Matrix }[]) => () =>
      gdPlusPlusStackHessianProduct({ dim: 2, contextLength: 5 }, stack, directions);
    expect(ask([])).toThrow(ArgumentError);
    expect(ask([])).toThrow(/directions must be one for each of 1 layers, got 0/);
    expect(ask([{ preconditioner: Matrix.eye(3) }])).toThrow(/directions\[0\]\.preconditioner/);
  });
});

describe("the GD++ optimum", () => {
  const dim = 2;
  const setting = { dim, contextLength: 20 };
  const found = gdPlusPlusOptimum({ ...setting, loops: 2 }).layers[0]!;
  // Fewer digits: the signs are those of a point within 2⁻²⁴, far inside what the curvatures allow.
  const short = (value: number) => Math.round(value * 2 ** 24) / 2 ** 24;
  const optimum = { stepSize: short(found.stepSize), covariateValue: short(found.covariateValue) };
  const stack = {
    layers: [
      {
        preconditioner: Matrix.eye(dim).mul(optimum.stepSize),
        covariateValue: Matrix.eye(dim).mul(optimum.covariateValue),
      },
    ],
    loops: 2,
  };

  it("is a strict minimum over all matrices, by exact signs; doubles see the same spectrum", () => {
    const exact = isotropicGdPlusPlusCurvature(
      setting,
      [
        {
          stepSize: Rational.fromNumber(optimum.stepSize),
          covariateValue: Rational.fromNumber(optimum.covariateValue),
        },
      ],
      2,
    );
    expect(exact.verdict).toBe("minimum");
    const point = gdPlusPlusCriticalPoint(setting, stack);
    expect(point.verdict).toBe("minimum");
    expect(point.gradientNorm).toBeLessThan(1e-5);
    const { hessian } = point;
    expect(hessian.coupling).toBeLessThan(1e-9);
    const spectrum = (sectors: (typeof exact.scalar)[]) =>
      sectors
        .flatMap(({ block, multiplicity }) => {
          const rounded = new Matrix(block.map((row) => row.map((entry) => entry.toNumber())));
          return symmetricEigen(rounded).values.flatMap((value) =>
            new Array<number>(multiplicity).fill(value),
          );
        })
        .sort((a, b) => a - b);
    const expected = {
      symmetric: spectrum([exact.scalar, exact.tracelessSymmetric]),
      antisymmetric: spectrum([exact.antisymmetric]),
    };
    for (const sector of ["symmetric", "antisymmetric"] as const) {
      const found = hessian.sectors[sector].eigenvalues;
      expect(found).toHaveLength(expected[sector].length);
      for (const [k, value] of found.entries()) {
        expect(relative(value, expected[sector][k]!)).toBeLessThan(1e-8);
      }
    }
  });

  it("leaves untied layers' unread C out of the verdict", () => {
    const layer = stack.layers[0]!;
    const untied = { layers: [layer, layer], loops: 1 };
    // Weights that stay the same for both layers are stationary, but untied layers do better.
    const { verdict, flatDimension } = gdPlusPlusCriticalPoint(setting, untied);
    expect(flatDimension).toBe(dim * dim);
    expect(verdict).not.toBe("undecided");
  });
});

describe("gdPlusPlusCriticalPoint of gradient descent", () => {
  it.each([
    { dim: 2, contextLength: 20, verdict: "saddle" },
    { dim: 2, contextLength: 10, verdict: "minimum" },
  ] as const)(
    "finds the antisymmetric saddle of b*I from n₀ = 15 on: %j",
    ({ verdict, ...setting }) => {
      const law = { ...setting, loops: 2 };
      const step = isotropicOptimum(law).stepSize.toNumber();
      const stack = { layers: [{ preconditioner: Matrix.eye(2).mul(step) }], loops: 2 };
      const point = gdPlusPlusCriticalPoint(setting, stack);
      expect(point.verdict).toBe(verdict);
      const { curvature, sign } = antisymmetricCurvatureAtOptimum(law);
      const [found] = point.hessian.sectors.antisymmetric.eigenvalues;
      expect(Math.abs(found! - curvature.toNumber())).toBeLessThan(1e-11);
      const [rotation] = point.hessian.sectors.antisymmetric.directions;
      const along = rotation!.map(({ preconditioner }) => ({ preconditioner }));
      expect(gdPlusPlusCurvatureAlong(setting, stack, along).sign).toBe(sign);
    },
  );
});

describe("dense Hessians", () => {
  it("hold the products, and couple the sectors away from symmetric weights", () => {
    const setting = { dim: 2, contextLength: 9 };
    const preconditioner = randomMatrix(2, 0.4, "dense");
    const stack = { layers: [{ preconditioner }], loops: 3 };
    const { basis, matrix, coupling } = gdPlusPlusStackHessian(setting, stack);
    expect(coupling).toBeGreaterThan(1e-3);
    const way = basis[3]!.map((layer) => ({ preconditioner: layer.preconditioner }));
    const [product] = gdPlusPlusStackHessianProduct(setting, stack, way);
    for (const [i, [one]] of basis.entries()) {
      const entry = inner(one!.preconditioner, product!.preconditioner);
      expect(Math.abs(matrix.get(i, 3) - entry)).toBeLessThan(1e-12);
    }
  });

  it("of full layers keep what lies between covariates and label apart at block diagonal weights", () => {
    const setting = { dim: 1, contextLength: 5, noiseVariance: 0.2 };
    const layer = { value: Matrix.diag([0.3, 1]), keyQuery: Matrix.diag([-0.7, 0.1]) };
    const { sectors, coupling } = fullStackHessian(setting, { layers: [layer], loops: 1 });
    expect(coupling).toBeLessThan(1e-13);
    expect(sectors.symmetric.eigenvalues).toHaveLength(4);
    expect(sectors.antisymmetric.eigenvalues).toHaveLength(0);
    expect(sectors.between.eigenvalues).toHaveLength(4);
  });
});

describe("isotropicGdPlusPlusCurvature", () => {
  it("sees that b*I with C = 0 is no minimum of GD++, and knows one layer and one dimension", () => {
    const law = { dim: 1, contextLength: 20 };
    const stepSize = isotropicOptimum({ ...law, loops: 1 }).stepSize;
    const layer = {
      stepSize: Rational.fromNumber(stepSize.toNumber()),
      covariateValue: Rational.ZERO,
    };
    const one = isotropicGdPlusPlusCurvature(law, [layer], 1);
    expect(one.verdict).toBe("minimum");
    expect(one.antisymmetric.multiplicity).toBe(0);
    // d²/db² of 1 − 2b + b² (n + 2)/n.
    expect(one.scalar.block[0]![0]!.toString()).toBe("11/5");
    expect(() =>
      isotropicGdPlusPlusCurvature({ ...law, covariance: 1 } as never, [layer], 1),
    ).toThrow(/setting must be whitened/);
  });

  it("calls a point a saddle by its exact signs", () => {
    const half = { stepSize: Rational.of(4, 5), covariateValue: Rational.ZERO };
    const { verdict, antisymmetric } = isotropicGdPlusPlusCurvature(
      { dim: 2, contextLength: 200 },
      [half],
      2,
    );
    expect(verdict).toBe("saddle");
    expect(antisymmetric.negative).toBeGreaterThan(0);
  });
});

describe("full layers' second derivatives", () => {
  const draw = (size: number, label: string) => ({
    value: randomMatrix(size, 0.4, `${label} P`),
    keyQuery: randomMatrix(size, 0.4, `${label} Q`),
  });

  it("are differences of losses along a line, to a proven error: one layer, d = 2", () => {
    const setting = anyLaw(2, 4);
    const stack = { layers: [draw(3, "full")], loops: 1 };
    const way = draw(3, "full direction");
    const [product] = fullStackHessianProduct(setting, stack, [way]);
    const along = inner(way.value, product!.value) + inner(way.keyQuery, product!.keyQuery);
    const { value, errorBound, sign } = fullStackCurvatureAlong(setting, stack, [way]);
    expect(Math.abs(value - along)).toBeLessThan(errorBound + 1e-12 * Math.abs(along));
    expect(errorBound).toBeLessThan(1e-6 * Math.abs(value));
    expect(sign).toBe(Math.sign(along));
  });

  it("are differences of gradients: two loops, d = 1", () => {
    const setting = { dim: 1, contextLength: 6, noiseVariance: 0.1 };
    const start = draw(2, "loops");
    const way = draw(2, "loops direction");
    const at = (s: number) => ({
      layers: [
        {
          value: Matrix.add(start.value, Matrix.mul(way.value, s)),
          keyQuery: Matrix.add(start.keyQuery, Matrix.mul(way.keyQuery, s)),
        },
      ],
      loops: 2,
    });
    const [product] = fullStackHessianProduct(setting, at(0), [way]);
    const h = 1e-4;
    const [after] = fullStackGradient(setting, at(h)).layers;
    const [before] = fullStackGradient(setting, at(-h)).layers;
    for (const name of ["value", "keyQuery"] as const) {
      const difference = Matrix.sub(after![name], before![name]).mul(1 / (2 * h));
      const error = Matrix.sub(difference, product![name]).norm("frobenius");
      expect(error).toBeLessThan(1e-5 * product![name].norm("frobenius"));
    }
  });

  it("judge Ahn et al.'s one-layer optimum: no descent direction; gauge and unread entries are flat", () => {
    const setting = { dim: 2, contextLength: 6, noiseVariance: 0.1 };
    const covariance = Matrix.eye(2);
    const { preconditioner } = oneLayerOptimum({
      ...setting,
      covariance,
      taskCovariance: covariance,
    });
    const layer = {
      value: Matrix.zeros(3, 3).set(2, 2, 1),
      keyQuery: Matrix.zeros(3, 3).setSubMatrix(Matrix.mul(preconditioner, -1), 0, 0),
    };
    const point = fullStackCriticalPoint(setting, { layers: [layer], loops: 1 });
    expect(point.gradientNorm).toBeLessThan(1e-12);
    expect(point.verdict).not.toBe("saddle");
    // P above its last row: 6; Q's last column: 3; the gauge: 1.
    expect(point.flatDimension).toBe(10);
    expect(point.hessian.coupling).toBeLessThan(1e-12);
  });
});
