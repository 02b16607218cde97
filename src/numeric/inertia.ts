import type { Rational } from "./rational.js";

/** How many eigenvalues of a symmetric matrix are positive, negative and 0. */
export interface Inertia {
  readonly positive: number;
  readonly negative: number;
  readonly zero: number;
}

/**
 * Signs of the eigenvalues of a symmetric rational matrix.
 *
 * Statement.    Sylvester: congruences keep them; symmetric elimination leaves a diagonal
 * Accuracy.     exact
 */
export function inertia(matrix: readonly (readonly Rational[])[]): Inertia {
  let rest = matrix.map((row) => [...row]);
  let [positive, negative] = [0, 0];
  while (rest.length > 0) {
    let pivot = rest.findIndex((row, i) => row[i]!.sign() !== 0);
    if (pivot < 0) {
      const row = rest.findIndex((entries) => entries.some((entry) => entry.sign() !== 0));
      if (row < 0) break;
      // e_i + e_j in place of e_i: the diagonal gains 2 m_ij ≠ 0.
      const column = rest[row]!.findIndex((entry) => entry.sign() !== 0);
      rest[row] = rest[row]!.map((entry, j) => entry.plus(rest[column]![j]!));
      rest = rest.map((entries) =>
        entries.map((entry, j) => (j === row ? entry.plus(entries[column]!) : entry)),
      );
      pivot = row;
    }
    const head = rest[pivot]!;
    const diagonal = head[pivot]!;
    if (diagonal.sign() > 0) positive += 1;
    else negative += 1;
    const others = rest.map((_, i) => i).filter((i) => i !== pivot);
    const before = rest;
    rest = others.map((i) =>
      others.map((j) => before[i]![j]!.minus(before[i]![pivot]!.times(head[j]!).over(diagonal))),
    );
  }
  return { positive, negative, zero: matrix.length - positive - negative };
}
