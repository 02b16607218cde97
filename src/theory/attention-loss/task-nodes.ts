import { Matrix } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import type { CheckedSetting, RationalMatrix } from "../population/setting.js";
import { type CubatureNode, gaussianCubature } from "./gaussian-cubature.js";
import { invertRationals, toRationals } from "./rational-product.js";

/** Task vectors and weights that take the mean over w of any polynomial of the degree. */
export function taskNodes(law: CheckedSetting, degree: number): CubatureNode[] {
  return gaussianCubature(taskCovarianceOf(law), degree);
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
