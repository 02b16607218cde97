import { leastCommonMultiple } from "../../../numeric/integer.js";
import { Matrix } from "../../../numeric/matrix.js";
import { Rational } from "../../../numeric/rational.js";
import { ROUNDOFF } from "../../population/circuit/float-traces.js";
import { exactEntry, type RationalMatrix } from "../../population/setting.js";
import type { BoundedFactor } from "./float-program.js";

/** a·b of any fitting shapes. */
export function multiplyRationals(a: RationalMatrix, b: RationalMatrix): RationalMatrix {
  const [left, unitLeft] = overOneDenominator(a);
  const [right, unitRight] = overOneDenominator(b);
  const unit = unitLeft * unitRight;
  return left.map((row) =>
    right[0]!.map((_, j) => {
      let sum = 0n;
      for (const [k, entry] of row.entries()) if (entry !== 0n) sum += entry * right[k]![j]!;
      return Rational.of(sum, unit);
    }),
  );
}

/** a + b of one shape. */
export function addRationals(a: RationalMatrix, b: RationalMatrix): RationalMatrix {
  return a.map((row, i) => row.map((entry, j) => entry.plus(b[i]![j]!)));
}

/** factor·a. */
export function scaleRationals(a: RationalMatrix, factor: Rational): RationalMatrix {
  return a.map((row) => row.map((entry) => entry.times(factor)));
}

export function transposeRationals(a: RationalMatrix): RationalMatrix {
  return a[0]!.map((_, j) => a.map((row) => row[j]!));
}

/** The doubles or fractions of a matrix, exactly. */
export function toRationals(matrix: Matrix | RationalMatrix, rows: number, columns: number) {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => exactEntry(matrix, i, j)),
  );
}

/** The nearest doubles, with the distance that they can be off by. */
export function roundToDoubles(matrix: RationalMatrix): BoundedFactor {
  const rounded = new Matrix(matrix.map((row) => row.map((entry) => entry.toNumber())));
  const isExact = matrix.every((row, i) =>
    row.every((entry, j) => entry.equals(Rational.fromNumber(rounded.get(i, j)))),
  );
  return { matrix: rounded, error: isExact ? 0 : 2 * ROUNDOFF * rounded.norm("frobenius") };
}

function overOneDenominator(matrix: RationalMatrix): [bigint[][], bigint] {
  const unit = matrix
    .flat()
    .reduce((common, { denominator }) => leastCommonMultiple(common, denominator), 1n);
  const entries = matrix.map((row) =>
    row.map(({ numerator, denominator }) => numerator * (unit / denominator)),
  );
  return [entries, unit];
}

/** M⁻¹ of a positive definite matrix, by elimination. */
export function invertRationals(matrix: RationalMatrix): RationalMatrix {
  const dim = matrix.length;
  const rows = matrix.map((row, i) => [
    ...row,
    ...row.map((_, j) => (i === j ? Rational.ONE : Rational.ZERO)),
  ]);
  for (let k = 0; k < dim; k++) {
    const pivot = rows[k]![k]!;
    rows[k] = rows[k]!.map((entry) => entry.over(pivot));
    for (let i = 0; i < dim; i++) {
      const factor = rows[i]![k]!;
      if (i === k || factor.sign() === 0) continue;
      rows[i] = rows[i]!.map((entry, j) => entry.minus(factor.times(rows[k]![j]!)));
    }
  }
  return rows.map((row) => row.slice(dim));
}
