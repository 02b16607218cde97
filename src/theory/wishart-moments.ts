import { NumericalError, requireInteger } from "../errors.js";
import { leastCommonMultiple } from "../numeric/integer.js";
import { requireWishartSetting, type WishartSetting } from "./setting.js";

/**
 * Moments m₀ … m_count of a real Wishart matrix, m_k = E tr W^k for W = nS ~ W_d(n, I).
 *
 * Statement.    m₀ = d and, for k ≥ 1, m_k is a sum over the partitions λ = (a, b, 1^c) of k:
 *               m_k = u_k + 2k Σ (−1)^{c+1} (2(a−b)+1) u_a v_b z_c
 *                                / [(k+a−b+1)(k+a−b)(k−a+b)(k−a+b−1)],
 *               u_a = Π_{j<a} (n+2j)(d+2j)/(2j+1),
 *               v_b = Π_{j<b} (n−1+2j)(d−1+2j) / (2^{b−1}(b−1)!),
 *               z_c = Π_{i<c} (n−2−i)(d−2−i)/(i+1), over a ≥ b ≥ 1, c ≥ 0, a + b + c = k.
 * Conventions.  W is not divided by n: E tr S^k = m_k / n^k
 * Accuracy.     exact
 * Throws.       ArgumentError when a size is not a positive integer or count is negative
 * Source.       zonal expansion of tr W^k; derived here from
 *               2k Σ_λ [Π (2(j−1)−(i−1))][Π (n+…)(d+…)] / H(2λ) by writing out the hooks of 2λ
 * @example wishartMoments({ dim: 10, contextLength: 20 }, 2)  // → [10n, 200n, 6200n]
 */
export function wishartMoments(setting: WishartSetting, count: number): bigint[] {
  const n = requireWishartSetting("wishartMoments", setting);
  requireInteger("wishartMoments", "count", count, 0);
  const d = BigInt(setting.dim);
  if (count === 0) return [d];
  const rows = firstRowFactors(n, d, count);
  const { twoRowSums, denominator } = sumTwoRowShapes(n, d, count, rows);

  const moments = [d];
  for (let k = 1; k <= count; k++) {
    const denominators = Array.from({ length: Math.max(k - 1, 0) }, (_, difference) =>
      BigInt((k + difference + 1) * (k + difference) * (k - difference) * (k - difference - 1)),
    );
    const common = denominators.reduce(leastCommonMultiple, 1n);
    let sum = 0n;
    for (const [difference, hookPart] of denominators.entries()) {
      const weight = BigInt(2 * difference + 1) * (common / hookPart);
      const term = weight * twoRowSums[difference]![k - difference]!;
      sum += (k - difference) % 2 === 0 ? -term : term;
    }
    const rowDenominator = rows.denominator * denominator;
    const numerator = rows.factors[k]! * denominator * common + 2n * BigInt(k) * sum;
    moments.push(divideExactly(numerator, rowDenominator * common));
  }
  return moments;
}

/** u_a for a ≤ count, all over the one denominator (2·count−1)!!. */
function firstRowFactors(n: bigint, d: bigint, count: number) {
  const products = [1n];
  const oddFactorials = [1n];
  for (let a = 0; a < count; a++) {
    const content = BigInt(2 * a);
    products.push(products[a]! * (n + content) * (d + content));
    oddFactorials.push(oddFactorials[a]! * (content + 1n));
  }
  const denominator = oddFactorials[count]!;
  const factors = products.map((product, a) => product * (denominator / oddFactorials[a]!));
  return { factors, denominator };
}

/** v_b for 1 ≤ b ≤ count/2, all over one denominator. */
function secondRowFactors(n: bigint, d: bigint, count: number) {
  const products = [1n];
  const scales = [1n, 1n];
  const most = count >> 1;
  for (let b = 0; b < most; b++) {
    const content = BigInt(2 * b - 1);
    products.push(products[b]! * (n + content) * (d + content));
    if (b > 0) scales.push(scales[b]! * BigInt(2 * b));
  }
  const denominator = scales[Math.max(most, 1)]!;
  const factors = products.map((product, b) => product * (denominator / scales[b]!));
  return { factors, denominator };
}

/** z_c, an integer, until it vanishes (c ≥ min(n, d) − 1) or c passes count − 2. */
function columnFactors(n: bigint, d: bigint, count: number): bigint[] {
  const factors = [1n];
  for (let c = 0; c < count - 2; c++) {
    const content = BigInt(c + 2);
    const next = (factors[c]! * (n - content) * (d - content)) / (content - 1n);
    if (next === 0n) break;
    factors.push(next);
  }
  return factors;
}

/**
 * T[a−b][2b+c] = Σ u_a v_b z_c: the hook product depends on λ through k and a − b alone, so only
 * these sums are needed.
 */
function sumTwoRowShapes(
  n: bigint,
  d: bigint,
  count: number,
  rows: { readonly factors: readonly bigint[] },
) {
  const { factors: seconds, denominator } = secondRowFactors(n, d, count);
  const columns = columnFactors(n, d, count);
  const twoRowSums = Array.from({ length: Math.max(count - 1, 0) }, (_, difference) => {
    const sums = new Array<bigint>(count - difference + 1).fill(0n);
    for (let b = 1; 2 * b + difference <= count; b++) {
      const product = rows.factors[b + difference]! * seconds[b]!;
      if (product === 0n) break;
      const most = Math.min(columns.length - 1, count - difference - 2 * b);
      for (let c = 0; c <= most; c++) sums[2 * b + c]! += product * columns[c]!;
    }
    return sums;
  });
  return { twoRowSums, denominator };
}

function divideExactly(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  if (quotient * denominator !== numerator) {
    throw new NumericalError("wishartMoments: the partition sum is not an integer");
  }
  return quotient;
}
