import { requireInteger } from "../errors.js";
import type { PromptGram } from "../prompt/gram-prompt.js";
import { leastSquaresResidual } from "./least-squares-residual.js";

/**
 * Iterates of gradient descent with a step size of its own for every step.
 *
 * Statement.    w₀ = 0, w_{t+1} = w_t + b_t (X yᵀ/n − Ŝ w_t)
 * Conventions.  the last iterate does not depend on the order of the step sizes, the others do
 * Shapes.       result: w₁ … w_L, (loops, dim) row-major
 * Throws.       ArgumentError unless there is a step size
 */
export function untiedDescentIterates(
  stepSizes: ArrayLike<number>,
  prompt: PromptGram,
): Float64Array {
  requireInteger("untiedDescentIterates", "stepSizes.length", stepSizes.length);
  const { dim } = prompt;
  const iterates = new Float64Array(stepSizes.length * dim);
  let weights = new Float64Array(dim);
  for (let t = 0; t < stepSizes.length; t++) {
    const residual = leastSquaresResidual(prompt, weights);
    weights = weights.map((entry, i) => entry + stepSizes[t]! * residual[i]!);
    iterates.set(weights, t * dim);
  }
  return iterates;
}
