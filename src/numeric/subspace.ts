import { Matrix, symmetricEigen } from "./matrix.js";

/** Orthonormal bases, as columns, of a subspace and of its complement. */
export interface SplitSpace {
  readonly along: Matrix;
  readonly across: Matrix;
}

/** Singular values below this share of the largest count as 0. */
const RANK = 1e-6;

/** Orthonormal bases of the span of some vectors and of its complement. */
export function splitSpace(vectors: readonly (readonly number[])[], size: number): SplitSpace {
  const gram = Matrix.zeros(size, size);
  for (const vector of vectors) {
    const column = Matrix.columnVector([...vector]);
    gram.add(column.mmul(column.transpose()));
  }
  const { values, vectors: basis } = symmetricEigen(gram);
  // Vectors that are rounding alone span nothing.
  const threshold = Math.max(RANK ** 2 * values.at(-1)!, 2 ** -80);
  const firstAlong = values.findIndex((value) => value > threshold);
  const split = firstAlong < 0 ? size : firstAlong;
  const columns = (from: number, to: number) =>
    from === to ? new Matrix(size, 0) : basis.subMatrix(0, size - 1, from, to - 1);
  return { along: columns(split, size), across: columns(0, split) };
}
