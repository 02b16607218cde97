import { Matrix, matrixFrom } from "../../../numeric/matrix.js";
import { sweepErrors, sweepValues } from "../../population/circuit/circuit-sweeps.js";
import {
  floatTraces,
  roundingFactor,
  SAFETY,
  traceErrors,
} from "../../population/circuit/float-traces.js";
import {
  boundedSweepGradient,
  boundedTraceGradient,
} from "../../population/circuit/gradient-errors.js";
import {
  type BoundedFactor,
  boundLetters,
  chain,
  type FloatBinding,
  factorOf,
} from "./float-program.js";
import { rowsOf, weightedConstants, weightedRoots } from "./program-gradient.js";
import type { TraceProgram } from "./trace-program.js";

/**
 * Gradient of a weighted sum of a program's sums, each with a bound on its error.
 *
 * Statement.    the bounds of `boundedTraceGradient` at the letters; a product of r matrices on the way from a
 *               letter to its factors adds γ Π‖M_i‖, and J such terms γ_J Σ
 * @param weights  relative errors of a few roundings are covered
 * @param names    the factors to differentiate in
 */
export function boundedProgramGradient(
  program: TraceProgram,
  binding: FloatBinding,
  weights: readonly number[],
  names: readonly string[],
): ReadonlyMap<string, BoundedFactor> {
  const { circuit, plan } = program;
  const { scale, inverseN } = binding;
  const dim = scale.matrix.rows;
  const letters = boundLetters(program, binding);
  const floats = floatTraces(
    plan,
    letters.map(({ entries }) => entries),
    dim,
  );
  const traces = { values: floats.values, errors: traceErrors(plan, floats, letters) };
  const values = sweepValues(circuit, traces.values, inverseN);
  const errors = sweepErrors(circuit, traces.values, traces.errors, values, inverseN);
  const roots = weightedRoots(program, weights).map(({ root, weight }) => ({
    ...circuit.roots[root]!,
    weight,
  }));
  const slopes = boundedSweepGradient(circuit, roots, traces, { values, errors }, inverseN);
  const adjoints = boundedTraceGradient(plan, floats, letters, slopes);
  const terms = new Map<string, BoundedFactor[]>(names.map((name) => [name, []]));
  const collect = (word: string, slope: BoundedFactor) => {
    for (const { name, term } of productTerms(word, binding, slope, terms)) {
      terms.get(name)!.push(term);
    }
  };
  for (const [k, word] of program.letters.entries()) {
    for (const [symbol, isPlain] of [
      [2 * k, true],
      [2 * k + 1, false],
    ] as const) {
      const { entries, error } = adjoints[symbol]!;
      const slope = chain([{ matrix: matrixFrom(dim, dim, entries), error }, scale]);
      collect(word, isPlain ? slope : mirrored(slope));
    }
  }
  for (const { word, weight } of weightedConstants(program, weights)) {
    const matrix = Matrix.eye(rowsOf(word, binding)).mul(weight);
    collect(word, { matrix, error: roundingFactor(4) * matrix.norm("frobenius") });
  }
  return new Map(
    names.map((name) => {
      const { rows, columns } = factorOf(name, binding).matrix;
      return [name, sumOf(terms.get(name)!, Matrix.zeros(rows, columns))];
    }),
  );
}

/** The sum, with what its terms' errors and its own roundings amount to. */
export function sumOf(terms: readonly BoundedFactor[], zero: Matrix): BoundedFactor {
  const matrix = terms.reduce((sum, term) => sum.add(term.matrix), zero.clone());
  const inherited = terms.reduce((sum, { error }) => sum + error, 0);
  const magnitude = terms.reduce((sum, term) => sum + term.matrix.norm("frobenius"), 0);
  const rounding = roundingFactor(terms.length + 1) * magnitude;
  return { matrix, error: SAFETY * (inherited + rounding) };
}

function productTerms(
  word: string,
  binding: FloatBinding,
  slope: BoundedFactor,
  wanted: ReadonlyMap<string, unknown>,
): { name: string; term: BoundedFactor }[] {
  if (word === "") return [];
  const names = word.split(" ");
  const factors = names.map((name) => mirrored(factorOf(name, binding)));
  return names.flatMap((name, i) => {
    const isPlain = wanted.has(name);
    const plain = isPlain ? name : name.slice(0, -1);
    if (!wanted.has(plain)) return [];
    const term = chain([
      ...factors.slice(0, i).reverse(),
      slope,
      ...factors.slice(i + 1).reverse(),
    ]);
    return [{ name: plain, term: isPlain ? term : mirrored(term) }];
  });
}

function mirrored({ matrix, error }: BoundedFactor): BoundedFactor {
  return { matrix: matrix.transpose(), error };
}
