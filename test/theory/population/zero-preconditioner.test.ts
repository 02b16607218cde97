import { describe, expect, it, test } from "vitest";
import { Matrix } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { boundedPopulationGradient } from "../../../src/theory/population/bounded-gradient.js";
import { exactPopulationGradient } from "../../../src/theory/population/exact-gradient.js";
import { normalLoss } from "../../../src/theory/population/normal-loss.js";
import { populationGradient } from "../../../src/theory/population/population-gradient.js";
import {
  populationHessian,
  populationHessianProduct,
} from "../../../src/theory/population/population-hessian.js";

// By hand: ℓ(bI) = E tr (I − bS)^{2L}, so that at b = 0 the slope is −2L E tr S = −2Ld and the curvature
// 2L(2L − 1) E tr S² = 2L(2L − 1) d(n + d + 1)/n.
describe.each([
  { dim: 2, contextLength: 3, loops: 1 },
  { dim: 3, contextLength: 5, loops: 2 },
])("a model that does nothing, $dim dimensions, $loops loops", ({ loops, ...setting }) => {
  const { dim, contextLength } = setting;
  const zero = { preconditioners: [Matrix.zeros(dim, dim)], loops };
  const slope = Matrix.eye(dim).mul(-2 * loops);

  it("has the gradient −2L I by every route", () => {
    const floats = populationGradient(setting, zero);
    expect(floats.value).toBe(dim);
    expect(Matrix.sub(floats.preconditioners[0]!, slope).norm("frobenius")).toBeLessThan(1e-13);
    const bounded = boundedPopulationGradient(setting, zero);
    expect(Matrix.sub(bounded.preconditioners[0]!, slope).norm("frobenius")).toBeLessThanOrEqual(
      bounded.errorBounds[0]!,
    );
    const exact = exactPopulationGradient(setting, zero);
    expect(exact.loss.equals(Rational.of(dim))).toBe(true);
    expect(exact.preconditioners[0]!.map((row) => row.map((entry) => entry.toNumber()))).toEqual(
      slope.to2DArray().map((row) => row.map((entry) => entry + 0)),
    );
  });

  it("has the curvature 2L(2L − 1) E tr S² along I", () => {
    const [product] = populationHessianProduct(setting, zero, [Matrix.eye(dim)]);
    const squares = (dim * (contextLength + dim + 1)) / contextLength;
    expect(product!.trace() / (2 * loops * (2 * loops - 1) * squares)).toBeCloseTo(1, 12);
  });

  it("leaves nothing to a direction of zero", () => {
    const [product] = populationHessianProduct(setting, zero, [Matrix.zeros(dim, dim)]);
    expect(product!.norm("frobenius")).toBe(0);
  });
});

describe("what leaves the finite numbers is no result", () => {
  const setting = { dim: 2, contextLength: 3 };
  const huge = { preconditioners: [Matrix.eye(2).mul(1e160)], loops: 2 };

  test.each([
    [/populationGradient: the gradient left/, () => populationGradient(setting, huge)],
    [
      /populationHessianProduct: the product left/,
      () => populationHessianProduct(setting, huge, [Matrix.eye(2)]),
    ],
    [
      /normalLoss: the loss is not finite/,
      () => normalLoss({ ...setting, loops: 2 }, { planes: [], reals: [1e160, 1e160] }),
    ],
  ])("%s", (message, compute) => {
    expect(compute).toThrow(message);
  });
});

describe("refused input", () => {
  const setting = { dim: 2, contextLength: 3 };
  const one = Rational.ONE;
  const weights = { preconditioners: [Matrix.eye(2)], loops: 1 };

  test.each([
    [
      /taskCovariance must be "inverse", "identity" or a matrix, got "Inverse"/,
      () => populationGradient({ ...setting, taskCovariance: "Inverse" as never }, weights),
    ],
    [
      /noiseVariance must be ≥ 0, got -1\/2/,
      () => populationGradient({ ...setting, noiseVariance: Rational.of(-1n, 2n) }, weights),
    ],
    [
      /preconditioners\[0\] must be a 2×2 matrix of finite numbers, got 2 rows of 2, 1 entries/,
      () => populationGradient(setting, { ...weights, preconditioners: [[[one, one], [one]]] }),
    ],
    [
      /covariance must be exactly symmetric, got fractions that differ across the diagonal/,
      () =>
        populationGradient(
          {
            ...setting,
            covariance: [
              [one, one],
              [Rational.ZERO, one],
            ],
          },
          weights,
        ),
    ],
    [
      /populationHessian: .*one/,
      () =>
        populationHessian(setting, {
          ...weights,
          preconditioners: [1, 2].map(() => Matrix.eye(2)),
        }),
    ],
  ])("%s", (message, compute) => {
    expect(compute).toThrow(message);
  });
});

test("an identity prior with a covariance, and a rational one, give the same gradient", () => {
  const weights = { preconditioners: [Matrix.diag([0.5, 0.25])], loops: 1 };
  const law = { dim: 2, contextLength: 3, covariance: Matrix.diag([2, 1]) };
  const rational = [
    [Rational.ONE, Rational.ZERO],
    [Rational.ZERO, Rational.ONE],
  ];
  const named = populationGradient({ ...law, taskCovariance: "identity" }, weights);
  const spelled = populationGradient({ ...law, taskCovariance: rational }, weights);
  expect(named.value).toBeCloseTo(spelled.value, 13);
  const apart = Matrix.sub(named.preconditioners[0]!, spelled.preconditioners[0]!);
  expect(apart.norm("frobenius")).toBeLessThan(1e-13);
});
