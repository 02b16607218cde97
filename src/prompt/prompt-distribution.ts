import { ArgumentError, Description, requireInteger, requirePositive } from "../errors.js";
import { Matrix, requirePositiveDefinite, symmetricFunction } from "../numeric/matrix.js";

/**
 * The law of an in-context regression prompt.
 *
 * Conventions.  x ~ N(0, covariance), w ~ N(0, taskCovariance), context labels
 *               y_i = w·x_i + ε_i with Var ε_i = noiseVariance, noiseless target w·x_q.
 * Shapes.       covariance, taskCovariance: (dim, dim)
 */
export interface PromptDistribution {
  readonly dim: number;
  readonly contextLength: number;
  readonly covariance: Matrix;
  readonly taskCovariance: Matrix;
  readonly noiseVariance: number;
}

/**
 * A checked prompt law with the defaults of the looped-GD paper.
 *
 * @param options.covariance      default: the identity
 * @param options.taskCovariance  default: the inverse of the covariance
 * @param options.noiseVariance   default: 0
 * Throws.       ArgumentError for non-positive sizes, matrices that are not SPD or of another size,
 *               negative noise
 */
export function promptDistribution(options: {
  readonly dim: number;
  readonly contextLength: number;
  readonly covariance?: Matrix;
  readonly taskCovariance?: Matrix;
  readonly noiseVariance?: number;
}): PromptDistribution {
  const where = "promptDistribution";
  const { dim, contextLength, noiseVariance = 0 } = options;
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
  return { dim, contextLength, covariance, taskCovariance, noiseVariance };
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
