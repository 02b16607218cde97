import { Matrix, matrixFrom } from "../../../numeric/matrix.js";
import { sweepGradient, sweepValues } from "../../population/circuit/circuit-sweeps.js";
import {
  addTraceGradient,
  type FloatTraces,
  floatTraces,
} from "../../population/circuit/float-traces.js";
import { boundLetters, type FloatBinding, factorOf, productOf } from "./float-program.js";
import type { TraceProgram } from "./trace-program.js";

/** A weighted sum of a program's sums, with what its first and second derivatives start from. */
export interface LinearizedProgram {
  readonly value: number;
  readonly weights: readonly number[];
  /** The letters and their transposes, times the scale. */
  readonly matrices: readonly Float64Array[];
  readonly traces: FloatTraces;
  readonly values: Float64Array;
  /** Derivatives in the states' values. */
  readonly adjoints: Float64Array;
  readonly traceGradient: Float64Array;
}

/** Evaluates the weighted sum and its gradient in the traces. */
export function linearizeProgram(
  program: TraceProgram,
  binding: FloatBinding,
  weights: readonly number[],
): LinearizedProgram {
  const { circuit, plan } = program;
  const { scale, inverseN } = binding;
  const dim = scale.matrix.rows;
  const matrices = boundLetters(program, binding).map(({ entries }) => entries);
  const traces = floatTraces(plan, matrices, dim);
  const values = sweepValues(circuit, traces.values, inverseN);
  const adjoints = new Float64Array(circuit.stateCount);
  const direct = new Float64Array(traces.values.length);
  let value = 0;
  for (const { root, weight } of weightedRoots(program, weights)) {
    const { state, trace } = circuit.roots[root]!;
    value += weight * traces.values[trace]! * values[state]!;
    adjoints[state]! += weight * traces.values[trace]!;
    direct[trace]! += weight * values[state]!;
  }
  for (const { word, weight } of weightedConstants(program, weights)) {
    value += weight * productOf(word, binding, dim).matrix.trace();
  }
  const traceGradient = sweepGradient(circuit, traces.values, values, inverseN, adjoints);
  for (const [k, slope] of direct.entries()) traceGradient[k]! += slope;
  return { value, weights, matrices, traces, values, adjoints, traceGradient };
}

/** Weighted sum of a program's sums, with its gradient in the factors asked for. */
export function differentiateProgram(
  program: TraceProgram,
  binding: FloatBinding,
  weights: readonly number[],
  gradients: ReadonlyMap<string, Matrix>,
): number {
  const point = linearizeProgram(program, binding, weights);
  const { scale } = binding;
  const dim = scale.matrix.rows;
  const adjoints = point.matrices.map(() => new Float64Array(dim * dim));
  addTraceGradient(program.plan, point.traces, point.matrices, point.traceGradient, adjoints);
  for (const [k, word] of program.letters.entries()) {
    addProductGradient(word, binding, slopeOfLetter(adjoints, k, scale.matrix), gradients);
  }
  for (const { word, weight } of weightedConstants(program, weights)) {
    addProductGradient(word, binding, Matrix.eye(rowsOf(word, binding)).mul(weight), gradients);
  }
  return point.value;
}

/** The roots of all sums with the weight of each in the whole. */
export function weightedRoots(
  program: TraceProgram,
  weights: readonly number[],
): { root: number; weight: number }[] {
  return program.sums.flatMap((terms, k) =>
    terms.map(({ root, coefficient }) => ({ root, weight: weights[k]! * coefficient })),
  );
}

/** The words without G with the weight of each in the whole. */
export function weightedConstants(
  program: TraceProgram,
  weights: readonly number[],
): { word: string; weight: number }[] {
  return program.constants.flatMap((terms, k) =>
    terms.map(({ word, coefficient }) => ({ word, weight: weights[k]! * coefficient })),
  );
}

/** Gradient at a letter's product, from those at the letter and at its transpose, scale included. */
export function slopeOfLetter(
  adjoints: readonly Float64Array[],
  letter: number,
  scale: Matrix,
): Matrix {
  const dim = scale.rows;
  const plain = matrixFrom(dim, dim, adjoints[2 * letter]!).mmul(scale);
  const transposed = matrixFrom(dim, dim, adjoints[2 * letter + 1]!).mmul(scale);
  return plain.add(transposed.transpose());
}

/** Rows of a product: those of its first factor. */
export function rowsOf(word: string, binding: FloatBinding): number {
  return word === ""
    ? binding.scale.matrix.rows
    : factorOf(word.split(" ")[0]!, binding).matrix.rows;
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
