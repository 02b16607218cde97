import { createHash } from "node:crypto";
import type { ModelShape } from "../model/weights.js";
import { flatten } from "../numeric/matrix.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";

/** Model and prompt law in one line that differs wherever they do: the matrices enter by a digest. */
export function describeProblem(
  { family, dim, loops }: ModelShape,
  distribution: PromptDistribution,
): string {
  const law = createHash("sha256");
  law.update(flatten(distribution.covariance));
  law.update(flatten(distribution.taskCovariance));
  const { contextLength, noiseVariance } = distribution;
  return [
    `${family} model, dim ${dim}, ${loops} loops`,
    `context ${contextLength}, noise ${noiseVariance}`,
    `law ${law.digest("hex").slice(0, 16)}`,
  ].join("; ");
}
