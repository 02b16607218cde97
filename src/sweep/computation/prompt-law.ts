import { parseCovariance } from "../../prompt/covariance-spec.js";
import { type PromptDistribution, promptDistribution } from "../../prompt/prompt-distribution.js";
import { Stream } from "../../random/stream.js";
import { type AxisValue, type Point, positiveOf, wholeOf } from "../axis-value.js";

/** The axes of a sampled prompt law beside dim and contextLength, with their defaults. */
export const LAW_AXES: Readonly<Record<string, AxisValue>> = { condition: 1, noiseVariance: 0 };

/** The law of a point: Gaussian covariates of a condition number, prior Σ⁻¹, label noise. */
export function lawOf(point: Point): PromptDistribution {
  const dim = wholeOf(point, "dim");
  const condition = positiveOf(point, "condition", false);
  // One orientation for all points: they differ in what their axes say alone.
  const orientation = Stream.fromSeed(0).split("sweep").split("orientation");
  return promptDistribution({
    dim,
    contextLength: wholeOf(point, "contextLength"),
    noiseVariance: positiveOf(point, "noiseVariance", true),
    ...(condition !== 1 && {
      covariance: parseCovariance(`condition:${condition}`, dim, orientation, "condition"),
    }),
  });
}
