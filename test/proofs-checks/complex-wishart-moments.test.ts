import { expect, test } from "vitest";
import { complexWishartMoments } from "../../proofs-checks/complex-wishart-moments.js";

/** Σ over permutations π of {1 … k} of d^{cycles(γπ)} n^{cycles(π)}, γ the full cycle (Wick). */
function byPermutations(dim: number, contextLength: number, power: number): bigint {
  let total = 0n;
  for (const permutation of permutations(power)) {
    const rotated = permutation.map((image) => (image + 1) % power);
    total +=
      BigInt(dim) ** BigInt(countCycles(rotated)) *
      BigInt(contextLength) ** BigInt(countCycles(permutation));
  }
  return total;
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

test.each([
  [1, 1],
  [3, 2],
  [2, 5],
  [10, 20],
])("the recurrence counts permutations: d=%i n=%i", (dim, contextLength) => {
  const moments = complexWishartMoments({ dim, contextLength }, 6);
  expect(moments[0]).toBe(BigInt(dim));
  for (let power = 1; power <= 6; power++) {
    expect(moments[power]).toBe(byPermutations(dim, contextLength, power));
  }
});
