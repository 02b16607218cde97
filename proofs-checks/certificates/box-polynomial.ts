/**
 * A polynomial on a box by its Bernstein coefficients, up to a positive factor.
 *
 * Statement.    the polynomial lies between the least and the greatest coefficient; halving the box
 *               (de Casteljau) refines them
 * Accuracy.     exact
 */
export interface BoxPolynomial {
  /** Number of coefficients along each axis; the first axis runs fastest. */
  readonly sizes: readonly number[];
  readonly values: readonly bigint[];
}

/** A polynomial as its monomials: exponents along each axis, and the coefficient. */
export type Monomials = Iterable<readonly [readonly number[], bigint]>;

/** An interval with ends over one denominator. */
export interface Side {
  readonly lower: bigint;
  readonly upper: bigint;
  readonly denominator: bigint;
}

/** The Bernstein coefficients of a polynomial on a box. */
export function boxPolynomial(monomials: Monomials, box: readonly Side[]): BoxPolynomial {
  const terms = [...monomials];
  const sizes = box.map((_, axis) =>
    terms.reduce((most, [exponents]) => Math.max(most, exponents[axis]! + 1), 1),
  );
  const steps = sizes.map((_, axis) => sizes.slice(0, axis).reduce((all, size) => all * size, 1));
  const total = sizes.reduce((all, size) => all * size, 1);
  const values = new Array<bigint>(total).fill(0n);
  for (const [exponents, coefficient] of terms) {
    values[exponents.reduce((sum, e, axis) => sum + e * (steps[axis] ?? 0), 0)]! += coefficient;
  }
  for (const [axis, side] of box.entries()) {
    eachLine(sizes, axis, (indices) => {
      const line = toBernstein(
        indices.map((index) => values[index]!),
        side,
      );
      for (const [i, index] of indices.entries()) values[index] = line[i]!;
    });
  }
  return { sizes, values };
}

/** The polynomial on the lower and on the upper half of its box, halved along an axis. */
export function halves(
  { sizes, values }: BoxPolynomial,
  axis: number,
): readonly [BoxPolynomial, BoxPolynomial] {
  const lower = [...values];
  const upper = [...values];
  const last = sizes[axis]! - 1;
  eachLine(sizes, axis, (indices) => {
    const line = indices.map((index) => values[index]!);
    // Means without the division: after `step` rounds an entry is 2^step too large.
    for (let step = 0; step <= last; step++) {
      const shift = BigInt(last - step);
      lower[indices[step]!] = line[0]! << shift;
      upper[indices[last - step]!] = line[last - step]! << shift;
      for (let i = 0; i < last - step; i++) line[i]! += line[i + 1]!;
    }
  });
  return [
    { sizes, values: lower },
    { sizes, values: upper },
  ];
}

/** The sign of the polynomial all over the box where its coefficients prove one, else 0. */
export function provenSign({ values }: BoxPolynomial): -1 | 0 | 1 {
  const first = values[0]!;
  if (first > 0n) return values.every((value) => value > 0n) ? 1 : 0;
  return first < 0n && values.every((value) => value < 0n) ? -1 : 0;
}

/** From coefficients in x to Bernstein coefficients in t, x = lower + (upper − lower)t. */
function toBernstein(line: readonly bigint[], { lower, upper, denominator }: Side): bigint[] {
  const last = line.length - 1;
  const shifted = line.map((value, k) => value * denominator ** BigInt(last - k));
  for (let done = 0; done < last; done++) {
    for (let i = last - 1; i >= done; i--) shifted[i]! += lower * shifted[i + 1]!;
  }
  // last!·b_i = Σ_k C(i, k) k! (last − k)! a_k
  const scaled = shifted.map(
    (value, k) => value * (upper - lower) ** BigInt(k) * factorial(k) * factorial(last - k),
  );
  const row = [1n];
  return scaled.map((_, i) => {
    const sum = row.reduce((total, binomial, k) => total + binomial * scaled[k]!, 0n);
    for (let k = i; k > 0; k--) row[k]! += row[k - 1]!;
    row.push(1n);
    return sum;
  });
}

function eachLine(
  sizes: readonly number[],
  axis: number,
  visit: (indices: readonly number[]) => void,
): void {
  const step = sizes.slice(0, axis).reduce((all, size) => all * size, 1);
  const size = sizes[axis]!;
  const total = sizes.reduce((all, one) => all * one, 1);
  for (let start = 0; start < total; start++) {
    if (Math.floor(start / step) % size !== 0) continue;
    visit(Array.from({ length: size }, (_, i) => start + i * step));
  }
}

function factorial(k: number): bigint {
  let product = 1n;
  for (let i = 2n; i <= k; i++) product *= i;
  return product;
}
