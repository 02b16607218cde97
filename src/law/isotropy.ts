import type { Matrix } from "../numeric/matrix.js";

/** Whether a matrix is cI, entry by entry. */
export function isMultipleOfIdentity(matrix: Matrix): boolean {
  const corner = matrix.get(0, 0);
  return matrix
    .to2DArray()
    .every((row, i) => row.every((value, j) => value === (i === j ? corner : 0)));
}
