import { flatten, Matrix, matrixFrom } from "../../numeric/matrix.js";
import { sweepErrors, sweepGradient, sweepValues } from "../population/circuit/circuit-sweeps.js";
import {
  addTraceGradient,
  type BoundedMatrix,
  floatTraces,
  ROUNDOFF,
  roundingFactor,
  SAFETY,
  traceErrors,
} from "../population/circuit/float-traces.js";
import type { BoundedValue } from "../population/evaluate-float.js";
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

/** Weighted sum of a program's sums, with its gradient in the factors asked for. */
export function differentiateProgram(
  program: TraceProgram,
  binding: FloatBinding,
  weights: readonly number[],
  gradients: ReadonlyMap<string, Matrix>,
): number {
  const { circuit, plan } = program;
  const { scale, inverseN } = binding;
  const dim = scale.matrix.rows;
  const matrices = boundLetters(program, binding).map(({ entries }) => entries);
  const traces = floatTraces(plan, matrices, dim);
  const values = sweepValues(circuit, traces.values, inverseN);
  const seeds = new Float64Array(circuit.stateCount);
  const direct = new Float64Array(traces.values.length);
  let total = 0;
  for (const [k, terms] of program.sums.entries()) {
    for (const { root, coefficient } of terms) {
      const { state, trace } = circuit.roots[root]!;
      const weight = weights[k]! * coefficient;
      total += weight * traces.values[trace]! * values[state]!;
      seeds[state]! += weight * traces.values[trace]!;
      direct[trace]! += weight * values[state]!;
    }
    for (const { word, coefficient } of program.constants[k]!) {
      const { matrix } = productOf(word, binding, dim);
      total += weights[k]! * coefficient * matrix.trace();
      const slope = Matrix.eye(matrix.rows).mul(weights[k]! * coefficient);
      addProductGradient(word, binding, slope, gradients);
    }
  }
  const slopes = sweepGradient(circuit, traces.values, values, inverseN, seeds);
  for (const [k, slope] of direct.entries()) slopes[k]! += slope;
  const adjoints = matrices.map(() => new Float64Array(dim * dim));
  addTraceGradient(plan, traces, matrices, slopes, adjoints);
  for (const [k, word] of program.letters.entries()) {
    const plain = matrixFrom(dim, dim, adjoints[2 * k]!).mmul(scale.matrix);
    const transposed = matrixFrom(dim, dim, adjoints[2 * k + 1]!).mmul(scale.matrix);
    addProductGradient(word, binding, plain.add(transposed.transpose()), gradients);
  }
  return total;
}

/** Every letter and its transpose, times the scale. */
function boundLetters(program: TraceProgram, binding: FloatBinding): BoundedMatrix[] {
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

function productOf(word: string, binding: FloatBinding, dim: number): BoundedFactor {
  if (word === "") return { matrix: Matrix.eye(dim), error: 0 };
  return chain(word.split(" ").map((name) => factorOf(name, binding)));
}

/** The product; its error is what the factors hand on, and γ times the product of the norms. */
function chain(factors: readonly BoundedFactor[]): BoundedFactor {
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

function factorOf(name: string, { factors }: FloatBinding): BoundedFactor {
  const plain = factors.get(name);
  if (plain !== undefined) return plain;
  const { matrix, error } = factors.get(name.slice(0, -1))!;
  return { matrix: matrix.transpose(), error };
}

/** Adds the gradient that a product's slope implies for each of its factors that is asked for. */
function addProductGradient(
  word: string,
  binding: FloatBinding,
  slope: Matrix,
  gradients: ReadonlyMap<string, Matrix>,
): void {
  if (word === "") return;
  const names = word.split(" ");
  const matrices = names.map((name) => factorOf(name, binding).matrix);
  for (const [i, name] of names.entries()) {
    const isPlain = gradients.has(name);
    const gradient = gradients.get(isPlain ? name : name.slice(0, -1));
    if (gradient === undefined) continue;
    const left = matrices.slice(0, i).reduce((rest, one) => one.transpose().mmul(rest), slope);
    const whole = matrices
      .slice(i + 1)
      .reduceRight((rest, one) => rest.mmul(one.transpose()), left);
    gradient.add(isPlain ? whole : whole.transpose());
  }
}
