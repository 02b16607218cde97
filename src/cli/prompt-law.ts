import type { Matrix } from "../numeric/matrix.js";
import { parseCovariance, parseTaskPrior } from "../prompt/covariance-spec.js";
import { parseCovariateLaw } from "../prompt/covariate-law.js";
import { type PromptDistribution, promptDistribution } from "../prompt/prompt-distribution.js";
import { drawTaskPool } from "../prompt/task-pool.js";
import { Stream } from "../random/stream.js";
import type { LawOptions } from "./options.js";

type SeededLaw = LawOptions & { readonly seed: number };

/** The prompt law that options name; random orientations come from the run's seed. */
export function promptLaw(
  options: SeededLaw,
  dim: number,
  contextLength: number,
): PromptDistribution {
  const covariance = namedCovariance(options, dim);
  const taskCovariance = namedTaskPrior(options, covariance);
  return promptDistribution({
    ...{ dim, contextLength, covariance, taskCovariance, noiseVariance: options.noise },
    ...namedShape(options, taskCovariance),
  });
}

/** What --covariates and --task-pool name: the covariates' shape, and the pool of tasks if any. */
export function namedShape(
  options: SeededLaw,
  taskCovariance: Matrix,
): Pick<PromptDistribution, "covariateLaw" | "taskPool"> {
  const stream = Stream.fromSeed(options.seed).split("law").split("task pool");
  const { covariates, taskPool } = options;
  return {
    covariateLaw: parseCovariateLaw(covariates, "--covariates"),
    ...(taskPool !== undefined && { taskPool: drawTaskPool(taskCovariance, taskPool, stream) }),
  };
}

/** The covariance that --covariance names. */
export function namedCovariance(options: SeededLaw, dim: number): Matrix {
  const stream = Stream.fromSeed(options.seed).split("law").split("covariance");
  return parseCovariance(options.covariance, dim, stream, "--covariance");
}

/** The task covariance that --task-prior names beside a covariance. */
export function namedTaskPrior(options: SeededLaw, covariance: Matrix): Matrix {
  const stream = Stream.fromSeed(options.seed).split("law").split("task prior");
  return parseTaskPrior(options.taskPrior, covariance, stream, "--task-prior");
}
