import { requireInteger, requirePositive } from "../errors.js";
import { Matrix, matrixFrom } from "../numeric/matrix.js";
import type { PromptGram } from "../prompt/gram-prompt.js";

/**
 * Iterates of least squares by the Newton–Schulz inverse of the sample covariance.
 *
 * Statement.    w_t = Y_t X yᵀ/n, Y₀ = b I, Y_{t+1} = Y_t(2I − ŜY_t), so that
 *               I − ŜY_t = (I − bŜ)^{2^t}: every loop doubles the number of gradient steps
 * Conventions.  Ŝ = XXᵀ/n; b = `stepSize`, 2/(λ_max + λ_min) the best for a known spectrum
 * Shapes.       result: w₁ … w_loops, (loops, dim) row-major
 * Throws.       ArgumentError unless stepSize > 0 and loops is a positive integer
 * Source.       Schulz 1933
 */
export function newtonSchulzIterates(
  stepSize: number,
  prompt: PromptGram,
  loops: number,
): Float64Array {
  requirePositive("newtonSchulzIterates", "stepSize", stepSize);
  requireInteger("newtonSchulzIterates", "loops", loops);
  const { dim, contextLength, gram } = prompt;
  const whole = matrixFrom(dim + 1, dim + 1, gram).mul(1 / contextLength);
  const covariance = whole.subMatrix(0, dim - 1, 0, dim - 1);
  const response = whole.subMatrix(0, dim - 1, dim, dim);
  const iterates = new Float64Array(loops * dim);
  let inverse = Matrix.eye(dim).mul(stepSize);
  for (let t = 0; t < loops; t++) {
    const gap = Matrix.eye(dim).mul(2).sub(covariance.mmul(inverse));
    inverse = inverse.mmul(gap);
    iterates.set(inverse.mmul(response).to1DArray(), t * dim);
  }
  return iterates;
}
