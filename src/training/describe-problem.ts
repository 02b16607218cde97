import { createHash } from "node:crypto";
import { describeShape, type ModelShape } from "../model/model-shape.js";
import { flatten } from "../numeric/matrix.js";
import { describeCovariateLaw } from "../prompt/covariate-law.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";

/** Model and prompt law in one line that differs wherever they do: the matrices enter by a digest. */
export function describeProblem(shape: ModelShape, distribution: PromptDistribution): string {
  const law = createHash("sha256");
  law.update(flatten(distribution.covariance));
  law.update(flatten(distribution.taskCovariance));
  for (const task of distribution.taskPool ?? []) law.update(task);
  const { dim, contextLength, noiseVariance, covariateLaw, taskPool } = distribution;
  return [
    `${describeShape(shape)}, dim ${dim}`,
    `context ${contextLength}, noise ${noiseVariance}`,
    `${describeCovariateLaw(covariateLaw)} covariates, ${taskPool?.length ?? "fresh"} tasks`,
    `law ${law.digest("hex").slice(0, 16)}`,
  ].join("; ");
}
