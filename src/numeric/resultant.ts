import { ArgumentError } from "../errors.js";
import type { IntegerPolynomial } from "./integer-polynomial.js";

/**
 * Resultant of two integer polynomials: zero iff they have a common root, real or complex.
 *
 * Statement.    the determinant of the Sylvester matrix, by fraction-free elimination (Bareiss 1968)
 * Accuracy.     exact
 * Throws.       ArgumentError unless both have positive degree
 * @example resultant(IntegerPolynomial.of([-2n, 1n]), IntegerPolynomial.of([-6n, 1n, 1n]))  // → 0
 */
export function resultant(first: IntegerPolynomial, second: IntegerPolynomial): bigint {
  const [m, k] = [first.degree, second.degree];
  if (m < 1 || k < 1) {
    throw new ArgumentError("resultant", "polynomials", "of positive degree", `${m} and ${k}`);
  }
  const size = m + k;
  const row = ({ coefficients, degree }: IntegerPolynomial, shift: number) =>
    Array.from({ length: size }, (_, j) => coefficients[degree - (j - shift)] ?? 0n);
  return determinant([
    ...Array.from({ length: k }, (_, shift) => row(first, shift)),
    ...Array.from({ length: m }, (_, shift) => row(second, shift)),
  ]);
}

/** Overwrites its rows. */
function determinant(rows: bigint[][]): bigint {
  const size = rows.length;
  let sign = 1n;
  let previous = 1n;
  for (let k = 0; k < size - 1; k++) {
    const pivotRow = rows.findIndex((row, i) => i >= k && row[k] !== 0n);
    if (pivotRow < 0) return 0n;
    if (pivotRow !== k) {
      [rows[k], rows[pivotRow]] = [rows[pivotRow]!, rows[k]!];
      sign = -sign;
    }
    const pivot = rows[k]!;
    for (let i = k + 1; i < size; i++) {
      const row = rows[i]!;
      for (let j = k + 1; j < size; j++) {
        row[j] = (row[j]! * pivot[k]! - row[k]! * pivot[j]!) / previous;
      }
    }
    previous = pivot[k]!;
  }
  return sign * rows[size - 1]![size - 1]!;
}
