import { requireInteger } from "../errors.js";
import type { PromptGram } from "../prompt/gram-prompt.js";
import { leastSquaresResidual } from "./least-squares-residual.js";

/**
 * Iterates of conjugate gradients on the in-context least-squares loss.
 *
 * Statement.    w_t minimises (1/2n) Σ (w·x_i − y_i)² over span{r, Ŝr, …, Ŝ^{t−1}r}, r = X yᵀ/n: no method
 *               whose iterates are polynomials of Ŝ applied to r has a lower loss after t steps
 * Conventions.  w₀ = 0; once the residual is 0 the iterate stays
 * Shapes.       result: w₁ … w_loops, (loops, dim) row-major
 * Throws.       ArgumentError unless loops is a positive integer
 * Source.       Hestenes, Stiefel 1952
 */
export function conjugateGradientIterates(prompt: PromptGram, loops: number): Float64Array {
  requireInteger("conjugateGradientIterates", "loops", loops);
  const { dim } = prompt;
  const iterates = new Float64Array(loops * dim);
  const start = leastSquaresResidual(prompt, new Float64Array(dim));
  let weights = new Float64Array(dim);
  let residual = start;
  let direction = start;
  let size = dot(residual, residual);
  for (let t = 0; t < loops; t++) {
    const moved = leastSquaresResidual(prompt, direction);
    const image = start.map((entry, i) => entry - moved[i]!);
    const curvature = dot(direction, image);
    if (size > 0 && curvature > 0) {
      const step = size / curvature;
      weights = weights.map((entry, i) => entry + step * direction[i]!);
      residual = residual.map((entry, i) => entry - step * image[i]!);
      const next = dot(residual, residual);
      direction = residual.map((entry, i) => entry + (next / size) * direction[i]!);
      size = next;
    }
    iterates.set(weights, t * dim);
  }
  return iterates;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, entry, i) => sum + entry * b[i]!, 0);
}
