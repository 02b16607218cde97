import type { PromptGram } from "../prompt/gram-prompt.js";

/**
 * Minus the gradient of the in-context least-squares loss.
 *
 * Statement.    X yᵀ/n − Ŝ w
 * Conventions.  loss (1/2n) Σ (w·x_i − y_i)²
 * Shapes.       weights and result: (dim)
 */
export function leastSquaresResidual(prompt: PromptGram, weights: Float64Array): Float64Array {
  const { dim, contextLength, gram } = prompt;
  const size = dim + 1;
  const residual = new Float64Array(dim);
  for (let i = 0; i < dim; i++) {
    let sum = gram[i * size + dim]!;
    for (let j = 0; j < dim; j++) sum -= gram[i * size + j]! * weights[j]!;
    residual[i] = sum / contextLength;
  }
  return residual;
}
