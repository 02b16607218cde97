import fc from "fast-check";
import { covariances } from "../src/arbitrary/covariance.js";
import { printed, printedAs } from "../src/arbitrary/printed.js";
import { promptLaws } from "../src/arbitrary/prompt.js";
import { Matrix } from "../src/numeric/matrix.js";
import type { PromptDistribution } from "../src/prompt/prompt-distribution.js";
import { Stream } from "../src/random/stream.js";

/** A stream of any seed. */
export const anyStream: fc.Arbitrary<Stream> = fc
  .integer({ min: 0, max: 2 ** 31 - 1 })
  .map((seed) => printedAs(Stream.fromSeed(seed), `Stream.fromSeed(${seed})`));

/** Multiples of 2⁻²⁰·limit up to ±limit: products of many do not underflow. */
export function boundedNumber(limit: number): fc.Arbitrary<number> {
  return fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((k) => (k * limit) / 2 ** 20);
}

/** SPD matrices with eigenvalues in [1/2, 2]. */
export function positiveDefinite(dim: number): fc.Arbitrary<Matrix> {
  return covariances(dim, { conditionNumber: 4 });
}

/** Square matrices with independent entries in [−limit, limit]: not symmetric. */
export function squareMatrix(size: number, limit = 1): fc.Arbitrary<Matrix> {
  return fc
    .array(boundedNumber(limit), { minLength: size * size, maxLength: size * size })
    .map((entries) => printed(Matrix.from1DArray(size, size, entries)));
}

/** Vectors with entries in [−limit, limit]. */
export function vector(size: number, limit = 1): fc.Arbitrary<Float64Array> {
  return fc
    .array(boundedNumber(limit), { minLength: size, maxLength: size })
    .map((entries) => Float64Array.from(entries));
}

/** Prompt laws of dimension at most 4: any Σ, Ω, noise or none, n on both sides of the dimension. */
export const anyDistribution: fc.Arbitrary<PromptDistribution> = promptLaws({
  conditionNumber: 4,
});
