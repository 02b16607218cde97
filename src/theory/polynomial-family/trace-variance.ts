import { HypothesisError, NumericalError } from "../../errors.js";
import type { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Rational } from "../../numeric/rational.js";
import { requireWishartSetting, type WishartSetting } from "../setting.js";
import { wishartMoments } from "../wishart-moments.js";

/** Smaller of dimension and context length beyond which the exact elimination takes long (rank 32: 2 s). */
const MAXIMAL_RANK = 32;

/**
 * Exact variance of tr f(W) for W = nS ~ W_d(n, I) and a polynomial f.
 *
 * Statement.    Var tr f = E Σ f(λ_i)² + tr X₂ − ½ tr X₁² over the r = min(n, d) non-zero eigenvalues,
 *               X_i = A₀⁻¹A_i, A(t) = A₀ + tA₁ + t²A₂ the antisymmetric matrix of
 *               ∬ sgn(y − x) x^j y^k φ(x)φ(y) over the eigenvalue weight, φ = 1 + tf, j, k < r, for odd r
 *               bordered by ∫ x^j φ
 * Hypotheses.   min(n, d) ≤ 32
 * Accuracy.     exact; f(x) = x gives 2nd, the variance of χ² with nd degrees of freedom
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond that rank
 * Source.       E Π φ(λ_i) = Pf A(t)/Pf A₀ (de Bruijn 1955) to second order in t, derived here; the
 *               integrals are rational multiples of one another by parts
 * @example traceVariance({ dim: 3, contextLength: 5 }, IntegerPolynomial.of([0n, 1n])).toString()
 * // → "30"
 */
export function traceVariance(setting: WishartSetting, f: IntegerPolynomial): Rational {
  const n = requireWishartSetting("traceVariance", setting);
  const d = BigInt(setting.dim);
  const [rank, length] = n < d ? [Number(n), d] : [setting.dim, n];
  if (rank > MAXIMAL_RANK) {
    throw new HypothesisError(
      `traceVariance: exact elimination reaches min(n, d) = ${MAXIMAL_RANK}, got ${rank}; sample instead`,
    );
  }
  if (f.degree < 1) return Rational.ZERO;
  const { base, first, second } = expandPfaffian(rank, length, f.coefficients);
  const { determinant, solution } = solve(base, first, second);

  const square = f.times(f).coefficients;
  const moments = wishartMoments(setting, 2 * f.degree);
  moments[0] = BigInt(rank);
  const squares = square.reduce((sum, c, k) => sum + c * moments[k]!, 0n);
  const size = base.length;
  let [linear, quadratic] = [0n, 0n];
  for (let i = 0; i < size; i++) {
    linear += solution[i]![size + i]!;
    for (let j = 0; j < size; j++) quadratic += solution[i]![j]! * solution[j]![i]!;
  }
  return Rational.of(squares)
    .plus(Rational.of(linear, determinant))
    .minus(Rational.of(quadratic, 2n * determinant * determinant));
}

/**
 * A₀, A₁, A₂ up to common factors that X_i does not see.
 *
 * With c = N − r + 1, N = max(n, d): J(a, b) = ∬ sgn(y − x) x^a y^b obeys
 * J(a+1, b) = (c + 2a) J(a, b) − 4 c(c+1)…(c+a+b−1), J(a, b) = −J(b, a); ∫ x^a = c(c+2)…(c+2a−2).
 */
function expandPfaffian(rank: number, length: bigint, f: readonly bigint[]) {
  const c = length - BigInt(rank) + 1n;
  const reach = rank + f.length - 1;
  const rising = [1n];
  for (let k = 0; k < 2 * reach; k++) rising.push(rising[k]! * (c + BigInt(k)));
  const pairs = Array.from({ length: reach }, () => new Array<bigint>(reach).fill(0n));
  for (let b = 0; b < reach; b++) {
    for (let a = b; a + 1 < reach; a++) {
      const value = (c + 2n * BigInt(a)) * pairs[a]![b]! - 4n * rising[a + b]!;
      pairs[a + 1]![b] = value;
      pairs[b]![a + 1] = -value;
    }
  }
  /** ∬ sgn(y − x) x^j f(x) y^b */
  const half = Array.from({ length: rank }, (_, j) =>
    Array.from({ length: reach }, (__, b) =>
      f.reduce((sum, coefficient, m) => sum + coefficient * pairs[j + m]![b]!, 0n),
    ),
  );
  const block = (entry: (j: number, k: number) => bigint) =>
    Array.from({ length: rank }, (_, j) => Array.from({ length: rank }, (__, k) => entry(j, k)));
  const base = block((j, k) => pairs[j]![k]!);
  const first = block((j, k) => half[j]![k]! - half[k]![j]!);
  const second = block((j, k) =>
    f.reduce((sum, coefficient, m) => sum + coefficient * half[j]![k + m]!, 0n),
  );
  if (rank % 2 === 1) {
    const single = [1n];
    for (let a = 0; a + 1 < reach; a++) single.push(single[a]! * (c + 2n * BigInt(a)));
    border(base, (j) => single[j]!);
    border(first, (j) => f.reduce((sum, coefficient, m) => sum + coefficient * single[j + m]!, 0n));
    border(second, () => 0n);
  }
  return { base, first, second };
}

/** Appends a column and its negative as a row. */
function border(matrix: bigint[][], column: (row: number) => bigint): void {
  const row = matrix.map((_, j) => -column(j));
  matrix.forEach((entries, j) => {
    entries.push(column(j));
  });
  matrix.push([...row, 0n]);
}

/** det A₀ and det A₀ · A₀⁻¹[A₁ A₂], by fraction-free Gauss–Jordan elimination. */
function solve(base: bigint[][], first: bigint[][], second: bigint[][]) {
  const rows = base.map((row, i) => [...row, ...first[i]!, ...second[i]!]);
  const size = rows.length;
  let last = 1n;
  for (let k = 0; k < size; k++) {
    const pivotRow = rows.findIndex((row, i) => i >= k && row[k] !== 0n);
    if (pivotRow < 0) throw new NumericalError("traceVariance: the Pfaffian matrix is singular");
    [rows[k], rows[pivotRow]] = [rows[pivotRow]!, rows[k]!];
    const pivot = rows[k]!;
    const diagonal = pivot[k]!;
    for (let i = 0; i < size; i++) {
      if (i === k) continue;
      const row = rows[i]!;
      const factor = row[k]!;
      rows[i] = row.map((entry, j) => (diagonal * entry - factor * pivot[j]!) / last);
    }
    last = diagonal;
  }
  return { determinant: last, solution: rows.map((row) => row.slice(size)) };
}
