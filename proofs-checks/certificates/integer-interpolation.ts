import { NumericalError } from "../../src/errors.js";

/**
 * The polynomial with integer coefficients that has the given values at 0, 1, 2, …
 *
 * Statement.    Newton: Σ Δ^k(0) C(x, k), constant term first, without leading zeros
 * Accuracy.     exact
 * Throws.       NumericalError when the coefficients are not integers
 */
export function interpolateIntegers(values: readonly bigint[]): bigint[] {
  const differences: bigint[] = [];
  for (let row = [...values]; row.length > 0; row = row.slice(1).map((v, i) => v - row[i]!)) {
    differences.push(row[0]!);
  }
  const degree = differences.findLastIndex((difference) => difference !== 0n);
  let scale = 1n;
  for (let k = 2; k <= degree; k++) scale *= BigInt(k);
  // degree!·C(x, k): multiplied by (x − k)/(k + 1) from one to the next.
  let basis = [scale];
  const sum = new Array<bigint>(degree + 1).fill(0n);
  for (let k = 0; k <= degree; k++) {
    for (const [i, coefficient] of basis.entries()) sum[i]! += differences[k]! * coefficient;
    const next = new Array<bigint>(basis.length + 1).fill(0n);
    for (const [i, coefficient] of basis.entries()) {
      next[i + 1]! += coefficient;
      next[i]! -= BigInt(k) * coefficient;
    }
    basis = next.map((coefficient) => coefficient / BigInt(k + 1));
  }
  if (sum.some((coefficient) => coefficient % scale !== 0n)) {
    throw new NumericalError("interpolateIntegers: the values are not those of such a polynomial");
  }
  return sum.map((coefficient) => coefficient / scale);
}
