import { NumericalError } from "../../errors.js";
import { type Matrix, matrixFrom } from "../../numeric/matrix.js";
import { sweepGradient, sweepValues } from "./circuit/circuit-sweeps.js";
import { addTraceGradient, type FloatTraces, floatTraces } from "./circuit/float-traces.js";
import { multiply } from "./circuit/row-major.js";
import { inverse } from "./evaluate-float.js";
import { floatLetters, pullBackGradient, rowMajor } from "./float-letters.js";
import { type PopulationPolynomial, populationPolynomial } from "./population-polynomial.js";
import {
  type CheckedProblem,
  checkProblem,
  type PopulationSetting,
  type StackWeights,
} from "./setting.js";
import { requireSymmetricKind, shapeOf } from "./shape.js";

/** Loss and gradient at one point. */
export interface PopulationGradient {
  readonly value: number;
  /** ∂ℓ/∂A_k for every layer, in the coordinates of A. */
  readonly preconditioners: readonly Matrix[];
  /** ∂ℓ/∂u */
  readonly readIn: readonly number[];
}

/** How a gradient is taken. */
export interface PopulationGradientOptions {
  /**
   * "symmetric" asks for the gradient on the space of symmetric preconditioners (the symmetric
   * part of the full one) at symmetric preconditioners: a smaller circuit, more loops in reach.
   */
  readonly sector?: "full" | "symmetric";
}

/**
 * Exact gradient of the population loss with respect to every preconditioner and the read-in.
 *
 * Statement.    reverse mode through the traces and the circuit of `populationLoss`
 * Conventions.  ∇_A in the coordinates of A: Σ^{1/2}(∇_B ℓ)Σ^{1/2} for B = Σ^{1/2}AΣ^{1/2}
 * Accuracy.     that of the loss in doubles: absolute error about its errorBound per unit of A
 * Throws.       as populationLoss; NumericalError when the gradient leaves the finite numbers
 * Source.       derived here
 */
export function populationGradient(
  setting: PopulationSetting,
  weights: StackWeights,
  options: PopulationGradientOptions = {},
): PopulationGradient {
  const problem = checkProblem("populationGradient", setting, weights);
  const isSymmetric = options.sector === "symmetric";
  const kind = isSymmetric ? requireSymmetricKind("populationGradient", problem) : "general";
  const polynomial = populationPolynomial(shapeOf("populationGradient", problem, "last", kind));
  const point = linearize(polynomial, problem);
  const adjoints = emptyAdjoints(polynomial, problem.dim);
  const { plan } = polynomial;
  addTraceGradient(plan, point.traces, point.matrices, point.traceGradient, adjoints);
  const gradient = gradientFromAdjoints(polynomial, problem, adjoints, isSymmetric);
  if (!gradient.preconditioners.every((matrix) => Number.isFinite(matrix.sum()))) {
    throw new NumericalError("populationGradient: the gradient left the finite numbers");
  }
  return { value: point.value, ...gradient };
}

/** The loss at a point with what its first and second derivatives start from. */
export interface LinearizedLoss {
  readonly value: number;
  readonly matrices: readonly Float64Array[];
  readonly traces: FloatTraces;
  readonly values: Float64Array;
  /** Derivatives with respect to the states' values, as `sweepGradient` leaves them. */
  readonly adjoints: Float64Array;
  readonly traceGradient: Float64Array;
  readonly inverseN: number;
}

/** Evaluates the last stage and its gradient with respect to the traces. */
export function linearize(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
): LinearizedLoss {
  const { circuit, plan } = polynomial;
  const inverseN = inverse(problem.n);
  const matrices = floatLetters(problem).map((letter) => letter.entries);
  const traces = floatTraces(plan, matrices, problem.dim);
  const values = sweepValues(circuit, traces.values, inverseN);
  const adjoints = new Float64Array(circuit.stateCount);
  const direct = new Float64Array(traces.values.length);
  let value = 0;
  for (const { root, weight } of weightedRoots(polynomial, problem)) {
    const { state, trace } = circuit.roots[root]!;
    value += weight * traces.values[trace]! * values[state]!;
    adjoints[state]! += weight * traces.values[trace]!;
    direct[trace]! += weight * values[state]!;
  }
  const traceGradient = sweepGradient(circuit, traces.values, values, inverseN, adjoints);
  for (const [k, one] of direct.entries()) traceGradient[k]! += one;
  return { value, matrices, traces, values, adjoints, traceGradient, inverseN };
}

/** The roots of the last stage with the weight of each in the loss. */
export function weightedRoots(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
): { root: number; weight: number }[] {
  const stage = polynomial.stages.at(-1)!;
  const noise = problem.noiseVariance.toNumber() * inverse(problem.n);
  return [
    ...stage.residual.map(({ root, coefficient }) => ({ root, weight: coefficient })),
    ...stage.noise.map(({ root, coefficient }) => ({ root, weight: noise * coefficient })),
  ];
}

/** A zero matrix for every symbol. */
export function emptyAdjoints(polynomial: PopulationPolynomial, dim: number): Float64Array[] {
  return Array.from({ length: polynomial.plan.symbolCount }, () => new Float64Array(dim * dim));
}

/** From gradients at the letters to gradients at A and u. */
export function gradientFromAdjoints(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
  adjoints: readonly Float64Array[],
  isSymmetric: boolean,
): { preconditioners: Matrix[]; readIn: number[] } {
  const { dim } = problem;
  const covariance = problem.covariance && rowMajor(problem.covariance);
  const preconditioners = problem.preconditioners.map((_, k) => {
    const pulled = pullBackGradient(adjoints[2 * k]!, adjoints[2 * k + 1]!, covariance, dim);
    const gradient = matrixFrom(dim, dim, pulled);
    return isSymmetric ? gradient.add(gradient.transpose()).mul(0.5) : gradient;
  });
  const atPrior = adjoints[2 * polynomial.layerLetters]!;
  const readIn = problem.readIn ?? new Array<number>(dim).fill(0);
  return { preconditioners, readIn: readInGradient(atPrior, covariance, readIn, dim) };
}

/** (G + Gᵀ)u for G = (gradient at uuᵀΣ)·Σ. */
function readInGradient(
  atPrior: Float64Array,
  covariance: Float64Array | undefined,
  readIn: readonly number[],
  dim: number,
): number[] {
  const pulled = covariance === undefined ? atPrior : multiply(atPrior, covariance, dim);
  return readIn.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < dim; j++) sum += (pulled[i * dim + j]! + pulled[j * dim + i]!) * readIn[j]!;
    return sum;
  });
}
