/**
 * Polynomials with integer coefficients: a map from packed exponents, Σ e_i 64^i, to coefficients
 * that are not zero. Variables 0 … 3 are ordinary; powers of the fifth beyond its square are dropped.
 */
export type Polynomial = ReadonlyMap<number, bigint>;

const BASE = 64;
const VARIABLES = 5;
export const INFINITESIMAL = 4;

/** Terms that one check may make, some minutes of them; `left` of the current one. */
export const MOST_WORK = 100_000_000;
export const work = { left: MOST_WORK };

export const unit = (index: number): number => BASE ** index;
export const constant = (value: bigint): Polynomial => new Map(value === 0n ? [] : [[0, value]]);
export const variable = (index: number): Polynomial => new Map([[unit(index), 1n]]);
export const exponent = (key: number, index: number): number =>
  Math.floor(key / unit(index)) % BASE;

export function degree(of: Polynomial, index: number): number {
  let highest = 0;
  for (const key of of.keys()) highest = Math.max(highest, exponent(key, index));
  return highest;
}

function accumulate(sum: Map<number, bigint>, key: number, value: bigint): void {
  const total = (sum.get(key) ?? 0n) + value;
  if (total === 0n) sum.delete(key);
  else sum.set(key, total);
}

/** Σ value·(monomial), each term replaced by what `to` makes of it. */
export function substitute(
  of: Polynomial,
  to: (key: number, value: bigint) => Iterable<readonly [number, bigint]>,
): Polynomial {
  const result = new Map<number, bigint>();
  for (const [key, value] of of) {
    if (work.left < 0) throw new Error("the check takes more work than the checker spends on one");
    for (const [newKey, newValue] of to(key, value)) {
      accumulate(result, newKey, newValue);
      work.left -= 1;
    }
  }
  return result;
}

/** a + factor·b */
export function add(a: Polynomial, b: Polynomial, factor = 1n): Polynomial {
  const sum = new Map(a);
  for (const [key, value] of b) accumulate(sum, key, factor * value);
  return sum;
}

export function multiply(a: Polynomial, b: Polynomial): Polynomial {
  for (let index = 0; index < VARIABLES; index++) {
    if (degree(a, index) + degree(b, index) >= BASE) throw new Error("a degree exceeds 63");
  }
  return substitute(a, (i, x) =>
    [...b]
      .filter(([j]) => exponent(i + j, INFINITESIMAL) <= 2)
      .map(([j, y]): [number, bigint] => [i + j, x * y]),
  );
}

export function power(base: Polynomial, count: number): Polynomial {
  return count === 0 ? constant(1n) : multiply(power(base, count - 1), base);
}

export function derivative(of: Polynomial, index: number): Polynomial {
  return substitute(of, (key, value) => {
    const e = exponent(key, index);
    return e === 0 ? [] : [[key - unit(index), value * BigInt(e)]];
  });
}

/** P/(x_i − x_j) for a P that changes sign when x_i and x_j change places. */
export function dividedDifference(of: Polynomial, i: number, j: number): Polynomial {
  return substitute(of, (key, value) => {
    const [a, b] = [exponent(key, i), exponent(key, j)];
    if (of.get(key + (b - a) * (unit(i) - unit(j))) !== -value)
      throw new Error("not antisymmetric");
    // (x^a y^b − x^b y^a)/(x − y) = Σ_k x^{b+k} y^{a−1−k}, k < a − b: once for each such pair.
    const count = Math.max(a - b, 0);
    return Array.from({ length: count }, (_, k): [number, bigint] => [
      key + (b + k - a) * unit(i) + (a - 1 - k - b) * unit(j),
      value,
    ]);
  });
}
