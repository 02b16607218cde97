import { Rational } from "../../numeric/rational.js";
import { SAMPLE } from "./alphabet.js";
import type { Circuit } from "./circuit.js";
import { integerLetters } from "./integer-letters.js";
import {
  type IntegerMatrix,
  identityIntegers,
  integerTrace,
  multiplyIntegers,
} from "./integer-matrix.js";
import type { PopulationPolynomial, PopulationStage, RootTerm } from "./population-polynomial.js";
import type { CheckedProblem } from "./setting.js";
import type { TracePlan } from "./trace-plan.js";

/** Everything integer that a loss is made of: n^degree · (letters over 1) for every state. */
export interface IntegerState {
  readonly letters: readonly IntegerMatrix[];
  readonly products: readonly (readonly bigint[])[];
  /** traces[0] = 1 */
  readonly traces: readonly bigint[];
  readonly values: readonly bigint[];
}

/** The loss after each stage, exactly, for the doubles or rationals given. */
export function evaluateExact(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
): Rational[] {
  const state = integerState(polynomial, problem);
  return polynomial.stages.map((stage) => {
    let total = Rational.ZERO;
    for (const { numerator, denominator } of stageTerms(polynomial, problem, state, stage)) {
      total = total.plus(Rational.of(numerator, denominator));
    }
    return total;
  });
}

/** Traces and state values of the Wishart nS itself: integers, whatever n. */
export function integerState(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
): IntegerState {
  const letters = integerLetters(problem);
  const products = integerProducts(polynomial.plan, letters, problem.dim);
  const traces = integerTraces(polynomial.plan, products, problem.dim);
  const values = sweepIntegers(polynomial.circuit, traces, problem.n);
  return { letters, products, traces, values };
}

/** The products of the plan's nodes, numerators only. */
function integerProducts(plan: TracePlan, letters: readonly IntegerMatrix[], dim: number) {
  const products: (readonly bigint[])[] = [identityIntegers(dim)];
  for (let node = 1; node < plan.parent.length; node++) {
    const { entries } = letters[plan.symbol[node]!]!;
    const before = plan.parent[node]!;
    products.push(before === 0 ? entries : multiplyIntegers(products[before]!, entries, dim));
  }
  return products;
}

function integerTraces(
  plan: TracePlan,
  products: readonly (readonly bigint[])[],
  dim: number,
): bigint[] {
  return plan.left.map((left, k) =>
    k === 0 ? 1n : integerTrace(products[left]!, products[plan.right[k]!]!, dim),
  );
}

/** State values of W = nS, integers when the traces are. */
export function sweepIntegers(circuit: Circuit, traces: readonly bigint[], n: bigint): bigint[] {
  const { stateCount, meanChild, meanTrace, edgeStart, edgeChild, edgeTrace, edgeWeight } = circuit;
  const values = new Array<bigint>(stateCount);
  values[stateCount - 1] = 1n;
  for (let s = stateCount - 2; s >= 0; s--) {
    let sum = n * traces[meanTrace[s]!]! * values[meanChild[s]!]!;
    for (let e = edgeStart[s]!, end = edgeStart[s + 1]!; e < end; e++) {
      const value = BigInt(edgeWeight[e]!) * values[edgeChild[e]!]!;
      const trace = edgeTrace[e]!;
      sum += trace === 0 ? value : traces[trace]! * value;
    }
    values[s] = sum;
  }
  return values;
}

/** A root's share of a stage: weight · (trace · value of the root) = numerator / denominator. */
export interface ExactTerm {
  readonly root: number;
  readonly weight: bigint;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The terms of one stage over their own denominators, terms of equal denominator merged. */
function stageTerms(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
  state: IntegerState,
  stage: PopulationStage,
): { numerator: bigint; denominator: bigint }[] {
  const sums = new Map<bigint, bigint>();
  for (const { numerator, denominator } of exactTerms(polynomial, problem, state, stage)) {
    sums.set(denominator, (sums.get(denominator) ?? 0n) + numerator);
  }
  return [...sums].map(([denominator, numerator]) => ({ numerator, denominator }));
}

/** Every root's share of a stage. */
export function exactTerms(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
  state: IntegerState,
  stage: PopulationStage,
): ExactTerm[] {
  const { circuit, rootWords } = polynomial;
  const { noiseVariance, n } = problem;
  const terms: ExactTerm[] = [];
  const add = ({ root, coefficient }: RootTerm, factor: bigint, divisor: bigint) => {
    const { state: s, trace } = circuit.roots[root]!;
    const weight = BigInt(coefficient) * factor;
    const numerator = weight * state.traces[trace]! * state.values[s]!;
    const denominator = divisor * wordDenominator(polynomial, state, rootWords[root]!, n);
    terms.push({ root, weight, numerator, denominator });
  };
  for (const term of stage.residual) add(term, 1n, 1n);
  for (const term of stage.noise) add(term, noiseVariance.numerator, noiseVariance.denominator * n);
  return terms;
}

/** n for every S, its denominator for every letter. */
function wordDenominator(
  { circuit }: PopulationPolynomial,
  { letters }: IntegerState,
  word: string,
  n: bigint,
): bigint {
  let product = 1n;
  for (let i = 0; i < word.length; i++) {
    if (word[i] === SAMPLE) {
      product *= n;
      continue;
    }
    const { index, transposed } = circuit.alphabet.decode(word, i)!;
    product *= letters[2 * index + (transposed ? 1 : 0)]!.denominator;
  }
  return product;
}
