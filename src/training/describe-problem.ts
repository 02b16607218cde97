import { createHash } from "node:crypto";
import { describeShape, type ModelShape } from "../model/model-shape.js";
import { flatten } from "../numeric/matrix.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";

/** Model and prompt law in one line that differs wherever they do: the matrices enter by a digest. */
export function describeProblem(shape: ModelShape, distribution: PromptDistribution): string {
  const law = createHash("sha256");
  law.update(flatten(distribution.covariance));
  law.update(flatten(distribution.taskCovariance));
  const { dim, contextLength, noiseVariance } = distribution;
  return [
    `${describeShape(shape)}, dim ${dim}`,
    `context ${contextLength}, noise ${noiseVariance}`,
    `law ${law.digest("hex").slice(0, 16)}`,
  ].join("; ");
}
