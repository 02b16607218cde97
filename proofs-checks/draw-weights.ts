import { Matrix, matrixFrom } from "../src/numeric/matrix.js";
import type { Stream } from "../src/random/stream.js";

/** A preconditioner ½I + Gaussian noise of Frobenius norm about √d/4: never symmetric for d > 1. */
export function drawPreconditioner(dim: number, stream: Stream): Matrix {
  return drawMatrix(dim, 0.25 / Math.sqrt(dim), stream).add(Matrix.eye(dim).mul(0.5));
}

/** A square matrix of independent centred normal entries. */
export function drawMatrix(size: number, standardDeviation: number, stream: Stream): Matrix {
  return matrixFrom(size, size, stream.normals(size * size)).mul(standardDeviation);
}
