import type { KernelProblem } from "./kernel-problem.js";

/**
 * Multiplications with an addition that one prompt costs, forward and backward.
 *
 * Statement.    what the kernel's formulas need: a product of matrices m³, a symmetric result half of that,
 *               matrix times vector and an outer product m². What blocks compute twice on a diagonal, sums
 *               of vectors and scalings are left out.
 * Conventions.  loops behind the last whose weight is not 0 cost nothing
 */
export function multiplyAddsPerPrompt(
  problem: KernelProblem,
  lossWeights: ArrayLike<number>,
): number {
  const { family, estimator, dim, layers } = problem;
  const weights = Array.from(lossWeights);
  const loops = Math.max(1, weights.findLastIndex((weight) => weight !== 0) + 1);
  if (estimator === "conditional") {
    return conditional(
      dim,
      layers,
      loops,
      weights.slice(0, loops - 1).every((w) => w === 0),
    );
  }
  const depth = layers * loops;
  switch (family) {
    case "full":
      return congruence(dim + 1, depth, { extra: 1, forward: 1, backward: 1, outer: 0, rank: 0 });
    case "gd++":
      return congruence(dim, depth, { extra: 2, forward: 5, backward: 5, outer: 1, rank: 4 });
    case "restricted":
      // S u per layer; S c and Aᵀv forward, A c̄ and S v̄ backward, v c̄ᵀ.
      return dim ** 2 * (layers + 5 * depth - 1);
  }
}

/**
 * G ← T G Tᵀ through `depth` layers of which the last two form no matrix.
 *
 * `extra` vectors run beside G; they cost `forward` and `backward` products of matrix and vector in each
 * layer, `outer` outer products, and a term of rank `rank` in the slope of G.
 */
function congruence(
  size: number,
  depth: number,
  beside: {
    readonly extra: number;
    readonly forward: number;
    readonly backward: number;
    readonly outer: number;
    readonly rank: number;
  },
): number {
  const square = size ** 2;
  const cube = size ** 3;
  const symmetric = (inner: number) => (inner * size * (size + 1)) / 2;
  if (depth === 1) return 4 * square;
  const tail = 25 * square;
  if (depth === 2) return tail;
  const { extra, forward, backward, outer, rank } = beside;
  const entering = square + symmetric(8);
  const up = 3 * cube + symmetric(size) + forward * square;
  const slopes = (size + extra) * square;
  const down = slopes + 5 * cube + symmetric(size) + (backward + outer) * square + symmetric(rank);
  // No slope of G is needed before the first layer.
  const first = slopes + 3 * cube + (Math.max(0, backward - 1) + outer) * square;
  return tail + entering + (depth - 2) * up + (depth - 3) * down + first;
}

/** Without noise and for a white law, as the counts of a benchmark take it. */
function conditional(dim: number, layers: number, loops: number, isOnlyLast: boolean): number {
  const square = dim ** 2;
  const cube = dim ** 3;
  const ones = loops.toString(2).replaceAll("0", "").length;
  const powers = isOnlyLast ? Math.floor(Math.log2(loops)) + ones - 1 : loops - 1;
  const compositions = layers - 1 + powers;
  return layers * (2 * cube + 5 * square) + compositions * (3 * cube + 3 * square) + 3 * square;
}
