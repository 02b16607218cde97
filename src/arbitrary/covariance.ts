import fc from "fast-check";
import { ArgumentError, requireInteger } from "../errors.js";
import { Matrix, symmetricFunction, symmetricPart } from "../numeric/matrix.js";
import { printed } from "./printed.js";
import { rotations } from "./rotation.js";

/** Eigenvalues are κ^{k/16}, k = −8 … 8: from κ^{−1/2} to κ^{1/2}. */
const EXPONENTS = 8;

/** Condition number where none bounds it: what doubles can still invert to a few digits. */
const UNBOUNDED = 1e10;

/**
 * Covariance matrices QΛQᵀ: free, repeated and two-valued spectra in any orientation.
 *
 * Shrinks to   the identity
 *
 * @param options.conditionNumber  largest condition number; default: 100; Infinity: up to 1e10
 * @param options.nearSingular     the least eigenvalue is 1e−10 of the largest (d > 1); default: false
 * Throws.       ArgumentError for a dim that is no positive integer or a condition number below 1
 */
export function covariances(
  dim: number,
  options: { readonly conditionNumber?: number; readonly nearSingular?: boolean } = {},
): fc.Arbitrary<Matrix> {
  const { conditionNumber = 100, nearSingular = false } = options;
  requireInteger("covariances", "dim", dim);
  if (!(conditionNumber >= 1)) {
    throw new ArgumentError("covariances", "conditionNumber", "at least 1", conditionNumber);
  }
  const base = Math.min(conditionNumber, UNBOUNDED);
  const exponent = fc.integer({ min: -EXPONENTS, max: EXPONENTS });
  const free = fc.array(exponent, { minLength: dim, maxLength: dim });
  const repeated = exponent.map((k) => new Array<number>(dim).fill(k));
  const twoValued = fc
    .tuple(exponent, exponent, fc.integer({ min: 0, max: dim }))
    .map(([first, second, count]) =>
      Array.from({ length: dim }, (_, i) => (i < count ? first : second)),
    );
  return fc
    .tuple(fc.oneof({ withCrossShrink: true }, repeated, twoValued, free), rotations(dim))
    .map(([exponents, rotation]) => {
      const spectrum = exponents.map((k) => base ** (k / (2 * EXPONENTS)));
      if (nearSingular && dim > 1) spectrum[0] = 1e-10 * Math.max(...spectrum.slice(1));
      return printed(
        symmetricPart(rotation.mmul(Matrix.diag(spectrum)).mmul(rotation.transpose())),
      );
    });
}

/**
 * Task priors for a covariance Σ: Σ⁻¹, the identity, or any covariance.
 *
 * Shrinks to   Σ⁻¹
 */
export function taskPriors(covariance: Matrix): fc.Arbitrary<Matrix> {
  return fc.oneof(
    { withCrossShrink: true },
    fc.constant(printed(symmetricFunction(covariance, (value) => 1 / value))),
    fc.constant(printed(Matrix.eye(covariance.rows))),
    covariances(covariance.rows),
  );
}
