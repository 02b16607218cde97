import { solve } from "ml-matrix";
import { requirePositive } from "../errors.js";
import { Matrix, matrixFrom } from "../numeric/matrix.js";
import type { PromptGram } from "../prompt/gram-prompt.js";

/**
 * The ridge solution of a prompt.
 *
 * Statement.    w = (XXᵀ + λ I)⁻¹ X yᵀ; for λ = σ²/ω the mean of w given the prompt, w ~ N(0, ωI)
 * Conventions.  λ = `penalty`, not divided by n
 * Shapes.       (dim)
 * Throws.       ArgumentError unless penalty > 0; λ → 0 is leastSquares
 */
export function ridge(penalty: number, prompt: PromptGram): Float64Array {
  requirePositive("ridge", "penalty", penalty);
  const { dim, gram } = prompt;
  const whole = matrixFrom(dim + 1, dim + 1, gram);
  const regularised = whole.subMatrix(0, dim - 1, 0, dim - 1).add(Matrix.eye(dim).mul(penalty));
  return Float64Array.from(solve(regularised, whole.subMatrix(0, dim - 1, dim, dim)).to1DArray());
}
