import { requireInteger, requirePositive } from "../../errors.js";
import { fillWindow, WINDOW_MEMORY } from "./loss-window.js";
import type { StopRule } from "./stop-rule.js";

/** Steps a running loss is the mean of, unless told otherwise. */
const DEFAULT_WINDOW = 100;

/**
 * Stops once the running loss is within a share of a reference loss.
 *
 * Statement.    mean of the losses of a window ≤ (1 + tolerance)·referenceLoss, looked at once per
 *               window, windows not overlapping
 * Conventions.  one-sided: a loss below the reference is within it. The losses are those of the batches
 *               trained on; the message gives their standard error, which a longer window shrinks.
 * Throws.       ArgumentError unless tolerance and referenceLoss are positive, window a positive integer
 */
export function withinReference(options: {
  readonly tolerance: number;
  readonly referenceLoss: number;
  readonly window?: number;
}): StopRule {
  const { tolerance, referenceLoss, window = DEFAULT_WINDOW } = options;
  requirePositive("withinReference", "tolerance", tolerance);
  requirePositive("withinReference", "referenceLoss", referenceLoss);
  requireInteger("withinReference", "window", window);
  return {
    spec: `within:${tolerance}:${window} of ${referenceLoss}`,
    needsReference: true,
    start: () => new Float64Array(WINDOW_MEMORY),
    observe(memory, loss) {
      const filled = fillWindow(memory, window, loss);
      if (filled === undefined || filled.mean > (1 + tolerance) * referenceLoss) return undefined;
      return (
        `the mean loss of the last ${window} steps, ${filled.mean.toPrecision(6)} ± ` +
        `${filled.standardError.toPrecision(2)}, is within ${100 * tolerance} % of the reference ` +
        `${referenceLoss.toPrecision(6)}`
      );
    },
  };
}
