import { Rational } from "../../../numeric/rational.js";
import { sweepIntegers } from "../../population/circuit/integer-sweeps.js";
import {
  identityIntegers,
  integerMatrix,
  integerTrace,
  multiplyIntegers,
  transposeIntegers,
} from "../../population/integer-matrix.js";
import type { RationalMatrix } from "../../population/setting.js";
import { multiplyRationals, transposeRationals } from "./rational-product.js";
import type { TraceProgram } from "./trace-program.js";

/** The matrices that names stand for, and the scale of G, exactly. */
export interface ExactBinding {
  readonly factors: ReadonlyMap<string, RationalMatrix>;
  readonly scale: RationalMatrix;
  readonly n: bigint;
}

/** A program's sums, exactly. */
export function evaluateProgramExactly(program: TraceProgram, binding: ExactBinding): Rational[] {
  const { circuit } = program;
  const { n } = binding;
  const { letters, traces } = integerTraces(program, binding);
  const values = sweepIntegers(circuit, traces, n);
  return program.sums.map((terms, k) => {
    let sum = Rational.ZERO;
    for (const { root, coefficient, symbols, degree } of terms) {
      const { state, trace } = circuit.roots[root]!;
      const denominator = symbols.reduce(
        (product, symbol) => product * letters[symbol]!.denominator,
        n ** BigInt(degree),
      );
      const numerator = BigInt(coefficient) * traces[trace]! * values[state]!;
      sum = sum.plus(Rational.of(numerator, denominator));
    }
    for (const { word, coefficient } of program.constants[k]!) {
      const product = productOf(word, binding);
      const trace = product.reduce((total, row, i) => total.plus(row[i]!), Rational.ZERO);
      sum = sum.plus(trace.times(Rational.of(coefficient)));
    }
    return sum;
  });
}

/** The letters times the scale over one denominator each, the plan's products and the traces. */
export function integerTraces(program: TraceProgram, binding: ExactBinding) {
  const { plan } = program;
  const { scale } = binding;
  const dim = scale.length;
  const outer = integerMatrix(scale, dim);
  // A letter and its transpose over one denominator: the recursion mixes their words.
  const letters = program.letters.flatMap((word) => {
    const { entries, denominator } = integerMatrix(productOf(word, binding), dim);
    return [entries, transposeIntegers(entries, dim)].map((one) => ({
      entries: multiplyIntegers(one, outer.entries, dim),
      denominator: denominator * outer.denominator,
    }));
  });
  const products: (readonly bigint[])[] = [identityIntegers(dim)];
  for (let node = 1; node < plan.parent.length; node++) {
    const { entries } = letters[plan.symbol[node]!]!;
    products.push(multiplyIntegers(products[plan.parent[node]!]!, entries, dim));
  }
  const traces = plan.left.map((left, k) =>
    k === 0 ? 1n : integerTrace(products[left]!, products[plan.right[k]!]!, dim),
  );
  return { letters, products, traces };
}

/** The product of a word's factors; the identity for none. */
export function productOf(word: string, binding: ExactBinding): RationalMatrix {
  if (word === "") return identityRationals(binding.scale.length);
  return word
    .split(" ")
    .map((name) => factorOf(name, binding))
    .reduce(multiplyRationals);
}

/** The matrix that a name stands for. */
export function factorOf(name: string, { factors }: ExactBinding): RationalMatrix {
  return factors.get(name) ?? transposeRationals(factors.get(name.slice(0, -1))!);
}

function identityRationals(dim: number): RationalMatrix {
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (_, j) => (i === j ? Rational.ONE : Rational.ZERO)),
  );
}
