import type { TokenPrompt } from "../src/prompt/token-prompt.js";

const FIRST = [2, 2, 2, 0, 0, 0, 0, 0];
const SECOND = [0, 0, 0, 2, 0, 0, 0, 0];

/**
 * A prompt of eight examples in two dimensions with Ŝ = diag(3/2, 1/2), w = x_q = e₁.
 *
 * Conventions.  every token is a small integer, so that a model with dyadic weights rounds nothing
 */
export const DYADIC_PROMPT: TokenPrompt = {
  dim: 2,
  contextLength: 8,
  // Rows x₁, x₂, y = x₁; the last column is the query (1, 0) with label entry 0.
  tokens: Float64Array.from([...FIRST, 1, ...SECOND, 0, ...FIRST, 0]),
  target: 1,
  task: Float64Array.of(1, 0),
};
