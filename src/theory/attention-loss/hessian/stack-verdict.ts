import { symmetricEigen } from "../../../numeric/matrix.js";
import { splitSpace } from "../../../numeric/subspace.js";
import type { StackHessian } from "./sector-hessian.js";

/** What the second derivatives say about stationary weights. */
export interface StackVerdict {
  /** "undecided" when the least curvature cannot be told from 0 in doubles. */
  readonly verdict: "minimum" | "saddle" | "undecided";
  /** Least eigenvalue of the Hessian across the directions in which the loss cannot change. */
  readonly smallestCurvature: number;
  /** Its eigenvector, in the Hessian's basis. */
  readonly coefficients: readonly number[];
  /** Dimension of the directions left out: rotations, gauges, weights that reach no output. */
  readonly flatDimension: number;
  /** Curvature below which a sign means nothing. */
  readonly resolution: number;
  /** Norm of the gradient; the verdict is about a point within about gradientNorm/smallestCurvature. */
  readonly gradientNorm: number;
}

/** Roundings in an eigenvalue, in units of 2⁻⁵³ of the largest: generous. */
const ROUNDINGS = 2 ** 10;

/**
 * The sign of the least curvature across the known flat directions.
 *
 * Accuracy.     doubles. The resolution is the largest of three sizes that only rounding, or the gradient
 *               left over, makes differ from 0: the Hessian along the flat directions, its asymmetry, and
 *               a multiple of 2⁻⁵³ of its largest eigenvalue. Exact signs: `gdPlusPlusCurvatureAlong`,
 *               `fullStackCurvatureAlong`
 */
export function stackVerdict<Sector extends string, Layer>(
  hessian: StackHessian<Sector, Layer>,
  flat: readonly (readonly number[])[],
  gradientNorm: number,
): StackVerdict {
  const { along, across } = splitSpace(flat, hessian.matrix.rows);
  const block = symmetricEigen(across.transpose().mmul(hessian.matrix).mmul(across));
  const smallest = block.values[0]!;
  const alongFlat = along.columns === 0 ? 0 : hessian.matrix.mmul(along).norm("frobenius");
  const largest = Math.max(...hessian.eigenvalues.map(Math.abs));
  const resolution = Math.max(alongFlat, hessian.asymmetry, ROUNDINGS * 2 ** -53 * largest);
  return {
    verdict: smallest > resolution ? "minimum" : smallest < -resolution ? "saddle" : "undecided",
    smallestCurvature: smallest,
    coefficients: across.mmul(block.vectors.subMatrix(0, across.columns - 1, 0, 0)).to1DArray(),
    flatDimension: along.columns,
    resolution,
    gradientNorm,
  };
}
