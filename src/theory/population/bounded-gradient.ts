import { type Matrix, matrixFrom } from "../../numeric/matrix.js";
import { sweepErrors, sweepValues } from "./circuit/circuit-sweeps.js";
import {
  floatTraces,
  ROUNDOFF,
  roundingFactor,
  SAFETY,
  traceErrors,
} from "./circuit/float-traces.js";
import { boundedSweepGradient, boundedTraceGradient } from "./circuit/gradient-errors.js";
import { frobenius } from "./circuit/row-major.js";
import { inverse } from "./evaluate-float.js";
import { exactPopulationGradient } from "./exact-gradient.js";
import { floatLetters, pullBackGradient, rowMajor } from "./float-letters.js";
import { weightedRoots } from "./population-gradient.js";
import { needsRationals } from "./population-loss.js";
import { type PopulationPolynomial, populationPolynomial } from "./population-polynomial.js";
import {
  type CheckedProblem,
  checkProblem,
  type PopulationSetting,
  type RationalMatrix,
  type StackWeights,
} from "./setting.js";
import { shapeOf } from "./shape.js";

/** A gradient in doubles with bounds on its error. */
export interface BoundedPopulationGradient {
  /** ∂ℓ/∂A_k for every layer, in the coordinates of A. */
  readonly preconditioners: readonly Matrix[];
  /** For every layer, at least ‖computed − exact‖_F. */
  readonly errorBounds: readonly number[];
  /** "exact" when rational arithmetic was used and only the last rounding remains. */
  readonly method: "float" | "exact";
}

/**
 * Gradient of the population loss in the preconditioners, with a rigorous bound on its error.
 *
 * Statement.    as populationGradient; doubles while every layer's bound is at most relativeTolerance times
 *               the norm of its gradient, else (and for rational weights) rationals: near the optimum at
 *               large n the gradient is a difference of numbers many orders larger than itself
 * Accuracy.     ‖computed − exact‖_F ≤ errorBounds[k]; at a stationary point, where no relative accuracy
 *               can be had from doubles, the rationals' nearest doubles
 * Throws.       as populationLoss
 * Source.       derived here: docs/derivation-population-loss.md
 */
export function boundedPopulationGradient(
  setting: PopulationSetting,
  weights: StackWeights,
  { relativeTolerance = 1e-6 }: { readonly relativeTolerance?: number } = {},
): BoundedPopulationGradient {
  const where = "boundedPopulationGradient";
  const problem = checkProblem(where, setting, weights);
  const polynomial = populationPolynomial(shapeOf(where, problem, "last", "general"));
  if (!needsRationals(problem)) {
    const gradient = inDoubles(polynomial, problem);
    // Written so that NaN and infinities, left by overflow, count as not accurate.
    const isAccurate = gradient.errorBounds.every(
      (bound, k) => bound <= relativeTolerance * gradient.preconditioners[k]!.norm("frobenius"),
    );
    if (isAccurate) return gradient;
  }
  return roundedGradient(exactPopulationGradient(setting, weights).preconditioners);
}

/** Exact gradients as their nearest doubles. */
function roundedGradient(exact: readonly RationalMatrix[]): BoundedPopulationGradient {
  const preconditioners = exact.map((matrix) => {
    const entries = matrix.flat().map((entry) => entry.toNumber());
    return matrixFrom(matrix.length, matrix.length, entries);
  });
  const errorBounds = preconditioners.map((matrix) => 2 * ROUNDOFF * matrix.norm("frobenius"));
  return { preconditioners, errorBounds, method: "exact" };
}

function inDoubles(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
): BoundedPopulationGradient {
  const { circuit, plan } = polynomial;
  const { dim } = problem;
  const inverseN = inverse(problem.n);
  const letters = floatLetters(problem);
  const matrices = letters.map(({ entries }) => entries);
  const floats = floatTraces(plan, matrices, dim);
  const traces = { values: floats.values, errors: traceErrors(plan, floats, letters) };
  const values = sweepValues(circuit, traces.values, inverseN);
  const errors = sweepErrors(circuit, traces.values, traces.errors, values, inverseN);
  const roots = weightedRoots(polynomial, problem).map(({ root, weight }) => ({
    ...circuit.roots[root]!,
    weight,
  }));
  const slopes = boundedSweepGradient(circuit, roots, traces, { values, errors }, inverseN);
  const adjoints = boundedTraceGradient(plan, floats, letters, slopes);
  const covariance = problem.covariance && rowMajor(problem.covariance);
  const size = covariance === undefined ? 1 : frobenius(covariance);
  const preconditioners = problem.preconditioners.map((_, k) => {
    const [plain, transposed] = [adjoints[2 * k]!, adjoints[2 * k + 1]!];
    return matrixFrom(
      dim,
      dim,
      pullBackGradient(plain.entries, transposed.entries, covariance, dim),
    );
  });
  const errorBounds = preconditioners.map((_, k) => {
    const [plain, transposed] = [adjoints[2 * k]!, adjoints[2 * k + 1]!];
    const magnitude = frobenius(plain.entries) + frobenius(transposed.entries);
    const inherited = plain.error + transposed.error;
    return SAFETY * size * (inherited + roundingFactor(dim + 3) * magnitude);
  });
  return { preconditioners, errorBounds, method: "float" };
}
