import { leastCommonMultiple } from "../../../numeric/integer.js";
import { Rational } from "../../../numeric/rational.js";
import { addIntegerSweepGradient, sweepIntegers } from "../../population/circuit/integer-sweeps.js";
import { integerTraceGradient } from "../../population/integer-trace-gradient.js";
import type { RationalMatrix } from "../../population/setting.js";
import { type ExactBinding, factorOf, integerTraces, productOf } from "./exact-program.js";
import { addRationals, multiplyRationals, transposeRationals } from "./rational-product.js";
import type { TraceProgram } from "./trace-program.js";

/** A weighted sum of a program's sums and its gradient in the factors asked for, exactly. */
export interface ExactProgramGradient {
  readonly value: Rational;
  readonly gradients: ReadonlyMap<string, RationalMatrix>;
}

/**
 * The weighted sum of a program's sums with its gradient, in rational arithmetic.
 *
 * Statement.    reverse mode on the integer circuit, then through every letter's product
 * @param names  the factors to differentiate in
 */
export function differentiateProgramExactly(
  program: TraceProgram,
  binding: ExactBinding,
  weights: readonly Rational[],
  names: readonly string[],
): ExactProgramGradient {
  const { circuit, plan } = program;
  const { scale, n } = binding;
  const dim = scale.length;
  const { letters, products, traces } = integerTraces(program, binding);
  const values = sweepIntegers(circuit, traces, n);
  const terms = program.sums.flatMap((sum, k) =>
    sum.map(({ root, coefficient, symbols, degree }) => {
      const unit = symbols.reduce(
        (product, symbol) => product * letters[symbol]!.denominator,
        n ** BigInt(degree),
      );
      return { root, weight: weights[k]!.times(Rational.of(BigInt(coefficient), unit)) };
    }),
  );
  // One denominator for all terms: fractions are reduced at the very end.
  const denominator = terms.reduce(
    (common, { weight }) => leastCommonMultiple(common, weight.denominator),
    1n,
  );
  const seeds = new Array<bigint>(circuit.stateCount).fill(0n);
  const slopes = new Array<bigint>(traces.length).fill(0n);
  let numerator = 0n;
  for (const { root, weight } of terms) {
    const { state, trace } = circuit.roots[root]!;
    const factor = weight.numerator * (denominator / weight.denominator);
    seeds[state]! += factor * traces[trace]!;
    slopes[trace]! += factor * values[state]!;
    numerator += factor * traces[trace]! * values[state]!;
  }
  addIntegerSweepGradient(circuit, traces, values, n, seeds, slopes);
  const adjoints = integerTraceGradient(plan, letters, products, slopes, dim);
  const gradients = new Map<string, RationalMatrix>();
  const slopeAt = (symbol: number): RationalMatrix => {
    const unit = letters[symbol]!.denominator;
    const entry = (i: number) => Rational.of(adjoints[symbol]![i]! * unit, denominator);
    const square = Array.from({ length: dim }, (_, i) =>
      Array.from({ length: dim }, (_, j) => entry(i * dim + j)),
    );
    return multiplyRationals(square, scale);
  };
  for (const [k, word] of program.letters.entries()) {
    const slope = addRationals(slopeAt(2 * k), transposeRationals(slopeAt(2 * k + 1)));
    addProductGradient(word, binding, slope, names, gradients);
  }
  let value = Rational.of(numerator, denominator);
  for (const [k, constants] of program.constants.entries()) {
    for (const { word, coefficient } of constants) {
      const weight = weights[k]!.times(Rational.of(coefficient));
      const product = productOf(word, binding);
      value = product.reduce((sum, row, i) => sum.plus(row[i]!.times(weight)), value);
      const slope = product.map((row, i) => row.map((_, j) => (i === j ? weight : Rational.ZERO)));
      addProductGradient(word, binding, slope, names, gradients);
    }
  }
  return { value, gradients };
}

function addProductGradient(
  word: string,
  binding: ExactBinding,
  slope: RationalMatrix,
  wanted: readonly string[],
  gradients: Map<string, RationalMatrix>,
): void {
  if (word === "") return;
  const names = word.split(" ");
  const mirrored = names.map((name) => transposeRationals(factorOf(name, binding)));
  for (const [i, name] of names.entries()) {
    const isPlain = wanted.includes(name);
    const plain = isPlain ? name : name.slice(0, -1);
    if (!wanted.includes(plain)) continue;
    const chain = [...mirrored.slice(0, i).reverse(), slope, ...mirrored.slice(i + 1).reverse()];
    const whole = chain.reduce(multiplyRationals);
    const added = isPlain ? whole : transposeRationals(whole);
    const before = gradients.get(plain);
    gradients.set(plain, before === undefined ? added : addRationals(before, added));
  }
}
