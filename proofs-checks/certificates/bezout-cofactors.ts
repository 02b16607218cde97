/**
 * Cofactors of a combination of two polynomials that is free of their variable.
 *
 * Statement.    U P + V Q = R with deg U < deg Q, deg V < deg P and R the resultant up to sign: the
 *               cofactors of the constant column of the Sylvester matrix
 * Conventions.  coefficients constant term first; `cofactors` are those of U, then of V
 * Accuracy.     exact
 */
export function bezoutCofactors(
  p: readonly bigint[],
  q: readonly bigint[],
): { readonly cofactors: bigint[]; readonly combination: bigint } {
  const size = p.length + q.length - 2;
  const shifted = (of: readonly bigint[], by: number) =>
    Array.from({ length: size }, (_, column) => of[column - by] ?? 0n);
  const rows = [
    ...Array.from({ length: q.length - 1 }, (_, i) => shifted(p, i)),
    ...Array.from({ length: p.length - 1 }, (_, i) => shifted(q, i)),
  ];
  const cofactors = rows.map((_, r) => {
    const minor = determinant(rows.toSpliced(r, 1).map((row) => row.slice(1)));
    return r % 2 === 0 ? minor : -minor;
  });
  const combination = rows.reduce((sum, row, r) => sum + row[0]! * cofactors[r]!, 0n);
  return { cofactors, combination };
}

/** Fraction-free elimination (Bareiss): every division is exact. */
function determinant(matrix: readonly (readonly bigint[])[]): bigint {
  const rows = matrix.map((row) => [...row]);
  let sign = 1n;
  let before = 1n;
  for (let k = 0; k < rows.length - 1; k++) {
    const pivot = rows.findIndex((row, i) => i >= k && row[k] !== 0n);
    if (pivot === -1) return 0n;
    if (pivot !== k) {
      [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
      sign = -sign;
    }
    const top = rows[k]!;
    for (const row of rows.slice(k + 1)) {
      const head = row[k]!;
      for (let j = k + 1; j < row.length; j++) {
        row[j] = (row[j]! * top[k]! - head * top[j]!) / before;
      }
    }
    before = top[k]!;
  }
  return sign * (rows.at(-1)?.at(-1) ?? 1n);
}
