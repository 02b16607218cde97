import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from "ml-matrix";
import { ArgumentError, Description } from "../errors.js";

export { Matrix };

/**
 * Throws unless `matrix` is symmetric positive definite.
 *
 * Accuracy.     symmetry to 1e−12 of the largest entry; definiteness by Cholesky in doubles
 * Throws.       ArgumentError when it is not square, not symmetric or not positive definite
 */
export function requirePositiveDefinite(where: string, argument: string, matrix: Matrix): void {
  const { rows, columns } = matrix;
  const requirement = "symmetric positive definite";
  const refuse = (got: string) => {
    throw new ArgumentError(where, argument, requirement, new Description(got));
  };
  if (rows !== columns || rows === 0) refuse(`a ${rows}×${columns} matrix`);
  const scale = matrix.clone().abs().max();
  if (!Number.isFinite(scale) || Number.isNaN(matrix.sum()))
    refuse("a matrix with a non-finite entry");
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(matrix.get(i, j) - matrix.get(j, i)) > 1e-12 * scale) {
        refuse(`entry (${i},${j}) = ${matrix.get(i, j)} but (${j},${i}) = ${matrix.get(j, i)}`);
      }
    }
  }
  if (!new CholeskyDecomposition(matrix).isPositiveDefinite()) {
    const smallest = Math.min(...symmetricEigen(matrix).values);
    refuse(`smallest eigenvalue ${smallest.toPrecision(6)}`);
  }
}

/** Eigenvalues (ascending) and orthonormal eigenvectors (columns) of a symmetric matrix. */
export function symmetricEigen(matrix: Matrix): { values: number[]; vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  return { values: realEigenvalues, vectors: eigenvectorMatrix };
}
