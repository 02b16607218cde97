import { flatten, type Matrix, matrixFrom, symmetricPart } from "../../numeric/matrix.js";
import { type Minimization, minimize } from "../../numeric/minimize.js";
import { populationGradient } from "../population/population-gradient.js";
import type { PopulationSetting } from "../population/setting.js";

/** A law of prompts and the number of loops of one layer. */
export interface LoopedLaw extends PopulationSetting {
  readonly loops: number;
}

export interface MatrixDescentOptions {
  /** "symmetric" stays among symmetric matrices, on the smaller circuit. */
  readonly sector: "full" | "symmetric";
  /** Typical distance of a start from a minimum, entry by entry. */
  readonly unit: number;
  readonly gradientTolerance: number;
  readonly noise: number;
  readonly maximalEvaluations: number;
}

/** Where a descent over matrices stopped. */
export interface MatrixDescent {
  readonly preconditioner: Matrix;
  readonly loss: number;
  /** Frobenius norm of ∇_A ℓ (of its symmetric part in the symmetric sector). */
  readonly gradientNorm: number;
  readonly status: Minimization["status"];
  readonly evaluations: number;
}

/**
 * Local descent on the exact loss over all matrices A, or over the symmetric ones.
 *
 * Throws.       as populationGradient
 */
export function descendOverMatrices(
  law: LoopedLaw,
  start: Matrix,
  options: MatrixDescentOptions,
): MatrixDescent {
  const { dim, loops, ...rest } = law;
  const setting: PopulationSetting = { dim, ...rest };
  const { sector, unit } = options;
  const toMatrix = (point: Float64Array) => {
    const matrix = matrixFrom(dim, dim, point).mul(unit);
    return sector === "symmetric" ? symmetricPart(matrix) : matrix;
  };
  const f = (point: Float64Array) => {
    const weights = { preconditioners: [toMatrix(point)], loops };
    const { value, preconditioners } = populationGradient(setting, weights, { sector });
    return { value, gradient: flatten(preconditioners[0]!.mul(unit)) };
  };
  const { value, status, stats } = minimize(f, flatten(start.clone().div(unit)), {
    gradientTolerance: options.gradientTolerance * unit,
    noise: options.noise,
    maximalEvaluations: options.maximalEvaluations,
    firstStep: 0.1,
  });
  return {
    preconditioner: toMatrix(value.point),
    loss: value.value,
    gradientNorm: stats.gradientNorm / unit,
    status,
    evaluations: stats.evaluations,
  };
}
