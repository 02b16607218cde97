import { flatten, Matrix } from "../../../numeric/matrix.js";
import { sweepErrors, sweepValues } from "../../population/circuit/circuit-sweeps.js";
import {
  type BoundedMatrix,
  floatTraces,
  ROUNDOFF,
  roundingFactor,
  SAFETY,
  traceErrors,
} from "../../population/circuit/float-traces.js";
import type { BoundedValue } from "../../population/evaluate-float.js";
import type { TraceProgram } from "./trace-program.js";

/** A given matrix in doubles, with a bound on its error in Frobenius norm. */
export interface BoundedFactor {
  readonly matrix: Matrix;
  readonly error: number;
}

/** The matrices that names stand for, plain; and the scale of G. */
export interface FloatBinding {
  readonly factors: ReadonlyMap<string, BoundedFactor>;
  readonly scale: BoundedFactor;
  readonly inverseN: number;
}

/** A program's sums, each with a rigorous error bound. */
export function evaluateProgram(program: TraceProgram, binding: FloatBinding): BoundedValue[] {
  const { circuit, plan } = program;
  const dim = binding.scale.matrix.rows;
  const letters = boundLetters(program, binding);
  const matrices = letters.map(({ entries }) => entries);
  const traces = floatTraces(plan, matrices, dim);
  const errors = traceErrors(plan, traces, letters);
  const values = sweepValues(circuit, traces.values, binding.inverseN);
  const valueErrors = sweepErrors(circuit, traces.values, errors, values, binding.inverseN);
  return program.sums.map((terms, k) => {
    let value = 0;
    let inherited = 0;
    let magnitude = 0;
    const addTerm = (coefficient: number, one: number, error: number) => {
      value += coefficient * one;
      inherited += Math.abs(coefficient) * (error + ROUNDOFF * Math.abs(one));
      magnitude += Math.abs(coefficient * one);
    };
    for (const { root, coefficient } of terms) {
      const { state, trace } = circuit.roots[root]!;
      const [t, v] = [traces.values[trace]!, values[state]!];
      const [te, ve] = [errors[trace]!, valueErrors[state]!];
      addTerm(coefficient, t * v, Math.abs(t) * ve + te * (Math.abs(v) + ve));
    }
    for (const { word, coefficient } of program.constants[k]!) {
      const { matrix, error } = productOf(word, binding, dim);
      const rows = matrix.rows;
      const rounding = roundingFactor(rows) * rows * matrix.norm("frobenius");
      addTerm(coefficient, matrix.trace(), rows * error + rounding);
    }
    const count = terms.length + program.constants[k]!.length + 2;
    return { value, errorBound: SAFETY * (inherited + count * ROUNDOFF * magnitude) };
  });
}

/** Every letter and its transpose, times the scale. */
export function boundLetters(program: TraceProgram, binding: FloatBinding): BoundedMatrix[] {
  const dim = binding.scale.matrix.rows;
  return program.letters.flatMap((word) => {
    const letter = productOf(word, binding, dim);
    const mirrored = { matrix: letter.matrix.transpose(), error: letter.error };
    return [letter, mirrored].map((one) => {
      const { matrix, error } = chain([one, binding.scale]);
      return { entries: flatten(matrix), error };
    });
  });
}

export function productOf(word: string, binding: FloatBinding, dim: number): BoundedFactor {
  if (word === "") return { matrix: Matrix.eye(dim), error: 0 };
  return chain(word.split(" ").map((name) => factorOf(name, binding)));
}

/** The product; its error is what the factors hand on, and γ times the product of the norms. */
export function chain(factors: readonly BoundedFactor[]): BoundedFactor {
  let { matrix, error } = factors[0]!;
  let size = matrix.norm("frobenius");
  let terms = 0;
  for (const factor of factors.slice(1)) {
    const norm = factor.matrix.norm("frobenius");
    error = SAFETY * (error * (norm + factor.error) + size * factor.error);
    terms += factor.matrix.rows;
    size *= norm;
    matrix = matrix.mmul(factor.matrix);
  }
  return { matrix, error: SAFETY * (error + roundingFactor(terms) * size) };
}

export function factorOf(name: string, { factors }: FloatBinding): BoundedFactor {
  const plain = factors.get(name);
  if (plain !== undefined) return plain;
  const { matrix, error } = factors.get(name.slice(0, -1))!;
  return { matrix: matrix.transpose(), error };
}
