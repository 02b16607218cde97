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
  if (!new CholeskyDecomposition(symmetricPart(matrix)).isPositiveDefinite()) {
    const smallest = Math.min(...symmetricEigen(symmetricPart(matrix)).values);
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

/** V f(Λ) Vᵀ for a symmetric matrix V Λ Vᵀ: inverse, square root and the like, exactly symmetric. */
export function symmetricFunction(matrix: Matrix, f: (eigenvalue: number) => number): Matrix {
  const { values, vectors } = symmetricEigen(matrix);
  const scaled = vectors.clone();
  values.forEach((value, column) => {
    scaled.mulColumn(column, f(value));
  });
  return symmetricPart(scaled.mmul(vectors.transpose()));
}

/** (M + Mᵀ)/2. */
export function symmetricPart(matrix: Matrix): Matrix {
  return Matrix.add(matrix, matrix.transpose()).mul(0.5);
}

/** (M − Mᵀ)/2. */
export function antisymmetricPart(matrix: Matrix): Matrix {
  return Matrix.sub(matrix, matrix.transpose()).mul(0.5);
}

/** Orthonormal bases (Frobenius) of the symmetric and of the antisymmetric d×d matrices. */
export function symmetryBases(dim: number): Record<"symmetric" | "antisymmetric", Matrix[]> {
  const symmetric: Matrix[] = [];
  const antisymmetric: Matrix[] = [];
  const half = Math.SQRT1_2;
  for (let i = 0; i < dim; i++) {
    symmetric.push(Matrix.zeros(dim, dim).set(i, i, 1));
    for (let j = 0; j < i; j++) {
      symmetric.push(Matrix.zeros(dim, dim).set(i, j, half).set(j, i, half));
      antisymmetric.push(Matrix.zeros(dim, dim).set(i, j, half).set(j, i, -half));
    }
  }
  return { symmetric, antisymmetric };
}

/** Lower Cholesky factor C, M = C Cᵀ, as a row-major Float64Array. */
export function choleskyFactor(matrix: Matrix): Float64Array {
  // ml-matrix refuses an asymmetry of one rounding.
  return flatten(new CholeskyDecomposition(symmetricPart(matrix)).lowerTriangularMatrix);
}

/** Entries of a matrix, row-major. */
export function flatten(matrix: Matrix): Float64Array {
  return Float64Array.from(matrix.to1DArray());
}

/** The matrix of row-major entries. */
export function matrixFrom(rows: number, columns: number, entries: ArrayLike<number>): Matrix {
  return Matrix.from1DArray(rows, columns, Array.from(entries));
}
