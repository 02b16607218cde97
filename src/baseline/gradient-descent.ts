import { requireInteger } from "../errors.js";
import { flatten, type Matrix } from "../numeric/matrix.js";
import type { PromptGram } from "../prompt/gram-prompt.js";

/**
 * Iterates of preconditioned gradient descent on the in-context least-squares loss.
 *
 * Statement.    w₀ = 0, w_{t+1} = w_t + Aᵀ(X yᵀ/n − Ŝ w_t)
 * Conventions.  1/n; loss (1/2n) Σ (w·x_i − y_i)²; A multiplies transposed, as the looped
 *               transformer with Q = [[−A, 0], [0, 0]] does.
 * Shapes.       result: w₁ … w_loops, (loops, dim) row-major
 * Source.       von Oswald et al. 2023; Ahn et al. 2023, Lemma 1
 */
export function gradientDescentIterates(
  preconditioner: Matrix,
  prompt: PromptGram,
  loops: number,
): Float64Array {
  requireInteger("gradientDescentIterates", "loops", loops);
  const { dim, contextLength, gram } = prompt;
  const size = dim + 1;
  const a = flatten(preconditioner);
  const iterates = new Float64Array(loops * dim);
  let weights = new Float64Array(dim);
  for (let t = 0; t < loops; t++) {
    const residual = new Float64Array(dim);
    for (let i = 0; i < dim; i++) {
      let sum = gram[i * size + dim]!;
      for (let j = 0; j < dim; j++) sum -= gram[i * size + j]! * weights[j]!;
      residual[i] = sum / contextLength;
    }
    const next = iterates.subarray(t * dim, (t + 1) * dim);
    for (let i = 0; i < dim; i++) {
      let sum = weights[i]!;
      for (let j = 0; j < dim; j++) sum += a[j * dim + i]! * residual[j]!;
      next[i] = sum;
    }
    weights = next;
  }
  return iterates;
}

/** Predictions w_t·x_q of iterates, one per row. Shapes: (loops). */
export function iteratePredictions(iterates: Float64Array, prompt: PromptGram): Float64Array {
  const { dim, query } = prompt;
  return Float64Array.from({ length: iterates.length / dim }, (_, t) => {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += iterates[t * dim + i]! * query[i]!;
    return sum;
  });
}
