import { Matrix } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import type { CheckedSetting, RationalMatrix } from "../population/setting.js";
import { type CubatureNode, gaussianCubature, radialCubature } from "./gaussian-cubature.js";
import { invertRationals, toRationals } from "./program/rational-product.js";

/** Task vectors and weights that take the mean over w of a loss that is a polynomial of the degree. */
export function taskNodes(law: CheckedSetting, degree: number, isRadial: boolean): CubatureNode[] {
  const prior = taskCovarianceOf(law);
  return isRadial
    ? radialCubature(law.dim, prior[0]![0]!, degree)
    : gaussianCubature(prior, degree);
}

/** Whether rotating the covariates changes neither the law nor the layers' P and Q: only |w| matters. */
export function isInvariant(law: CheckedSetting, matrices: readonly RationalMatrix[]): boolean {
  return [covarianceOf(law), taskCovarianceOf(law), ...matrices].every((matrix) =>
    isIsotropic(matrix, law.dim),
  );
}

/** Whether the matrix is a multiple of the identity on the covariates, and 0 beside it. */
function isIsotropic(matrix: RationalMatrix, dim: number): boolean {
  return matrix.every((row, i) =>
    row.every((entry, j) => {
      if (i === j) return i >= dim || entry.equals(matrix[0]![0]!);
      return entry.sign() === 0;
    }),
  );
}

/**
 * Covariance of a prompt's columns (x, y) given its task.
 *
 * Statement.    Φ(w) = [[Σ, Σw], [wᵀΣ, wᵀΣw + σ²]]
 */
export function promptScale(law: CheckedSetting, task: readonly Rational[]): RationalMatrix {
  const covariance = covarianceOf(law);
  const cross = covariance.map((row) => inner(row, task));
  const label = inner(cross, task).plus(law.noiseVariance);
  return [...covariance.map((row, i) => [...row, cross[i]!]), [...cross, label]];
}

function covarianceOf({ dim, covariance }: CheckedSetting): RationalMatrix {
  return toRationals(covariance ?? Matrix.eye(dim), dim, dim);
}

function taskCovarianceOf(law: CheckedSetting): RationalMatrix {
  const { dim, taskCovariance } = law;
  if (taskCovariance === "identity") return toRationals(Matrix.eye(dim), dim, dim);
  return taskCovariance === undefined
    ? invertRationals(covarianceOf(law))
    : toRationals(taskCovariance, dim, dim);
}

function inner(a: readonly Rational[], b: readonly Rational[]): Rational {
  return a.reduce(
    (sum, entry, i) =>
      entry.sign() === 0 || b[i]!.sign() === 0 ? sum : sum.plus(entry.times(b[i]!)),
    Rational.ZERO,
  );
}
