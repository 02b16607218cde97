import { flatten } from "../numeric/matrix.js";
import type { PromptDistribution } from "./prompt-distribution.js";

/** E (w·x_q)², the loss of predicting zero: tr(ΣΩ), or the mean of wᵀΣw over a pool of tasks. */
export function responseVariance(
  distribution: Pick<PromptDistribution, "dim" | "covariance" | "taskCovariance" | "taskPool">,
): number {
  const { dim, covariance, taskCovariance, taskPool } = distribution;
  if (taskPool === undefined) return covariance.mmul(taskCovariance).trace();
  const entries = flatten(covariance);
  const sum = taskPool.reduce(
    (total, task) =>
      total +
      entries.reduce(
        (form, entry, k) => form + entry * task[Math.floor(k / dim)]! * task[k % dim]!,
        0,
      ),
    0,
  );
  return sum / taskPool.length;
}
