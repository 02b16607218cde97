import { Rational } from "../../numeric/rational.js";
import { addIntegerSweepGradient } from "./circuit/integer-sweeps.js";
import { type IntegerState, integerState, integerWeights } from "./evaluate-exact.js";
import { integerMatrix, multiplyIntegers, transposeIntegers } from "./integer-matrix.js";
import { integerTraceGradient } from "./integer-trace-gradient.js";
import { type PopulationPolynomial, populationPolynomial } from "./population-polynomial.js";
import {
  type CheckedProblem,
  checkProblem,
  type PopulationSetting,
  type RationalMatrix,
  type StackWeights,
} from "./setting.js";
import { shapeOf } from "./shape.js";

/** Loss and gradient at one point, as rationals. */
export interface ExactPopulationGradient {
  readonly loss: Rational;
  /** ∂ℓ/∂A_k for every layer, in the coordinates of A. */
  readonly preconditioners: readonly RationalMatrix[];
}

/**
 * The gradient of the population loss in the preconditioners, in rational arithmetic.
 *
 * Near the optimum at large n the loss is a difference of numbers many orders larger, and so is
 * its gradient: there `populationGradient`, in doubles, has no correct digit, and this one has all.
 *
 * Conventions.  as populationGradient
 * Accuracy.     exact for the doubles or rationals given
 * Throws.       as populationLoss
 * Source.       derived here: reverse mode on the integer circuit
 */
export function exactPopulationGradient(
  setting: PopulationSetting,
  weights: StackWeights,
): ExactPopulationGradient {
  const where = "exactPopulationGradient";
  const problem = checkProblem(where, setting, weights);
  const polynomial = populationPolynomial(shapeOf(where, problem, "last", "general"));
  const { circuit, plan } = polynomial;
  const state = integerState(polynomial, problem);
  const stage = polynomial.stages.at(-1)!;
  const integer = integerWeights(polynomial, problem, state, stage);
  const seeds = new Array<bigint>(circuit.stateCount).fill(0n);
  const gradient = new Array<bigint>(state.traces.length).fill(0n);
  let numerator = 0n;
  for (const { root, weight } of integer.weights) {
    const { state: s, trace } = circuit.roots[root]!;
    seeds[s]! += weight * state.traces[trace]!;
    gradient[trace]! += weight * state.values[s]!;
    numerator += weight * state.traces[trace]! * state.values[s]!;
  }
  addIntegerSweepGradient(circuit, state.traces, state.values, problem.n, seeds, gradient);
  const adjoints = integerTraceGradient(plan, state.letters, state.products, gradient, problem.dim);
  return {
    loss: Rational.of(numerator, integer.denominator),
    preconditioners: pullBack(polynomial, problem, state, adjoints, integer.denominator),
  };
}

/** ∇_A = G Σ + Σ G′ᵀ for the gradients G at AΣ and G′ at AᵀΣ. */
function pullBack(
  { layerLetters }: PopulationPolynomial,
  { covariance, dim }: CheckedProblem,
  { letters }: IntegerState,
  adjoints: readonly (readonly bigint[])[],
  denominator: bigint,
): RationalMatrix[] {
  const outer = covariance && integerMatrix(covariance, dim);
  const times = (adjoint: readonly bigint[]) =>
    outer === undefined ? adjoint : multiplyIntegers(adjoint, outer.entries, dim);
  return Array.from({ length: layerLetters }, (_, k) => {
    const plain = times(adjoints[2 * k]!);
    const transposed = transposeIntegers(times(adjoints[2 * k + 1]!), dim);
    const scale = letters[2 * k]!.denominator;
    const divisor = denominator * (outer?.denominator ?? 1n);
    const entry = (i: number) => Rational.of((plain[i]! + transposed[i]!) * scale, divisor);
    return Array.from({ length: dim }, (_, i) =>
      Array.from({ length: dim }, (_, j) => entry(i * dim + j)),
    );
  });
}
