import { ArgumentError, Description } from "../errors.js";
import { dimOf } from "../model/weights.js";
import type { StoredWeights } from "../model/weights-file.js";
import type { Matrix } from "../numeric/matrix.js";
import { describeCovariateLaw } from "../prompt/covariate-law.js";
import { type PromptDistribution, promptDistribution } from "../prompt/prompt-distribution.js";
import type { LawOptions } from "./options.js";
import { namedCovariance, namedShape, namedTaskPrior } from "./prompt-law.js";

/** A value that file and flag state differently. */
export interface Override {
  readonly field: string;
  readonly file: string;
  readonly flag: string;
}

/**
 * The law and depth to compare at: flags that were given win over what the file states, which wins
 * over the defaults.
 *
 * @param given  names of the options that were given on the command line
 * Throws.       ArgumentError when context or loops are neither in the file nor given
 */
export function resolveLaw(
  stored: StoredWeights,
  options: LawOptions & {
    readonly context?: number;
    readonly loops?: number;
    readonly seed: number;
  },
  given: ReadonlySet<string>,
): { distribution: PromptDistribution; loops: number; overrides: Override[] } {
  const dim = dimOf(stored.weights);
  const contextLength = options.context ?? stored.contextLength;
  const loops = options.loops ?? stored.loops ?? (stored.weights.layers.length > 1 ? 1 : undefined);
  if (contextLength === undefined) throw missing("--context", "n");
  if (loops === undefined) throw missing("--loops", "L");
  const covariance =
    given.has("covariance") || stored.covariance === undefined
      ? namedCovariance(options, dim)
      : stored.covariance;
  const taskCovariance =
    given.has("taskPrior") || stored.taskCovariance === undefined
      ? namedTaskPrior(options, covariance)
      : stored.taskCovariance;
  const noiseVariance =
    given.has("noise") || stored.noiseVariance === undefined ? options.noise : stored.noiseVariance;
  const named = namedShape(options, taskCovariance);
  const covariateLaw = given.has("covariates")
    ? named.covariateLaw
    : (stored.covariateLaw ?? named.covariateLaw);
  const taskPool = given.has("taskPool") ? named.taskPool : stored.taskPool;
  const distribution = promptDistribution({
    ...{ dim, contextLength, covariance, taskCovariance, noiseVariance },
    covariateLaw,
    ...(taskPool !== undefined && { taskPool }),
  });
  const overrides: Override[] = [];
  const note = (name: string, field: string, file: number | undefined, flag: number) => {
    if (given.has(name) && file !== undefined && file !== flag) {
      overrides.push({ field, file: String(file), flag: String(flag) });
    }
  };
  note("context", "n", stored.contextLength, contextLength);
  note("loops", "L", stored.loops, loops);
  note("noise", "noise", stored.noiseVariance, noiseVariance);
  const inFile = describeCovariateLaw(stored.covariateLaw ?? { kind: "gaussian" });
  if (given.has("covariates") && inFile !== options.covariates) {
    overrides.push({ field: "covariates", file: inFile, flag: options.covariates });
  }
  if (given.has("taskPool") && stored.taskPool !== undefined) {
    const file = `a pool of ${stored.taskPool.length} tasks`;
    overrides.push({ field: "Tasks", file, flag: `a pool of ${options.taskPool}` });
  }
  if (given.has("covariance") && differs(stored.covariance, covariance)) {
    overrides.push({ field: "Sigma", file: "another matrix", flag: options.covariance });
  }
  if (given.has("taskPrior") && differs(stored.taskCovariance, taskCovariance)) {
    overrides.push({ field: "Omega", file: "another matrix", flag: options.taskPrior });
  }
  return { distribution, loops, overrides };
}

function missing(flag: string, field: string): ArgumentError {
  return new ArgumentError(
    "compare",
    flag,
    `given, since the file's metadata has no ${field}`,
    new Description("nothing"),
  );
}

function differs(stored: Matrix | undefined, used: Matrix): boolean {
  return (
    stored !== undefined && stored.clone().sub(used).abs().max() > 1e-12 * used.clone().abs().max()
  );
}
