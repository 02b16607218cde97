import { ArgumentError, NumericalError } from "../../errors.js";
import { flatten, Matrix, symmetricEigen, symmetryBases } from "../../numeric/matrix.js";
import { addTraceGradientTangent, floatTraceTangents } from "./circuit/float-traces.js";
import { multiply, transpose } from "./circuit/row-major.js";
import { traceHessianProduct } from "./circuit/trace-hessian.js";
import { rowMajor } from "./float-letters.js";
import {
  emptyAdjoints,
  gradientFromAdjoints,
  type LinearizedLoss,
  linearize,
  weightedRoots,
} from "./population-gradient.js";
import { type PopulationPolynomial, populationPolynomial } from "./population-polynomial.js";
import {
  type CheckedProblem,
  checkProblem,
  type PopulationSetting,
  type StackWeights,
} from "./setting.js";
import { shapeOf } from "./shape.js";

/**
 * Hessian of the population loss in the preconditioners, applied to a direction.
 *
 * Statement.    d/ds ∇ℓ(A₁ + s D₁, …, A_k + s D_k) at s = 0, by forward-over-reverse
 * Conventions.  the coordinates of A, u held fixed
 * Throws.       as populationLoss; ArgumentError unless there is one d×d direction for each layer
 */
export function populationHessianProduct(
  setting: PopulationSetting,
  weights: StackWeights,
  directions: readonly Matrix[],
): Matrix[] {
  const where = "populationHessianProduct";
  const problem = checkProblem(where, setting, weights);
  const { dim } = problem;
  const isFitting =
    directions.length === problem.preconditioners.length &&
    directions.every(({ rows, columns }) => rows === dim && columns === dim);
  if (!isFitting) {
    const requirement = `${problem.preconditioners.length} matrices of ${dim}×${dim}`;
    throw new ArgumentError(where, "directions", requirement, directions.length);
  }
  const polynomial = populationPolynomial(shapeOf(where, problem, "last", "general"));
  return applyHessian(polynomial, problem, linearize(polynomial, problem), directions);
}

/** The Hessian in an orthonormal basis: symmetric directions first, then antisymmetric ones. */
export interface PopulationHessian {
  readonly matrix: Matrix;
  /** The basis: d(d+1)/2 symmetric matrices, then d(d−1)/2 antisymmetric ones. */
  readonly basis: readonly Matrix[];
  /** Eigenvalues of the whole Hessian, ascending. */
  readonly eigenvalues: readonly number[];
  readonly symmetric: HessianSector;
  readonly antisymmetric: HessianSector;
  /** Frobenius norm of the block between the sectors; 0 at symmetric A when Σ = I and Ω = I. */
  readonly coupling: number;
}

/** One diagonal block of a Hessian: eigenvalues ascending, with unit eigenvectors as matrices. */
export interface HessianSector {
  readonly eigenvalues: readonly number[];
  readonly directions: readonly Matrix[];
}

/**
 * Dense Hessian of the population loss in the one preconditioner A, split by symmetry.
 *
 * Conventions.  directions of unit Frobenius norm in the coordinates of A
 * Accuracy.     rounding of d² Hessian-vector products; exact signs: `antisymmetricCurvature`
 * Throws.       as populationLoss; ArgumentError when the stack has more than one layer
 */
export function populationHessian(
  setting: PopulationSetting,
  weights: StackWeights,
): PopulationHessian {
  const where = "populationHessian";
  const problem = checkProblem(where, setting, weights);
  if (problem.preconditioners.length !== 1) {
    const { length } = problem.preconditioners;
    throw new ArgumentError(where, "preconditioners", "one looped layer", length);
  }
  const { dim } = problem;
  const polynomial = populationPolynomial(shapeOf(where, problem, "last", "general"));
  const point = linearize(polynomial, problem);
  const bases = symmetryBases(dim);
  const basis = [...bases.symmetric, ...bases.antisymmetric];
  const products = basis.map((direction) =>
    flatten(applyHessian(polynomial, problem, point, [direction])[0]!),
  );
  const flatBasis = basis.map(flatten);
  const entry = (i: number, j: number) => {
    let sum = 0;
    for (const [k, value] of products[j]!.entries()) sum += value * flatBasis[i]![k]!;
    return sum;
  };
  const size = basis.length;
  const matrix = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const mean = (entry(i, j) + entry(j, i)) / 2;
      matrix.set(i, j, mean);
      matrix.set(j, i, mean);
    }
  }
  const split = (dim * (dim + 1)) / 2;
  return {
    matrix,
    basis,
    eigenvalues: symmetricEigen(matrix).values,
    symmetric: sector(matrix, basis, 0, split),
    antisymmetric: sector(matrix, basis, split, size),
    // d = 1 has no antisymmetric direction to couple with.
    coupling:
      split === size ? 0 : matrix.subMatrix(0, split - 1, split, size - 1).norm("frobenius"),
  };
}

function applyHessian(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
  point: LinearizedLoss,
  directions: readonly Matrix[],
): Matrix[] {
  const { circuit, plan } = polynomial;
  const { matrices, traces, values, inverseN, adjoints } = point;
  const letterDirections = directionsOfLetters(polynomial, problem, directions);
  const tangents = floatTraceTangents(plan, traces, matrices, letterDirections);
  const gradientRate = traceHessianProduct(
    circuit,
    weightedRoots(polynomial, problem),
    { traces: traces.values, values, adjoints, inverseN },
    tangents.values,
  );
  const letterAdjoints = emptyAdjoints(polynomial, problem.dim);
  addTraceGradientTangent(
    plan,
    traces,
    tangents,
    matrices,
    letterDirections,
    point.traceGradient,
    gradientRate,
    letterAdjoints,
  );
  const { preconditioners } = gradientFromAdjoints(polynomial, problem, letterAdjoints, false);
  if (!preconditioners.every((matrix) => Number.isFinite(matrix.sum()))) {
    throw new NumericalError("populationHessianProduct: the product left the finite numbers");
  }
  return preconditioners;
}

/** D Σ and DᵀΣ for every layer, zero for the priors. */
function directionsOfLetters(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
  directions: readonly Matrix[],
): Float64Array[] {
  const { dim } = problem;
  const covariance = problem.covariance && rowMajor(problem.covariance);
  const letters = emptyAdjoints(polynomial, dim);
  for (const [k, direction] of directions.entries()) {
    const entries = flatten(direction);
    for (const [offset, one] of [entries, transpose(entries, dim)].entries()) {
      letters[2 * k + offset] = covariance === undefined ? one : multiply(one, covariance, dim);
    }
  }
  return letters;
}

function sector(
  matrix: Matrix,
  basis: readonly Matrix[],
  start: number,
  end: number,
): HessianSector {
  if (start === end) return { eigenvalues: [], directions: [] };
  const block = matrix.subMatrix(start, end - 1, start, end - 1);
  const { values, vectors } = symmetricEigen(block);
  const directions = values.map((_, k) => {
    const direction = Matrix.zeros(basis[0]!.rows, basis[0]!.columns);
    for (let i = start; i < end; i++) {
      direction.add(Matrix.mul(basis[i]!, vectors.get(i - start, k)));
    }
    return direction;
  });
  return { eigenvalues: values, directions };
}
