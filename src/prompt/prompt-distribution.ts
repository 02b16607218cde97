import { ArgumentError, Description, requireInteger, requirePositive } from "../errors.js";
import { Matrix, requirePositiveDefinite, symmetricFunction } from "../numeric/matrix.js";
import { type CovariateLaw, requireCovariateLaw } from "./covariate-law.js";

/**
 * The law of an in-context regression prompt.
 *
 * Conventions.  x ~ N(0, covariance), or of another shape of the same covariance (`covariateLaw`);
 *               w ~ N(0, taskCovariance), or uniform on a pool of tasks; context labels
 *               y_i = w·x_i + ε_i with ε_i ~ N(0, noiseVariance), noiseless target w·x_q.
 * Shapes.       covariance, taskCovariance: (dim, dim); taskPool: (dim) each
 */
export interface PromptDistribution {
  readonly dim: number;
  readonly contextLength: number;
  readonly covariance: Matrix;
  readonly taskCovariance: Matrix;
  readonly noiseVariance: number;
  readonly covariateLaw: CovariateLaw;
  /** The tasks that occur, equally likely; absent: a fresh task in every prompt. */
  readonly taskPool?: readonly Float64Array[];
}

/**
 * A checked prompt law with the defaults of the looped-GD paper.
 *
 * @param options.covariance      default: the identity
 * @param options.taskCovariance  default: the inverse of the covariance
 * @param options.noiseVariance   default: 0
 * @param options.covariateLaw    default: Gaussian
 * @param options.taskPool        default: none, tasks are fresh (`drawTaskPool` draws one)
 * Throws.       ArgumentError for non-positive sizes, matrices that are not SPD or of another size,
 *               negative noise, an empty pool or one with a task of another size
 */
export function promptDistribution(options: {
  readonly dim: number;
  readonly contextLength: number;
  readonly covariance?: Matrix;
  readonly taskCovariance?: Matrix;
  readonly noiseVariance?: number;
  readonly covariateLaw?: CovariateLaw;
  readonly taskPool?: readonly Float64Array[];
}): PromptDistribution {
  const where = "promptDistribution";
  const { dim, contextLength, noiseVariance = 0, taskPool } = options;
  const { covariateLaw = { kind: "gaussian" } } = options;
  requireInteger(where, "dim", dim);
  requireInteger(where, "contextLength", contextLength);
  requirePositive(where, "noiseVariance", noiseVariance, { allowZero: true });
  const covariance = options.covariance ?? Matrix.eye(dim);
  requireSquareOfSize(where, "covariance", covariance, dim);
  requirePositiveDefinite(where, "covariance", covariance);
  const taskCovariance =
    options.taskCovariance ?? symmetricFunction(covariance, (value) => 1 / value);
  requireSquareOfSize(where, "taskCovariance", taskCovariance, dim);
  requirePositiveDefinite(where, "taskCovariance", taskCovariance);
  requireCovariateLaw(where, covariateLaw);
  if (taskPool !== undefined) requireTaskPool(where, taskPool, dim);
  return {
    ...{ dim, contextLength, covariance, taskCovariance, noiseVariance, covariateLaw },
    ...(taskPool !== undefined && { taskPool }),
  };
}

function requireTaskPool(where: string, pool: readonly Float64Array[], dim: number): void {
  const odd = pool.find((task) => task.length !== dim || !task.every(Number.isFinite));
  if (pool.length > 0 && odd === undefined) return;
  const requirement = `at least one task, all of ${dim} finite entries`;
  throw new ArgumentError(where, "taskPool", requirement, odd ?? []);
}

function requireSquareOfSize(where: string, argument: string, matrix: Matrix, dim: number): void {
  if (matrix.rows !== dim || matrix.columns !== dim) {
    throw new ArgumentError(
      where,
      argument,
      `a ${dim}×${dim} matrix`,
      new Description(`a ${matrix.rows}×${matrix.columns} matrix`),
    );
  }
}
