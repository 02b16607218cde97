import { requireInteger } from "../errors.js";
import type { Measurement } from "./claim.js";

/** Sample means of the components of a vector with their standard errors. */
export interface SampleMeans {
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
  for (let index = 1; index < count; index++) {
    const values = draw(index);
    for (let k = 0; k < means.length; k++) {
      const deviation = values[k]! - means[k]!;
      means[k]! += deviation / (index + 1);
      squares[k]! += deviation * (values[k]! - means[k]!);
    }
  }
  return { means, standardErrors: squares.map((sum) => Math.sqrt(sum / (count - 1) / count)) };
}

/** Sample means as a measurement: the error budget is five standard errors. */
export function sampledMeasurement({ means, standardErrors }: SampleMeans): Measurement {
  return {
    value: means,
    errorBudget: standardErrors.map((error) => 5 * error),
    method: "sampled",
  };
}
