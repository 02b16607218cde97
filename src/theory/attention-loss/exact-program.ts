import { Rational } from "../../numeric/rational.js";
import { sweepIntegers } from "../population/circuit/integer-sweeps.js";
import {
  identityIntegers,
  integerMatrix,
  integerTrace,
  multiplyIntegers,
} from "../population/integer-matrix.js";
import type { RationalMatrix } from "../population/setting.js";
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
  const { circuit, plan } = program;
  const { scale, n } = binding;
  const dim = scale.length;
  const letters = program.letters.flatMap((word) => {
    const letter = productOf(word, binding);
    return [letter, transposeRationals(letter)].map((one) =>
      integerMatrix(multiplyRationals(one, scale), dim),
    );
  });
  const products: (readonly bigint[])[] = [identityIntegers(dim)];
  for (let node = 1; node < plan.parent.length; node++) {
    const { entries } = letters[plan.symbol[node]!]!;
    products.push(multiplyIntegers(products[plan.parent[node]!]!, entries, dim));
  }
  const traces = plan.left.map((left, k) =>
    k === 0 ? 1n : integerTrace(products[left]!, products[plan.right[k]!]!, dim),
  );
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

function productOf(word: string, { factors, scale }: ExactBinding): RationalMatrix {
  const matrices = word.split(" ").map((name) => {
    if (name === "") return identityRationals(scale.length);
    return factors.get(name) ?? transposeRationals(factors.get(name.slice(0, -1))!);
  });
  return matrices.reduce(multiplyRationals);
}

function identityRationals(dim: number): RationalMatrix {
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (_, j) => (i === j ? Rational.ONE : Rational.ZERO)),
  );
}
