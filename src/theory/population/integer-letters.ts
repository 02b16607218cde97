import { Rational } from "../../numeric/rational.js";
import {
  type IntegerMatrix,
  identityIntegers,
  integerMatrix,
  multiplyIntegers,
  transposeIntegers,
} from "./integer-matrix.js";
import type { CheckedProblem } from "./setting.js";

/** The letters of a problem exactly, two per letter, in the form that `floatLetters` describes. */
export function integerLetters(problem: CheckedProblem): IntegerMatrix[] {
  const { dim } = problem;
  const covariance = problem.covariance && integerMatrix(problem.covariance, dim);
  const letters: IntegerMatrix[] = [];
  for (const matrix of problem.preconditioners) {
    const { entries, denominator } = integerMatrix(matrix, dim);
    letters.push(timesCovariance({ entries, denominator }, covariance, dim));
    const transposed = { entries: transposeIntegers(entries, dim), denominator };
    letters.push(timesCovariance(transposed, covariance, dim));
  }
  const plain = plainPrior(problem, covariance);
  const withReadIn = priorWithReadIn(problem, plain, covariance);
  return [...letters, withReadIn, withReadIn, plain, plain];
}

function plainPrior(problem: CheckedProblem, covariance: IntegerMatrix | undefined): IntegerMatrix {
  const { dim, taskCovariance } = problem;
  const one = { entries: identityIntegers(dim), denominator: 1n };
  if (taskCovariance === undefined) return one;
  if (taskCovariance === "identity") return covariance ?? one;
  return timesCovariance(integerMatrix(taskCovariance, dim), covariance, dim);
}

function priorWithReadIn(
  problem: CheckedProblem,
  plain: IntegerMatrix,
  covariance: IntegerMatrix | undefined,
): IntegerMatrix {
  const { dim, readIn } = problem;
  if (readIn === undefined) return plain;
  const exact = readIn.map((entry) => Rational.fromNumber(entry));
  const outer = integerMatrix(
    exact.map((a) => exact.map((b) => a.times(b))),
    dim,
  );
  const added = timesCovariance(outer, covariance, dim);
  return {
    entries: plain.entries.map(
      (entry, k) => entry * added.denominator + added.entries[k]! * plain.denominator,
    ),
    denominator: plain.denominator * added.denominator,
  };
}

function timesCovariance(
  matrix: IntegerMatrix,
  covariance: IntegerMatrix | undefined,
  dim: number,
): IntegerMatrix {
  if (covariance === undefined) return matrix;
  return {
    entries: multiplyIntegers(matrix.entries, covariance.entries, dim),
    denominator: matrix.denominator * covariance.denominator,
  };
}
