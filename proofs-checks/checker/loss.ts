import { choose } from "./bernstein.js";
import { ExpectedTraces, type Letters } from "./expected-trace.js";
import { add, constant, multiply, type Polynomial, power } from "./polynomial.js";

/** E tr W^k for k = 0 … count, W = nS a d×d Wishart matrix. */
export function moments(dim: bigint, contextLength: bigint, count: number): bigint[] {
  const n = constant(contextLength);
  const traces = new ExpectedTraces({ kind: "symmetric", n, traceOf: () => constant(dim) });
  return Array.from({ length: count + 1 }, (_, k) => traces.of(new Array(k).fill("")).get(0)!);
}

/** n^{2L} ℓ(bI) = Σ C(2L,k) (−b)^k m_k n^{2L−k}, a polynomial in b. */
export function isotropicLoss(dim: bigint, contextLength: bigint, loops: number): Polynomial {
  const scales = moments(dim, contextLength, 2 * loops).map(
    (moment, k) => signed(2 * loops, k) * moment * contextLength ** BigInt(2 * loops - k),
  );
  return new Map(scales.entries());
}

/**
 * (nq)^{2L} times the loss E ‖(I − SB/q)^L‖² = Σ C(L,i) C(L,j) (−1)^{i+j} E tr (SB/q)^i (BᵀS/q)^j of
 * the matrix B that the letters stand for.
 */
export function lossOf(letters: Letters, q: bigint, loops: number): Polynomial {
  const expected = new ExpectedTraces(letters);
  let sum = constant(0n);
  for (let i = 0; i <= loops; i++) {
    for (let j = 0; j <= loops; j++) {
      const gaps = [...new Array<string>(i).fill("B"), ...new Array<string>(j).fill("b")];
      // tr (WB)^i (BᵀW)^j: no W parts the last B from the first Bᵀ, nothing the last W from the first.
      const joined = [...gaps.slice(0, i - 1), "Bb", ...gaps.slice(i + 1), ""];
      const scale = power(multiply(letters.n, constant(q)), 2 * loops - i - j);
      const weight = signed(loops, i) * signed(loops, j);
      sum = add(sum, multiply(expected.of(i > 0 && j > 0 ? joined : gaps), scale), weight);
    }
  }
  return sum;
}

/** (−1)^k C(size, k) */
function signed(size: number, k: number): bigint {
  return (k % 2 === 0 ? 1n : -1n) * choose(size, k);
}
