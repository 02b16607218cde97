import { requireInteger } from "../errors.js";
import type { Measurement, Sample } from "./claim.js";
import { BUDGET_STANDARD_ERRORS } from "./sample-plan.js";

/** Sample means of the components of a vector with their standard errors. */
export interface SampleMeans extends Sample {
  readonly means: number[];
  readonly standardErrors: number[];
}

/**
 * Means over `count` independent draws of a vector.
 *
 * Accuracy.     unbiased; variances by Welford's update, so that a large mean does not drown them
 * @param draw  the i-th draw, from a stream of its own
 */
export function sampleMeans(
  count: number,
  draw: (index: number) => ArrayLike<number>,
): SampleMeans {
  requireInteger("sampleMeans", "count", count, 2);
  const first = draw(0);
  const means = Array.from(first);
  const squares = means.map(() => 0);
  // Deviations from the mean so far: within (1 + 1/i) of those from the final mean.
  const largest = means.map(() => 0);
  for (let index = 1; index < count; index++) {
    const values = draw(index);
    for (let k = 0; k < means.length; k++) {
      const deviation = values[k]! - means[k]!;
      means[k]! += deviation / (index + 1);
      const square = deviation * (values[k]! - means[k]!);
      squares[k]! += square;
      largest[k] = Math.max(largest[k]!, square);
    }
  }
  return {
    means,
    standardErrors: squares.map((sum) => Math.sqrt(sum / (count - 1) / count)),
    draws: count,
    largestShare: Math.max(...squares.map((sum, k) => (sum > 0 ? largest[k]! / sum : 0))),
  };
}

/** Sample means as a measurement: the error budget is five standard errors. */
export function sampledMeasurement(sample: SampleMeans): Measurement {
  const { means, standardErrors, draws, largestShare } = sample;
  return {
    value: means,
    errorBudget: standardErrors.map((error) => BUDGET_STANDARD_ERRORS * error),
    method: "sampled",
    sample: { draws, largestShare },
  };
}
