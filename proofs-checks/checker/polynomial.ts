/**
 * Polynomials in four variables with integer coefficients: a map from packed exponents, Σ e_i 128^i, to
 * coefficients that are not zero.
 */
export type Polynomial = ReadonlyMap<number, bigint>;
type Term = readonly [key: number, value: bigint];

const BASE = 128;
/** Terms that the current check may still make: of 10^8, some minutes of them. */
export const work = { left: 1e8 };

export const unit = (index: number): number => BASE ** index;
export const constant = (value: bigint): Polynomial => new Map(value === 0n ? [] : [[0, value]]);
export const variable = (index: number): Polynomial => new Map([[unit(index), 1n]]);
export const exponent = (key: number, i: number) => Math.floor(key / unit(i)) % BASE;
export const degree = (of: Polynomial, index: number) =>
  [...of.keys()].reduce((highest, key) => Math.max(highest, exponent(key, index)), 0);

/** start + Σ of what `to` makes of each term. */
export function substitute(
  of: Polynomial,
  to: (key: number, value: bigint) => Iterable<Term>,
  start: Polynomial = new Map(),
): Polynomial {
  const sum = new Map(start);
  for (const [oldKey, oldValue] of of) {
    if (work.left < 0) throw new Error("the check takes more work than the checker spends on one");
    for (const [key, value] of to(oldKey, oldValue)) {
      work.left -= 1;
      const total = (sum.get(key) ?? 0n) + value;
      if (total === 0n) sum.delete(key);
      else sum.set(key, total);
    }
  }
  return sum;
}

/** a + factor·b */
export const add = (a: Polynomial, b: Polynomial, factor = 1n): Polynomial =>
  substitute(b, (key, value) => [[key, factor * value]], a);

export function multiply(a: Polynomial, b: Polynomial): Polynomial {
  const isTooHigh = [0, 1, 2, 3].some((index) => degree(a, index) + degree(b, index) >= BASE);
  if (isTooHigh) throw new Error("a degree exceeds 127");
  return substitute(a, (i, x) => [...b].map(([j, y]): Term => [i + j, x * y]));
}

export const times = (of: Polynomial, factor: bigint) => add(constant(0n), of, factor);
export const power = (base: Polynomial, count: number): Polynomial =>
  count === 0 ? constant(1n) : multiply(power(base, count - 1), base);

export const derivative = (of: Polynomial, index: number): Polynomial =>
  substitute(of, (key, value) => {
    const e = exponent(key, index);
    return e === 0 ? [] : [[key - unit(index), value * BigInt(e)]];
  });

/** P/(x_i − x_j) for a P that changes its sign when x_i and x_j change places, and then is divisible. */
export const dividedDifference = (of: Polynomial, i: number, j: number): Polynomial =>
  substitute(of, (key, value) => {
    const [a, b] = [exponent(key, i), exponent(key, j)];
    // (x^a y^b − x^b y^a)/(x − y) = Σ_k x^{b+k} y^{a−1−k}, k < a − b: once for each such pair.
    return Array.from({ length: Math.max(a - b, 0) }, (_, k): Term => {
      return [key + (b + k - a) * unit(i) + (a - 1 - k - b) * unit(j), value];
    });
  });
