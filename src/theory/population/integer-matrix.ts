import { leastCommonMultiple } from "../../numeric/integer.js";
import type { Matrix } from "../../numeric/matrix.js";
import type { Rational } from "../../numeric/rational.js";
import { exactEntry, type RationalMatrix } from "./setting.js";

/** entries/denominator, row-major: a rational matrix over one common denominator. */
export interface IntegerMatrix {
  readonly entries: readonly bigint[];
  readonly denominator: bigint;
}

/** The matrix over the least common denominator of its entries. */
export function integerMatrix(matrix: Matrix | RationalMatrix, dim: number): IntegerMatrix {
  const exact: Rational[] = [];
  for (let i = 0; i < dim; i++) for (let j = 0; j < dim; j++) exact.push(exactEntry(matrix, i, j));
  const denominator = exact.reduce(
    (common, value) => leastCommonMultiple(common, value.denominator),
    1n,
  );
  const entries = exact.map((value) => value.numerator * (denominator / value.denominator));
  return { entries, denominator };
}

/** a·b for row-major d×d integer entries. */
export function multiplyIntegers(
  a: readonly bigint[],
  b: readonly bigint[],
  dim: number,
): bigint[] {
  const result = new Array<bigint>(dim * dim);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) {
      let sum = 0n;
      for (let k = 0; k < dim; k++) {
        const factor = a[i * dim + k]!;
        if (factor !== 0n) sum += factor * b[k * dim + j]!;
      }
      result[i * dim + j] = sum;
    }
  }
  return result;
}

/** aᵀ for row-major d×d integer entries. */
export function transposeIntegers(a: readonly bigint[], dim: number): bigint[] {
  return a.map((_, k) => a[(k % dim) * dim + Math.floor(k / dim)]!);
}

/** The d×d identity. */
export function identityIntegers(dim: number): bigint[] {
  return Array.from({ length: dim * dim }, (_, k) => (k % (dim + 1) === 0 ? 1n : 0n));
}

/** tr(a·b) for row-major d×d integer entries. */
export function integerTrace(a: readonly bigint[], b: readonly bigint[], dim: number): bigint {
  let sum = 0n;
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) sum += a[i * dim + j]! * b[j * dim + i]!;
  }
  return sum;
}
