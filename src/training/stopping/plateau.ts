import { requireInteger, requirePositive } from "../../errors.js";
import { fillWindow, WINDOW_MEMORY } from "./loss-window.js";
import type { StopRule } from "./stop-rule.js";

/** Standard errors an improvement must exceed to count, unless told otherwise. */
const DEFAULT_LEVEL = 2;

/** The shortest window: below it a sample standard error says too little. */
const SHORTEST_WINDOW = 20;

/**
 * Stops once the loss improves by no more than its noise can show.
 *
 * Statement.    m₁ − m₂ ≤ level·√(s₁² + s₂²), m and s the mean loss of two consecutive windows of steps
 *               and its standard error; looked at once per window
 * Hypotheses.   the batches of different steps are independent and their losses have a finite
 *               variance. For Gaussian prompts all moments are finite but the tails are heavy: a window
 *               with a rare huge loss has a wide standard error and rather ends the run early; longer
 *               windows and larger batches guard against it.
 * Conventions.  level in standard errors of the difference: an improvement of 2 shows itself with a
 *               one-sided error of 2.3 % when the window means are Gaussian. A trend is no noise
 *               (`fillWindow`): a loss that still falls steadily is not stopped for falling.
 * Throws.       ArgumentError unless window is an integer of at least SHORTEST_WINDOW, level positive
 */
export function plateau(options: { readonly window: number; readonly level?: number }): StopRule {
  const { window, level = DEFAULT_LEVEL } = options;
  requireInteger("plateau", "window", window, SHORTEST_WINDOW);
  requirePositive("plateau", "level", level);
  return {
    spec: `plateau:${window}:${level}`,
    needsReference: false,
    // The window being filled; then whether there is one before it, its mean and standard error.
    start: () => new Float64Array(2 * WINDOW_MEMORY),
    observe(memory, loss) {
      const filled = fillWindow(memory, window, loss);
      if (filled === undefined) return undefined;
      const [isSecond, mean, standardError] = memory.slice(WINDOW_MEMORY) as unknown as number[];
      memory.set([1, filled.mean, filled.standardError], WINDOW_MEMORY);
      const improvement = mean! - filled.mean;
      const noise = Math.hypot(standardError!, filled.standardError);
      if (isSecond === 0 || improvement > level * noise) return undefined;
      return (
        `a plateau: over the last two windows of ${window} steps the loss fell by ` +
        `${improvement.toPrecision(3)} to ${filled.mean.toPrecision(6)}, and its noise shows no ` +
        `improvement below ${(level * noise).toPrecision(3)} (${level} standard errors)`
      );
    },
  };
}
