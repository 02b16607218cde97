import { EigenvalueDecomposition } from "ml-matrix";
import { NumericalError } from "../../errors.js";
import { Matrix } from "../../numeric/matrix.js";
import type { Spectrum } from "./spectrum.js";

/** One eigenvalue; a complex pair is two of them. */
export interface Eigenvalue {
  readonly re: number;
  readonly im: number;
}

/** Eigenvalues of a real matrix, by falling imaginary part, then rising real part. */
export function eigenvaluesOf(matrix: Matrix): Eigenvalue[] {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(matrix);
  return realEigenvalues
    .map((re, i) => ({ re, im: imaginaryEigenvalues[i]! }))
    .sort((a, b) => b.im - a.im || a.re - b.re);
}

/** The spectrum of the normal matrix with the eigenvalues of this one. */
export function spectrumOf(matrix: Matrix): Spectrum<number> {
  const eigenvalues = eigenvaluesOf(matrix);
  const upper = eigenvalues.filter(({ im }) => im > 0);
  const real = eigenvalues.filter(({ im }) => im === 0);
  const coordinates = [...upper.flatMap(({ re, im }) => [re, im]), ...real.map(({ re }) => re)];
  if (coordinates.length !== matrix.rows) {
    throw new NumericalError("spectrumOf: complex eigenvalues of a real matrix came without pairs");
  }
  return { planes: upper.length, coordinates };
}

/** ‖BBᵀ − BᵀB‖_F: 0 exactly for normal matrices. */
export function normalityDefect(matrix: Matrix): number {
  const transposed = matrix.transpose();
  return Matrix.sub(matrix.mmul(transposed), transposed.mmul(matrix)).norm("frobenius");
}
