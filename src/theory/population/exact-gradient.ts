import { Rational } from "../../numeric/rational.js";
import { addIntegerSweepGradient } from "./circuit/integer-sweeps.js";
import type { TracePlan } from "./circuit/trace-plan.js";
import { type IntegerState, integerState, integerWeights } from "./evaluate-exact.js";
import { integerMatrix, multiplyIntegers, transposeIntegers } from "./integer-matrix.js";
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
  const adjoints = integerTraceGradient(plan, state, gradient, problem.dim);
  return {
    loss: Rational.of(numerator, integer.denominator),
    preconditioners: pullBack(polynomial, problem, state, adjoints, integer.denominator),
  };
}

/** The gradient of Σ weights·traces at every symbol's numerators. */
function integerTraceGradient(
  plan: TracePlan,
  { letters, products }: IntegerState,
  weights: readonly bigint[],
  dim: number,
): bigint[][] {
  const zero = () => new Array<bigint>(dim * dim).fill(0n);
  const nodes = products.map(zero);
  for (let k = 1; k < plan.left.length; k++) {
    if (weights[k] === 0n) continue;
    const [u, v] = [plan.left[k]!, plan.right[k]!];
    addScaled(nodes[u]!, transposeIntegers(products[v]!, dim), weights[k]!);
    addScaled(nodes[v]!, transposeIntegers(products[u]!, dim), weights[k]!);
  }
  const symbols = Array.from({ length: plan.symbolCount }, zero);
  for (let node = products.length - 1; node >= 1; node--) {
    const before = plan.parent[node]!;
    const symbol = plan.symbol[node]!;
    const left = transposeIntegers(products[before]!, dim);
    addScaled(symbols[symbol]!, multiplyIntegers(left, nodes[node]!, dim), 1n);
    if (before === 0) continue;
    const right = transposeIntegers(letters[symbol]!.entries, dim);
    addScaled(nodes[before]!, multiplyIntegers(nodes[node]!, right, dim), 1n);
  }
  return symbols;
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

function addScaled(into: bigint[], from: readonly bigint[], factor: bigint): void {
  for (const [i, value] of from.entries()) into[i]! += factor * value;
}
