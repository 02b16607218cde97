import { pseudoInverse } from "ml-matrix";
import { Matrix, matrixFrom } from "../numeric/matrix.js";
import type { PromptGram } from "../prompt/gram-prompt.js";

/**
 * The least-squares solution of a prompt; for fewer examples than dimensions, the one of minimum norm.
 *
 * Statement.    w = (XXᵀ)⁺ X yᵀ
 * Shapes.       (dim)
 */
export function leastSquares(prompt: PromptGram): Float64Array {
  const { dim, gram } = prompt;
  const whole = matrixFrom(dim + 1, dim + 1, gram);
  const covariance = whole.subMatrix(0, dim - 1, 0, dim - 1);
  const response = whole.subMatrix(0, dim - 1, dim, dim);
  const solution = pseudoInverse(covariance, rankTolerance(covariance)).mmul(response);
  return Float64Array.from(Matrix.checkMatrix(solution).to1DArray());
}

/** Singular values below this are rounding: 1e−12 of the trace, which bounds the largest. */
function rankTolerance(covariance: Matrix): number {
  return 1e-12 * covariance.trace();
}
