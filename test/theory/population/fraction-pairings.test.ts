import {
  add,
  type Fraction,
  fraction,
  identity,
  type Matrix,
  matrix,
  multiply,
  transpose,
} from "mathjs";
import { expect, it } from "vitest";
import { Rational } from "../../../src/numeric/rational.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";

// A second route to the exact loss that shares nothing with the engine: mathjs' Fraction matrices, and
// Isserlis' theorem leg by leg. With nS = Σ_i x_i x_iᵀ, E S_{a₁b₁} ⋯ S_{a_kb_k} is a sum over the
// pairings of the 2k legs, each n^{cycles − k} where paired legs have equal indices.

type Pairing = readonly (readonly [number, number])[];

function pairings(legs: readonly number[]): Pairing[] {
  const [first, ...rest] = legs;
  if (first === undefined) return [[]];
  return rest.flatMap((partner) =>
    pairings(rest.filter((leg) => leg !== partner)).map(
      (others): Pairing => [[first, partner], ...others],
    ),
  );
}

/** Cycles of a pairing, where the two legs of a factor hang together: each sums over one example. */
function cycles(pairing: Pairing): number {
  const factors = pairing.length;
  const parent = Array.from({ length: factors }, (_, i) => i);
  const root = (i: number): number => (parent[i] === i ? i : root(parent[i]!));
  for (const [a, b] of pairing) parent[root(a >> 1)] = root(b >> 1);
  return parent.filter((p, i) => p === i).length;
}

/** E tr(M₀ S M₁ S ⋯ M_{k−1} S) in fractions. */
function expectedTrace(matrices: readonly Matrix[], dim: number, n: number): Fraction {
  const k = matrices.length;
  let sum = fraction(0);
  for (const pairing of pairings(Array.from({ length: 2 * k }, (_, leg) => leg))) {
    const weight = fraction(n).pow(cycles(pairing) - k) as Fraction;
    for (let word = 0; word < dim ** k; word++) {
      const index: number[] = [];
      pairing.forEach(([a, b], p) => {
        index[a] = index[b] = Math.floor(word / dim ** p) % dim;
      });
      // Legs 2i and 2i+1 are row and column of the i-th S; M_i leads from the column before it.
      const product = matrices.reduce((value, entries, i) => {
        const row = index[(2 * i - 1 + 2 * k) % (2 * k)]!;
        return value.mul(entries.get([row, index[2 * i]!]) as unknown as Fraction);
      }, weight);
      sum = sum.add(product);
    }
  }
  return sum;
}

/** E‖(I − SB)²‖_F², expanded into its words. */
function twoLoopLoss(rows: readonly (readonly [number, number])[][], n: number): Fraction {
  const dim = rows.length;
  const B = matrix(rows.map((row) => row.map(([p, q]) => fraction(p, q))) as never);
  const one = multiply(identity(dim) as Matrix, fraction(1) as never) as unknown as Matrix;
  const transposed = transpose(B);
  let sum = fraction(dim);
  // (I − SB)ᵀ(I − SB)ᵀ(I − SB)(I − SB): each factor gives I or −BᵀS, −BᵀS, −SB, −SB.
  for (let choice = 1; choice < 16; choice++) {
    // What stands before each S; a trailing B joins the front, since the trace is cyclic.
    const before: Matrix[] = [];
    let pending = one;
    for (let factor = 0; factor < 4; factor++) {
      if ((choice >> factor) % 2 === 0) continue;
      if (factor < 2) pending = multiply(pending, transposed) as Matrix;
      before.push(pending);
      pending = factor < 2 ? one : B;
    }
    before[0] = multiply(pending, before[0]!) as Matrix;
    const sign = before.length % 2 === 0 ? 1 : -1;
    sum = sum.add(expectedTrace(before, dim, n).mul(sign));
  }
  return sum;
}

it.each([
  [
    "symmetric",
    [
      [
        [1, 2],
        [1, 5],
      ],
      [
        [1, 5],
        [2, 3],
      ],
    ],
    3,
  ],
  [
    "antisymmetric part",
    [
      [
        [2, 3],
        [-1, 4],
      ],
      [
        [3, 7],
        [1, 2],
      ],
    ],
    5,
  ],
  [
    "one example",
    [
      [
        [1, 3],
        [1, 9],
      ],
      [
        [-2, 7],
        [1, 4],
      ],
    ],
    1,
  ],
] as const)("two loops, %s: equal fractions", (_, rows, n) => {
  const expected = twoLoopLoss(rows as never, n);
  const weights = rows.map((row) => row.map(([p, q]) => Rational.of(p, q)));
  const { exact } = populationLoss(
    { dim: 2, contextLength: n },
    { preconditioners: [weights], loops: 2 },
  );
  expect(exact!.toString()).toBe(expected.toFraction());
});

it("adds fractions as mathjs does", () => {
  // Guards the route itself: were mathjs to fall back to doubles, 1/3 + 1/6 would not print so.
  expect((add(fraction(1, 3), fraction(1, 6)) as Fraction).toFraction()).toBe("1/2");
});
