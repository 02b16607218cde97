import { Matrix, matrixFrom } from "../../numeric/matrix.js";
import type { PromptGram } from "../../prompt/gram-prompt.js";

/** A method's weight vectors for a prompt, one a loop. Shapes: (loops, dim) row-major. */
export type WeightVectors = (prompt: PromptGram) => Float64Array;

/**
 * A method that acts on covariates Kx instead of x.
 *
 * Statement.    ŷ = v·(K x_q) = (Kᵀv)·x_q, v the method's answer to the prompt of Kx₁ … Kxₙ
 * Shapes.       root (K): (dim, dim)
 */
export function inCoordinates(root: Matrix, method: WeightVectors): WeightVectors {
  const dim = root.rows;
  const whole = Matrix.eye(dim + 1);
  whole.setSubMatrix(root, 0, 0);
  return (prompt) => {
    const gram = whole
      .mmul(matrixFrom(dim + 1, dim + 1, prompt.gram))
      .mmul(whole.transpose())
      .to1DArray();
    const query = whole.mmul(matrixFrom(dim + 1, 1, prompt.query)).to1DArray();
    const inner = method({
      ...prompt,
      gram: Float64Array.from(gram),
      query: Float64Array.from(query),
    });
    const vectors = matrixFrom(inner.length / dim, dim, inner).mmul(root);
    return Float64Array.from(vectors.to1DArray());
  };
}
