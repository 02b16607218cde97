import { degree, exponent, type Polynomial, substitute, unit } from "./polynomial.js";

/** The interval from lower to upper, both over a positive denominator. */
export type Side = Readonly<Record<"lower" | "upper" | "denominator", bigint>>;

/**
 * A sign that a polynomial provably has all over a box, else 0. On the box it is a mean, with
 * positive weights, of its Bernstein coefficients: where all have one sign, so has the polynomial.
 */
export function signOn(polynomial: Polynomial, box: readonly Side[]): -1 | 0 | 1 {
  let coefficients = polynomial;
  let count = 1;
  for (const [axis, side] of box.entries()) {
    const last = degree(polynomial, axis);
    const powers = Array.from({ length: last + 1 }, (_, k) => bernsteinOfPower(side, k, last));
    coefficients = substitute(coefficients, (key, value) => {
      const k = exponent(key, axis);
      return powers[k]!.map((b, i): [number, bigint] => [key + (i - k) * unit(axis), value * b]);
    });
    count *= last + 1;
  }
  const values = [...coefficients.values()];
  // Coefficients that are 0 are not in the map.
  if (values.length < count) return 0;
  return values.every((value) => value > 0n) ? 1 : values.every((value) => value < 0n) ? -1 : 0;
}

/** Bernstein coefficients b_0 … b_last of x^k, times last!·denominator^last: its polar form. */
function bernsteinOfPower({ lower, upper, denominator }: Side, k: number, last: number): bigint[] {
  const scale = factorial(k) * factorial(last - k) * denominator ** BigInt(last - k);
  return Array.from({ length: last + 1 }, (_, i) => {
    let sum = 0n;
    for (let j = Math.max(0, k - last + i); j <= Math.min(i, k); j++) {
      const ways = choose(i, j) * choose(last - i, k - j);
      sum += ways * upper ** BigInt(j) * lower ** BigInt(k - j);
    }
    return scale * sum;
  });
}

const factorial = (k: number): bigint => (k < 2 ? 1n : BigInt(k) * factorial(k - 1));
export const choose = (n: number, k: number) => factorial(n) / (factorial(k) * factorial(n - k));
