/** Mean of the losses of one window, with its standard error. */
export interface WindowMean {
  readonly mean: number;
  readonly standardError: number;
}

/** Entries of a memory that one window takes: count, mean, sum of squared differences, last loss. */
export const WINDOW_MEMORY = 4;

/**
 * Takes a loss into the window that `memory` begins with; the window's mean once it is full, and the
 * memory ready for the next one.
 *
 * Statement.    standard error √(Σ (ℓ_{i+1} − ℓ_i)² / (2(w − 1)w)) of w losses
 * Hypotheses.   losses of different steps are independent (batches are drawn afresh) and of finite
 *               variance
 * Conventions.  from successive differences, not from the spread about the mean: so a trend within the
 *               window, which is what training is after, does not count as noise
 * Source.       von Neumann 1941, the mean square successive difference
 */
export function fillWindow(
  memory: Float64Array,
  window: number,
  loss: number,
): WindowMean | undefined {
  const [before, meanBefore, sum, last] = memory as unknown as [number, number, number, number];
  const count = before + 1;
  const mean = meanBefore + (loss - meanBefore) / count;
  const squares = before === 0 ? 0 : sum + (loss - last) ** 2;
  if (count < window) {
    memory.set([count, mean, squares, loss]);
    return undefined;
  }
  memory.fill(0, 0, WINDOW_MEMORY);
  return { mean, standardError: window > 1 ? Math.sqrt(squares / (2 * (window - 1) * window)) : 0 };
}
