import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import {
  choleskyFactor,
  Matrix,
  matrixFrom,
  requirePositiveDefinite,
  symmetricFunction,
} from "../../src/numeric/matrix.js";
import { testStream } from "../seed.js";

const check = (matrix: Matrix) => () => requirePositiveDefinite("test", "covariance", matrix);

describe("requirePositiveDefinite", () => {
  it("accepts an asymmetry of one rounding, as files have it", () => {
    const offDiagonal = 0.1 + 0.2;
    const matrix = new Matrix([
      [1, offDiagonal],
      [0.3, 1],
    ]);
    expect(matrix.get(0, 1)).not.toBe(matrix.get(1, 0));
    expect(check(matrix)).not.toThrow();
    expect(choleskyFactor(matrix)[2]).toBeCloseTo(0.3, 15);
  });

  it.each([
    [new Matrix([[1, 2, 3]]), /got a 1×3 matrix/],
    [Matrix.diag([1, -1]), /smallest eigenvalue -1\.0/],
    [Matrix.diag([1, 0]), /smallest eigenvalue 0/],
    [Matrix.diag([1, Number.NaN]), /non-finite entry/],
    [Matrix.diag([1, Number.POSITIVE_INFINITY]), /non-finite entry/],
    [
      new Matrix([
        [1, 0.5],
        [0.4, 1],
      ]),
      /entry \(1,0\) = 0\.4 but \(0,1\) = 0\.5/,
    ],
  ])("refuses %j", (matrix, message) => {
    expect(check(matrix)).toThrow(ArgumentError);
    expect(check(matrix)).toThrow(message);
  });
});

describe("factors of random positive definite matrices", () => {
  it.each([1, 2, 5, 12])("dim %i: C Cᵀ = M and √M √M = M to rounding", (dim) => {
    const factor = matrixFrom(
      dim,
      dim,
      testStream("factors")
        .split(dim)
        .normals(dim * dim),
    );
    const matrix = factor.mmul(factor.transpose()).add(Matrix.eye(dim));
    const lower = matrixFrom(dim, dim, choleskyFactor(matrix));
    const root = symmetricFunction(matrix, Math.sqrt);
    for (const product of [lower.mmul(lower.transpose()), root.mmul(root)]) {
      expect(Matrix.sub(product, matrix).norm()).toBeLessThan(1e-13 * dim * matrix.norm());
    }
  });
});
