import { ArgumentError, requireInteger, requirePositive } from "../errors.js";
import { flatten, Matrix, matrixFrom, symmetricPart } from "../numeric/matrix.js";
import type { Stream } from "../random/stream.js";

/** The diagonal covariance with the given spectrum, e.g. (1, 1, 0.25). */
export function diagonalCovariance(spectrum: readonly number[]): Matrix {
  spectrum.forEach((value, i) => {
    requirePositive("diagonalCovariance", `spectrum[${i}]`, value);
  });
  return Matrix.diag([...spectrum]);
}

/** The stationary AR(1) covariance, entry (i, j) = correlation^|i − j|. */
export function autoregressiveCovariance(dim: number, correlation: number): Matrix {
  requireInteger("autoregressiveCovariance", "dim", dim);
  if (!(Math.abs(correlation) < 1)) {
    throw new ArgumentError(
      "autoregressiveCovariance",
      "correlation",
      "strictly between -1 and 1",
      correlation,
    );
  }
  return matrixFrom(
    dim,
    dim,
    Array.from(
      { length: dim * dim },
      (_, k) => correlation ** Math.abs((k % dim) - Math.floor(k / dim)),
    ),
  );
}

/**
 * A covariance with a prescribed condition number in a random orientation.
 *
 * Statement.    Q diag(λ) Qᵀ with Q Haar-orthogonal and λ log-spaced from κ^{−1/2} to κ^{1/2}
 *               (geometric mean 1); for dim 1 the only condition number is 1 and the result is (1).
 */
export function conditionedCovariance(
  dim: number,
  conditionNumber: number,
  stream: Stream,
): Matrix {
  const spectrum = conditionedSpectrum(dim, conditionNumber);
  const rotation = randomRotation(dim, stream);
  return symmetricPart(rotation.mmul(Matrix.diag(spectrum)).mmul(rotation.transpose()));
}

/** The eigenvalues of `conditionedCovariance`, rising. */
export function conditionedSpectrum(dim: number, conditionNumber: number): number[] {
  requireInteger("conditionedCovariance", "dim", dim);
  if (!(Number.isFinite(conditionNumber) && conditionNumber >= 1)) {
    throw new ArgumentError(
      "conditionedCovariance",
      "conditionNumber",
      "a finite number ≥ 1",
      conditionNumber,
    );
  }
  if (dim === 1 && conditionNumber !== 1) {
    throw new ArgumentError(
      "conditionedCovariance",
      "conditionNumber",
      "1 when dim is 1",
      conditionNumber,
    );
  }
  return Array.from({ length: dim }, (_, i) =>
    dim === 1 ? 1 : conditionNumber ** (i / (dim - 1) - 0.5),
  );
}

/** A Haar-distributed orthogonal matrix: Gram–Schmidt (twice, for accuracy) on Gaussian rows. */
export function randomRotation(dim: number, stream: Stream): Matrix {
  const rows = flatten(matrixFrom(dim, dim, stream.normals(dim * dim)));
  for (let i = 0; i < dim; i++) {
    const row = rows.subarray(i * dim, (i + 1) * dim);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const earlier = rows.subarray(j * dim, (j + 1) * dim);
        const projection = earlier.reduce((sum, value, k) => sum + value * row[k]!, 0);
        earlier.forEach((value, k) => {
          row[k]! -= projection * value;
        });
      }
      const length = Math.hypot(...row);
      row.forEach((value, k) => {
        row[k] = value / length;
      });
    }
  }
  return matrixFrom(dim, dim, rows);
}
