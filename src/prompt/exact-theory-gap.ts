import { describeCovariateLaw } from "./covariate-law.js";
import type { PromptDistribution } from "./prompt-distribution.js";

/**
 * Why the exact formulas do not apply to a prompt law; undefined where they do.
 *
 * Statement.    they are moments of Wishart matrices averaged over a Gaussian task: Gaussian covariates
 *               and fresh tasks only
 */
export function exactTheoryGap({
  covariateLaw,
  taskPool,
}: Pick<PromptDistribution, "covariateLaw" | "taskPool">): string | undefined {
  const gaps: string[] = [];
  if (covariateLaw.kind !== "gaussian") {
    gaps.push(`${describeCovariateLaw(covariateLaw)} covariates`);
  }
  if (taskPool !== undefined) gaps.push(`a pool of ${taskPool.length} tasks`);
  return gaps.length === 0
    ? undefined
    : `exact theory is about Gaussian covariates and fresh tasks, not ${gaps.join(" and ")}`;
}
