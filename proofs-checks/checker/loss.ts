import { choose } from "./bernstein.js";
import { ExpectedTraces, type Kind } from "./expected-trace.js";
import { add, constant, multiply, type Polynomial, power, times, variable } from "./polynomial.js";

/** What a block-diagonal matrix has on its diagonal: how often, and the rows of the block. */
export type Block = readonly [bigint, readonly (readonly Polynomial[])[]];

/** Trace of a product of the matrix, letter B, and its transpose, letter b. */
function traceOf(blocks: readonly Block[], letters: string): Polynomial {
  return blocks.reduce((sum, [count, rows]) => {
    const columns = rows.map((_, j) => rows.map((row) => row[j]!));
    const dot = (row: readonly Polynomial[], column: readonly Polynomial[]) =>
      row.reduce((total, entry, k) => add(total, multiply(entry, column[k]!)), constant(0n));
    let product = rows.map((_, i) => rows.map((__, j) => constant(i === j ? 1n : 0n)));
    for (const letter of letters) {
      const factor = letter === "B" ? columns : rows;
      product = product.map((row) => factor.map((column) => dot(row, column)));
    }
    return product.reduce((total, row, i) => add(total, row[i]!, count), sum);
  }, constant(0n));
}

/**
 * (nq)^{2L} times the loss E ‖(I − SB/q)^L‖² = Σ C(L,i) C(L,j) (−1)^{i+j} E tr (SB/q)^i (BᵀS/q)^j of a
 * block-diagonal B.
 */
export function lossOf(kind: Kind, blocks: readonly Block[], n: Polynomial, q: bigint, L: number) {
  const expected = new ExpectedTraces(kind, n, (letters) => traceOf(blocks, letters));
  const signed = (k: number) => (k % 2 === 0 ? 1n : -1n) * choose(L, k);
  let sum = constant(0n);
  for (let i = 0; i <= L; i++) {
    for (let j = 0; j <= L; j++) {
      const term = expected.of("WB".repeat(i) + "bW".repeat(j));
      const scale = power(times(n, q), 2 * L - i - j);
      sum = add(sum, multiply(term, scale), signed(i) * signed(j));
    }
  }
  return sum;
}

/** n^{2L} ℓ(bI), a polynomial in b. */
export const isotropicLoss = (dim: bigint, contextLength: bigint, L: number) =>
  lossOf("symmetric", [[dim, [[variable(0)]]]], constant(contextLength), 1n, L);

/** E tr W^k, W = nS a d×d Wishart matrix. */
export const moments = (dim: bigint, contextLength: bigint, count: number): bigint[] => {
  const traces = new ExpectedTraces("symmetric", constant(contextLength), () => constant(dim));
  return Array.from({ length: count + 1 }, (_, k) => traces.of("W".repeat(k)).get(0)!);
};
