import { Matrix, matrixFrom } from "../numeric/matrix.js";
import type { PromptTokens } from "../prompt/token-prompt.js";
import type { AttentionLayer } from "./weights.js";

/**
 * Predictions after every layer, computed on tokens as the papers write the model.
 *
 * Statement.    Z ← Z + (1/n) P Z M (Zᵀ Q Z), ŷ = −Z[dim, n]
 * Conventions.  1/n with n the number of context examples; M = diag(1, …, 1, 0) masks the query as
 *               a key; ŷ is the negated label entry of the query token.
 * Shapes.       result: (layers)
 * Accuracy.     float64
 */
export function tokenPredictions(
  layers: readonly AttentionLayer[],
  prompt: PromptTokens,
): Float64Array {
  const { dim, contextLength } = prompt;
  const mask = Matrix.diag([...Array<number>(contextLength).fill(1), 0]);
  let state = matrixFrom(dim + 1, contextLength + 1, prompt.tokens);
  return Float64Array.from(layers, ({ value, keyQuery }) => {
    const attention = state.transpose().mmul(keyQuery).mmul(state);
    const update = value.mmul(state).mmul(mask).mmul(attention);
    state = Matrix.add(state, update.mul(1 / contextLength));
    return -state.get(dim, contextLength);
  });
}
