import type { Weights } from "../model/weights.js";
import type { Matrix } from "../numeric/matrix.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";

/**
 * How long a comparison may take.
 *
 * Statement.    "quick": a few seconds; what takes longer is null, with the reason. "thorough": all that
 *               is within reach, which may take minutes
 */
export type Effort = "quick" | "thorough";

/** Loops up to which the searches over preconditioners take a second or two. */
export const QUICK_LOOPS = 5;

/** Directions up to which a dense Hessian takes a second or two. */
export const QUICK_DIRECTIONS = 150;

/** Largest dim at which the exact loss of two full layers takes less than a second. */
const QUICK_FULL_DIM = 2;

/** Why the exact loss of weights is beyond quick effort, if it is. */
export function dearLoss(
  weights: Weights,
  distribution: PromptDistribution,
  loops: number,
): string | undefined {
  const depth = weights.layers.length * loops;
  const { dim } = distribution;
  if (weights.family !== "full" || depth !== 2 || dim <= QUICK_FULL_DIM) return undefined;
  const { covariance, taskCovariance } = distribution;
  const matrices = weights.layers.flatMap(({ value, keyQuery }) => [value, keyQuery]);
  // Where nothing prefers a direction a few task vectors do.
  if ([covariance, taskCovariance, ...matrices].every((one) => isIsotropic(one, dim))) {
    return undefined;
  }
  return `the exact loss of two full layers is quick up to dim ${QUICK_FULL_DIM}, here ${dim}; thorough effort reaches dim 4 in minutes`;
}

/** Whether a matrix is a multiple of I on the covariates, and 0 beside it. */
function isIsotropic(matrix: Matrix, dim: number): boolean {
  const scale = matrix.get(0, 0);
  return matrix
    .to2DArray()
    .every((row, i) =>
      row.every((entry, j) => (i === j ? i >= dim || entry === scale : entry === 0)),
    );
}
