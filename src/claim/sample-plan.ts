import { requirePositive } from "../errors.js";
import type { Method, Sample } from "./claim.js";

/** Standard errors in the error budget of a sampled value. */
export const BUDGET_STANDARD_ERRORS = 5;

/** Chance that a normal mean lies further than that from its truth: 2Φ(−5). */
const FALSE_ALARM = 5.733e-7;

/** A single draw that carries more of the variance than this is a warning, from this many draws on. */
const HEAVY = { share: 0.1, draws: 1000 } as const;

/**
 * How many independent draws make the error budget of a mean as small as a distance.
 *
 * Statement.    ⌈(5σ/δ)²⌉, σ the standard deviation of one draw, δ the distance to be told from zero
 * Throws.       ArgumentError unless both are positive and finite
 * @example drawsNeeded(2, 0.01)  // → 1000000
 */
export function drawsNeeded(standardDeviation: number, distance: number): number {
  requirePositive("drawsNeeded", "standardDeviation", standardDeviation);
  requirePositive("drawsNeeded", "distance", distance);
  return Math.ceil(((BUDGET_STANDARD_ERRORS * standardDeviation) / distance) ** 2);
}

/**
 * Chance that at least one of so many true comparisons of sampled means is called false.
 *
 * Hypotheses.   means close to normal; the sum of the chances bounds it without independence
 */
export function falseAlarmRate(comparisons: number): number {
  return Math.min(1, comparisons * FALSE_ALARM);
}

/** How many numbers of a run were compared within a sampled error budget. */
export function sampledComparisons(
  results: readonly { readonly method: Method | null; readonly comparisons: number }[],
): number {
  return results.reduce(
    (sum, { method, comparisons }) => sum + (method === "sampled" ? comparisons : 0),
    0,
  );
}

/** A sentence that warns of heavy tails, or null where nothing hints at them. */
export function heavyTailWarning({ draws, largestShare }: Sample): string | null {
  if (draws < HEAVY.draws || largestShare <= HEAVY.share) return null;
  const share = `${Math.round(100 * largestShare)} %`;
  return `heavy tails: one of ${draws} draws carries ${share} of the variance, so the standard error may be too small`;
}
