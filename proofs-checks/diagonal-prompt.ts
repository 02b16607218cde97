import type { GramPrompt } from "../src/prompt/gram-prompt.js";

/**
 * A noise-free prompt whose sample covariance is diagonal and whose task is w = (1, …, 1).
 *
 * Statement.    Ŝ = diag(spectrum): an algorithm whose answer is w − p(Ŝ)w has p(spectrum[i]) for
 *               the i-th entry of w − w_t
 * Conventions.  n = 1, so that the Gram matrix is Ŝ itself
 */
export function diagonalPrompt(spectrum: readonly number[]): GramPrompt {
  const dim = spectrum.length;
  const size = dim + 1;
  const gram = new Float64Array(size * size);
  spectrum.forEach((value, i) => {
    gram[i * size + i] = value;
    gram[i * size + dim] = value;
    gram[dim * size + i] = value;
  });
  gram[size * size - 1] = spectrum.reduce((sum, value) => sum + value, 0);
  const task = new Float64Array(dim).fill(1);
  return { dim, contextLength: 1, gram, query: Float64Array.of(...task, 0), target: dim, task };
}

/** p_t(spectrum[i]) of the iterates on a diagonal prompt, row t for w_t, t = 1, 2, …. */
export function residualsOf(iterates: Float64Array, dim: number): number[][] {
  return Array.from({ length: iterates.length / dim }, (_, t) =>
    Array.from(iterates.subarray(t * dim, (t + 1) * dim), (entry) => 1 - entry),
  );
}

/** A spectrum of `count` values from 1 to κ, geometrically spaced, both ends included. */
export function spreadSpectrum(condition: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => condition ** (i / (count - 1)));
}
