import { HypothesisError, requireInteger } from "../errors.js";
import { requireWishartSetting, type WishartSetting } from "./setting.js";

/** The largest power whose (2k−1)!! pairings are summed: 135 135 of them. */
const MAXIMAL_POWER = 7;

/**
 * E tr W^k of a real Wishart W = GGᵀ ~ W_d(n, I) by brute force over Gaussian pairings.
 *
 * Statement.    E tr W^k = Σ over the (2k−1)!! pairings of the 2k Gaussians in
 *               Σ G_{i₁j₁} G_{i₂j₁} G_{i₂j₂} G_{i₃j₂} … G_{i_k j_k} G_{i₁j_k} of
 *               d^{free row indices} n^{free column indices} (Isserlis)
 * Hypotheses.   k ≤ 7
 * Accuracy.     exact; shares nothing with wishartMoments
 * Throws.       ArgumentError for sizes that are not positive integers; HypothesisError for k > 7
 * @example wishartMomentByPairings({ dim: 10, contextLength: 20 }, 2)  // → 6200n
 */
export function wishartMomentByPairings(setting: WishartSetting, power: number): bigint {
  const n = requireWishartSetting("wishartMomentByPairings", setting);
  requireInteger("wishartMomentByPairings", "power", power, 0);
  if (power > MAXIMAL_POWER) {
    throw new HypothesisError(
      `wishartMomentByPairings: power must be at most ${MAXIMAL_POWER}, got ${power}`,
    );
  }
  const d = BigInt(setting.dim);
  if (power === 0) return d;
  let total = 0n;
  for (const partners of pairings(2 * power)) {
    const { rows, columns } = countFreeIndices(partners);
    total += d ** BigInt(rows) * n ** BigInt(columns);
  }
  return total;
}

/** Every perfect matching of {0, …, size−1}, as the array of each element's partner. */
function* pairings(size: number): Generator<readonly number[]> {
  const partners = new Array<number>(size).fill(-1);
  function* extend(): Generator<readonly number[]> {
    const first = partners.indexOf(-1);
    if (first === -1) {
      yield partners;
      return;
    }
    for (let second = first + 1; second < size; second++) {
      if (partners[second] !== -1) continue;
      partners[first] = second;
      partners[second] = first;
      yield* extend();
      partners[first] = -1;
      partners[second] = -1;
    }
  }
  yield* extend();
}

/**
 * Gaussian 2m carries row index m and column index m, Gaussian 2m+1 row index m+1 (mod k) and
 * column index m; paired Gaussians share both.
 */
function countFreeIndices(partners: readonly number[]): { rows: number; columns: number } {
  const power = partners.length / 2;
  const rowOf = (gaussian: number) => ((gaussian + 1) >> 1) % power;
  const columnOf = (gaussian: number) => gaussian >> 1;
  const edges = [...partners.entries()].filter(([gaussian, partner]) => gaussian < partner);
  return {
    rows: countClasses(
      power,
      edges.map(([g, h]) => [rowOf(g), rowOf(h)]),
    ),
    columns: countClasses(
      power,
      edges.map(([g, h]) => [columnOf(g), columnOf(h)]),
    ),
  };
}

function countClasses(size: number, identifications: readonly (readonly number[])[]): number {
  const classOf = Array.from({ length: size }, (_, i) => i);
  let classes = size;
  for (const [i, j] of identifications) {
    const kept = classOf[i!]!;
    const merged = classOf[j!]!;
    if (kept === merged) continue;
    classes -= 1;
    for (const [index, name] of classOf.entries()) if (name === merged) classOf[index] = kept;
  }
  return classes;
}
