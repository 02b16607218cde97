import type { WishartSetting } from "../src/theory/setting.js";

/**
 * Moments of a complex Wishart matrix: the wrong formula that comes to hand first.
 *
 * Statement.    c_k = Σ over permutations π of {1 … k} of d^{cycles(γπ)} n^{cycles(π)}, γ the full
 *               cycle
 * Accuracy.     exact, k! terms
 */
export function complexWishartMoments(setting: WishartSetting, count: number): bigint[] {
  const n = BigInt(setting.contextLength);
  const d = BigInt(setting.dim);
  return Array.from({ length: count + 1 }, (_, power) => {
    if (power === 0) return d;
    let total = 0n;
    for (const permutation of permutations(power)) {
      const rotated = permutation.map((image) => (image + 1) % power);
      total += d ** BigInt(countCycles(rotated)) * n ** BigInt(countCycles(permutation));
    }
    return total;
  });
}

function permutations(size: number): number[][] {
  if (size === 0) return [[]];
  return permutations(size - 1).flatMap((shorter) =>
    Array.from({ length: size }, (_, at) => shorter.toSpliced(at, 0, size - 1)),
  );
}

function countCycles(permutation: readonly number[]): number {
  const seen = new Set<number>();
  let cycles = 0;
  for (let start = 0; start < permutation.length; start++) {
    if (seen.has(start)) continue;
    cycles += 1;
    for (let at = start; !seen.has(at); at = permutation[at]!) seen.add(at);
  }
  return cycles;
}
