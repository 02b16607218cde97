import { flatten, type Matrix } from "../../numeric/matrix.js";
import { type BoundedMatrix, roundingFactor } from "./circuit/float-traces.js";
import {
  addScaledTranspose,
  frobenius,
  identity,
  multiply,
  transpose,
} from "./circuit/row-major.js";
import { type CheckedProblem, isRationalMatrix, type RationalMatrix } from "./setting.js";

/**
 * The letters of a problem in doubles, two per letter: the letter and its transpose.
 *
 * Statement.    With Σ the covariance, the letter B_k is A_kΣ and its transpose A_kᵀΣ, Ω′ is ΩΣ and
 *               uuᵀ is uuᵀΣ: tr of a word in Σ^{1/2}AΣ^{1/2} and its transpose is the trace of the
 *               same word in AΣ and AᵀΣ, so that whitening needs no square root.
 * Accuracy.     each with a bound on its distance, in Frobenius norm, from the exact product
 */
export function floatLetters(problem: CheckedProblem): BoundedMatrix[] {
  const { dim } = problem;
  const covariance = problem.covariance && rowMajor(problem.covariance);
  const letters: BoundedMatrix[] = [];
  for (const matrix of problem.preconditioners) {
    const entries = rowMajor(matrix);
    letters.push(timesCovariance(entries, 0, covariance, dim));
    letters.push(timesCovariance(transpose(entries, dim), 0, covariance, dim));
  }
  const plain = plainPrior(problem, covariance);
  const withReadIn = priorWithReadIn(problem, plain, covariance);
  return [...letters, withReadIn, withReadIn, plain, plain];
}

/** Row-major entries; rationals are rounded. */
export function rowMajor(matrix: Matrix | RationalMatrix): Float64Array {
  return isRationalMatrix(matrix)
    ? Float64Array.from(matrix.flat(), (entry) => entry.toNumber())
    : flatten(matrix);
}

/** Ω Σ: the identity when Ω = Σ⁻¹, Σ itself when Ω = I. */
function plainPrior(problem: CheckedProblem, covariance: Float64Array | undefined): BoundedMatrix {
  const { dim, taskCovariance } = problem;
  const one = identity(dim);
  if (taskCovariance === undefined) return { entries: one, error: 0 };
  if (taskCovariance === "identity") return { entries: covariance ?? one, error: 0 };
  return timesCovariance(rowMajor(taskCovariance), 0, covariance, dim);
}

function priorWithReadIn(
  problem: CheckedProblem,
  plain: BoundedMatrix,
  covariance: Float64Array | undefined,
): BoundedMatrix {
  const { dim, readIn } = problem;
  if (readIn === undefined) return plain;
  const outer = Float64Array.from(
    { length: dim * dim },
    (_, k) => readIn[Math.floor(k / dim)]! * readIn[k % dim]!,
  );
  const rounding = roundingFactor(1) * frobenius(outer);
  const added = timesCovariance(outer, rounding, covariance, dim);
  const entries = plain.entries.map((entry, k) => entry + added.entries[k]!);
  return {
    entries,
    error: plain.error + added.error + roundingFactor(2) * frobenius(entries),
  };
}

function timesCovariance(
  entries: Float64Array,
  error: number,
  covariance: Float64Array | undefined,
  dim: number,
): BoundedMatrix {
  if (covariance === undefined) return { entries, error };
  const size = frobenius(covariance);
  const rounding = roundingFactor(dim + 1) * frobenius(entries) * size;
  return { entries: multiply(entries, covariance, dim), error: error * size + rounding };
}

/**
 * Gradient with respect to A of a function with the given gradients at AΣ and AᵀΣ.
 *
 * Statement.    ∇_A = G Σ + Σ G′ᵀ for G at AΣ, G′ at AᵀΣ
 */
export function pullBackGradient(
  atLetter: Float64Array,
  atTransposed: Float64Array,
  covariance: Float64Array | undefined,
  dim: number,
): Float64Array {
  const one = covariance === undefined ? atLetter.slice() : multiply(atLetter, covariance, dim);
  const two = covariance === undefined ? atTransposed : multiply(atTransposed, covariance, dim);
  addScaledTranspose(1, two, one, dim);
  return one;
}
