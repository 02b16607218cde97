import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { ArgumentError } from "../../src/errors.js";
import { Matrix, requirePositiveDefinite, symmetricEigen } from "../../src/numeric/matrix.js";
import {
  autoregressiveCovariance,
  conditionedCovariance,
  diagonalCovariance,
  randomRotation,
} from "../../src/prompt/covariance-family.js";
import { anyStream } from "../arbitraries.js";
import { checkProperty, testStream } from "../seed.js";

test("diagonal: the spectrum, in order", () => {
  expect(diagonalCovariance([1, 1, 0.25]).to2DArray()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 0.25],
  ]);
});

test("AR(1): powers of the correlation, of either sign", () => {
  expect(autoregressiveCovariance(3, -0.5).to2DArray()).toEqual([
    [1, -0.5, 0.25],
    [-0.5, 1, -0.5],
    [0.25, -0.5, 1],
  ]);
  // det of an AR(1) covariance is (1 − ρ²)^{d−1}.
  const values = symmetricEigen(autoregressiveCovariance(5, 0.8)).values;
  expect(values.reduce((a, b) => a * b)).toBeCloseTo(0.36 ** 4, 12);
});

test("condition: spectrum log-spaced from κ^{−1/2} to κ^{1/2}, in any orientation", () => {
  checkProperty(
    fc.property(
      fc.integer({ min: 2, max: 8 }),
      fc.double({ min: 1, max: 1e4, noNaN: true }),
      anyStream,
      (dim, condition, stream) => {
        const covariance = conditionedCovariance(dim, condition, stream);
        requirePositiveDefinite("test", "covariance", covariance);
        symmetricEigen(covariance).values.forEach((value, i) => {
          const expected = condition ** (i / (dim - 1) - 0.5);
          // Eigenvalues err by rounding of the largest one.
          expect(Math.abs(value - expected)).toBeLessThan(1e-12 * Math.sqrt(condition));
        });
      },
    ),
  );
});

test("condition: two streams, two orientations; one dimension is (1)", () => {
  const [one, other] = ["a", "b"].map((name) => conditionedCovariance(3, 10, testStream(name)));
  expect(Matrix.sub(one!, other!).norm()).toBeGreaterThan(0.1);
  expect(conditionedCovariance(1, 1, testStream("a")).to2DArray()).toEqual([[1]]);
});

test("rotations are orthogonal to rounding", () => {
  checkProperty(
    fc.property(fc.integer({ min: 1, max: 12 }), anyStream, (dim, stream) => {
      const rotation = randomRotation(dim, stream);
      const defect = rotation.mmul(rotation.transpose()).sub(Matrix.eye(dim)).norm();
      expect(defect).toBeLessThan(1e-14 * dim);
    }),
  );
});

// Haar on O(3): E Q_ij = 0, E Q_ij² = 1/3, E Q_ij⁴ = 3/15, E Q₁₁²Q₂₂² = 2/15, E det Q = 0.
test("rotations are Haar-distributed, by moments", () => {
  const stream = testStream("haar");
  const { means, standardErrors } = sampleMeans(10_000, (index) => {
    const q = randomRotation(3, stream.split(index)).to2DArray();
    const determinant = q[0]!.reduce((sum, value, j) => {
      const [k, l] = [(j + 1) % 3, (j + 2) % 3];
      return sum + value * (q[1]![k]! * q[2]![l]! - q[1]![l]! * q[2]![k]!);
    }, 0);
    const squares = q.flat().map((value) => value ** 2);
    return [
      ...q.flat(),
      ...squares,
      ...squares.map((square) => square ** 2),
      squares[0]! * squares[4]!,
      determinant,
    ];
  });
  const expected = [
    ...new Array<number>(9).fill(0),
    ...new Array<number>(9).fill(1 / 3),
    ...new Array<number>(9).fill(1 / 5),
    2 / 15,
    0,
  ];
  means.forEach((mean, k) => {
    expect(Math.abs(mean - expected[k]!)).toBeLessThan(5 * standardErrors[k]! + 1e-12);
  });
});

describe("refused", () => {
  const stream = testStream("refused");
  test.each([
    ["a zero in the spectrum", () => diagonalCovariance([1, 0]), /spectrum\[1\]/],
    ["a negative entry", () => diagonalCovariance([-1]), /spectrum\[0\]/],
    ["NaN", () => diagonalCovariance([Number.NaN]), /spectrum\[0\]/],
    ["correlation 1", () => autoregressiveCovariance(3, 1), /correlation .* got 1/],
    ["correlation NaN", () => autoregressiveCovariance(3, Number.NaN), /correlation/],
    ["dim 0", () => autoregressiveCovariance(0, 0.5), /dim .* got 0/],
    ["condition below 1", () => conditionedCovariance(3, 0.9, stream), /conditionNumber/],
    ["condition ∞", () => conditionedCovariance(3, Number.POSITIVE_INFINITY, stream), /Number/],
    ["condition 2 in one dimension", () => conditionedCovariance(1, 2, stream), /1 when dim is 1/],
  ])("%s", (_, build, message) => {
    expect(build).toThrow(ArgumentError);
    expect(build).toThrow(message);
  });
});
