import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";

test("defaults: identity, the inverse covariance, no noise", () => {
  const plain = promptDistribution({ dim: 2, contextLength: 5 });
  expect(plain.covariance.to2DArray()).toEqual(Matrix.eye(2).to2DArray());
  expect(plain.taskCovariance.to2DArray()).toEqual(Matrix.eye(2).to2DArray());
  expect(plain.noiseVariance).toBe(0);
  const covariance = Matrix.diag([4, 0.5]);
  const { taskCovariance } = promptDistribution({ dim: 2, contextLength: 5, covariance });
  expect(taskCovariance.mmul(covariance).sub(Matrix.eye(2)).norm()).toBeLessThan(1e-14);
});

describe("refused", () => {
  const good = { dim: 2, contextLength: 5 };
  test.each<[string, Parameters<typeof promptDistribution>[0], string]>([
    ["dim 0", { ...good, dim: 0 }, "dim must be a positive integer, got 0"],
    ["a fractional context", { ...good, contextLength: 2.5 }, "contextLength must be a positive"],
    ["NaN", { ...good, contextLength: Number.NaN }, "contextLength must be a positive integer"],
    ["negative noise", { ...good, noiseVariance: -1 }, "noiseVariance must be a finite number ≥ 0"],
    ["infinite noise", { ...good, noiseVariance: Number.POSITIVE_INFINITY }, "noiseVariance"],
    ["an empty pool", { ...good, taskPool: [] }, "taskPool must be at least one task, all of 2"],
    ["a pool of another size", { ...good, taskPool: [Float64Array.of(1)] }, "taskPool must be"],
    [
      "a Student law without fourth moments",
      { ...good, covariateLaw: { kind: "student", degreesOfFreedom: 4 } },
      "degreesOfFreedom must be finite and above 4, got 4",
    ],
    [
      "a mixture of one",
      { ...good, covariateLaw: { kind: "mixture", components: 1 } },
      "components must be an integer of at least 2, got 1",
    ],
    ["another size", { ...good, covariance: Matrix.eye(3) }, "covariance must be a 2×2 matrix"],
    ["a prior of another size", { ...good, taskCovariance: Matrix.eye(1) }, "taskCovariance must"],
    [
      "asymmetry",
      {
        ...good,
        covariance: new Matrix([
          [1, 0.5],
          [0, 1],
        ]),
      },
      "covariance must be symmetric positive definite, got entry (1,0) = 0 but (0,1) = 0.5",
    ],
    [
      "a singular prior",
      {
        ...good,
        taskCovariance: new Matrix([
          [1, 1],
          [1, 1],
        ]),
      },
      "taskCovariance must be symmetric positive definite",
    ],
    [
      "a NaN entry",
      {
        ...good,
        covariance: new Matrix([
          [1, Number.NaN],
          [Number.NaN, 1],
        ]),
      },
      "a matrix with a non-finite entry",
    ],
  ])("%s", (_, options, message) => {
    expect(() => promptDistribution(options)).toThrow(ArgumentError);
    expect(() => promptDistribution(options)).toThrow(message);
  });
});
