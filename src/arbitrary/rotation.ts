import fc from "fast-check";
import { Matrix } from "../numeric/matrix.js";
import { printed } from "./printed.js";

/** Angles are multiples of this. */
const ANGLE = Math.PI / 8;

/**
 * Orthogonal matrices: a plane rotation by k·π/8 in every pair of coordinates, and a reflection or none.
 *
 * Shrinks to   the identity
 */
export function rotations(dim: number): fc.Arbitrary<Matrix> {
  const pairs = (dim * (dim - 1)) / 2;
  return fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 15 }), { minLength: pairs, maxLength: pairs }),
      fc.boolean(),
    )
    .map(([multiples, isReflected]) => {
      const rotation = Matrix.eye(dim);
      if (isReflected) rotation.mulRow(0, -1);
      let pair = 0;
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < i; j++) rotateRows(rotation, i, j, multiples[pair++]! * ANGLE);
      }
      return printed(rotation);
    });
}

function rotateRows(matrix: Matrix, i: number, j: number, angle: number): void {
  // Exactly the identity at angle 0, so that what shrinks there has entries 0 and 1.
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  for (let column = 0; column < matrix.columns; column++) {
    const [a, b] = [matrix.get(i, column), matrix.get(j, column)];
    matrix.set(i, column, cosine * a - sine * b);
    matrix.set(j, column, sine * a + cosine * b);
  }
}
