import { requireInteger } from "../errors.js";
import { Matrix, matrixFrom } from "../numeric/matrix.js";
import type { PromptGram } from "../prompt/gram-prompt.js";

/** b_t = `stepSize` and a_t = `covariateValue` of one GD++ step. */
export interface GdPlusPlusStep {
  readonly stepSize: number;
  readonly covariateValue: number;
}

/**
 * Iterates of GD++: gradient steps between which the covariates contract along their large directions.
 *
 * Statement.    w_{t+1} = w_t + b_t T_tᵀT_t (X yᵀ/n − Ŝ w_t), T₀ = I, T_{t+1} = (I − a_t b_t Ŝ_t) T_t,
 *               Ŝ_t = T_t Ŝ T_tᵀ: the loops of P = diag(aI, 1), Q = diag(−bI, 0)
 * Conventions.  w₀ = 0; every row of `steps` is one loop, the last one's a does not reach the output
 * Shapes.       result: w₁ … w_L, (loops, dim) row-major
 * Throws.       ArgumentError unless there is a step
 * Source.       von Oswald et al. 2023
 */
export function gdPlusPlusIterates(
  steps: readonly GdPlusPlusStep[],
  prompt: PromptGram,
): Float64Array {
  requireInteger("gdPlusPlusIterates", "steps.length", steps.length);
  const { dim, contextLength, gram } = prompt;
  const whole = matrixFrom(dim + 1, dim + 1, gram).mul(1 / contextLength);
  const covariance = whole.subMatrix(0, dim - 1, 0, dim - 1);
  const response = whole.subMatrix(0, dim - 1, dim, dim);
  const iterates = new Float64Array(steps.length * dim);
  let weights = Matrix.zeros(dim, 1);
  let transform = Matrix.eye(dim);
  steps.forEach(({ stepSize, covariateValue }, t) => {
    const residual = Matrix.sub(response, covariance.mmul(weights));
    const moved = transform.transpose().mmul(transform.mmul(residual)).mul(stepSize);
    weights = Matrix.add(weights, moved);
    const seen = transform.mmul(covariance).mmul(transform.transpose());
    const contraction = Matrix.sub(Matrix.eye(dim), seen.mul(stepSize * covariateValue));
    transform = contraction.mmul(transform);
    iterates.set(weights.to1DArray(), t * dim);
  });
  return iterates;
}
