import { Rational } from "../../numeric/rational.js";
import { sweepIntegers } from "./circuit/integer-sweeps.js";
import type { TracePlan } from "./circuit/trace-plan.js";
import { integerLetters } from "./integer-letters.js";
import {
  type IntegerMatrix,
  identityIntegers,
  integerTrace,
  multiplyIntegers,
} from "./integer-matrix.js";
import type { PopulationPolynomial, PopulationStage } from "./population-polynomial.js";
import type { CheckedProblem } from "./setting.js";

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
    const { weights, denominator } = integerWeights(polynomial, problem, state, stage);
    let numerator = 0n;
    for (const { root, weight } of weights) {
      const { state: s, trace } = polynomial.circuit.roots[root]!;
      numerator += weight * state.traces[trace]! * state.values[s]!;
    }
    return Rational.of(numerator, denominator);
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

/**
 * Integer weights of the roots in a stage, over one denominator.
 *
 * Statement.    loss = Σ weight · (trace · value of the root) / denominator, the denominator with
 *               as many factors n and letter denominators as the longest word asks for: reducing
 *               fractions term by term would cost far more than the sums themselves
 */
export function integerWeights(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
  state: IntegerState,
  stage: PopulationStage,
): { weights: { root: number; weight: bigint }[]; denominator: bigint } {
  const { noiseVariance, n } = problem;
  const bases = [n, ...state.letters.map((letter) => letter.denominator)];
  const parts = [
    ...stage.residual.map((term) => ({ ...term, isNoise: false })),
    ...stage.noise.map((term) => ({ ...term, isNoise: true })),
  ].map(({ root, coefficient, isNoise }) => {
    const exponents = symbolCounts(polynomial, polynomial.rootWords[root]!);
    // The factor σ²/n of the noise part.
    if (isNoise) exponents[0]! += 1;
    const factor = isNoise ? noiseVariance.numerator : noiseVariance.denominator;
    return { root, exponents, weight: BigInt(coefficient) * factor };
  });
  const highest = bases.map((_, i) => Math.max(0, ...parts.map((part) => part.exponents[i]!)));
  const power = (exponents: readonly number[]) =>
    bases.reduce((product, base, i) => product * base ** BigInt(exponents[i]!), 1n);
  const weights = parts.map(({ root, exponents, weight }) => ({
    root,
    weight: weight * power(highest.map((most, i) => most - exponents[i]!)),
  }));
  return { weights, denominator: noiseVariance.denominator * power(highest) };
}

/** How often S (first) and then each symbol occur in a word. */
function symbolCounts({ circuit, plan }: PopulationPolynomial, word: string): number[] {
  const counts = new Array<number>(1 + plan.symbolCount).fill(0);
  for (let i = 0; i < word.length; i++) {
    const letter = circuit.alphabet.decode(word, i);
    const slot = letter === undefined ? 0 : 1 + 2 * letter.index + (letter.transposed ? 1 : 0);
    counts[slot]! += 1;
  }
  return counts;
}
