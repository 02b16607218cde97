import fc from "fast-check";
import { Matrix, symmetricPart } from "../src/numeric/matrix.js";
import { randomRotation } from "../src/prompt/covariance-family.js";
import type { PromptDistribution } from "../src/prompt/prompt-distribution.js";
import { promptDistribution } from "../src/prompt/prompt-distribution.js";
import { Stream } from "../src/random/stream.js";

/** A stream of any seed. */
export const anyStream: fc.Arbitrary<Stream> = fc
  .integer({ min: 0, max: 2 ** 31 - 1 })
  .map((seed) => printable(Stream.fromSeed(seed), `Stream.fromSeed(${seed})`));

/** Multiples of 2⁻²⁰·limit up to ±limit: products of many do not underflow. */
export function boundedNumber(limit: number): fc.Arbitrary<number> {
  return fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((k) => (k * limit) / 2 ** 20);
}

/** SPD matrices Q diag(λ) Qᵀ, Q Haar, λ in [1/2, 2]: condition number at most 4. */
export function positiveDefinite(dim: number): fc.Arbitrary<Matrix> {
  const spectrum = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), {
    minLength: dim,
    maxLength: dim,
  });
  return fc.tuple(spectrum, anyStream).map(([eigenvalues, stream]) => {
    const rotation = randomRotation(dim, stream.split("rotation"));
    return print(symmetricPart(rotation.mmul(Matrix.diag(eigenvalues)).mmul(rotation.transpose())));
  });
}

/** Square matrices with independent entries in [−limit, limit]: not symmetric. */
export function squareMatrix(size: number, limit = 1): fc.Arbitrary<Matrix> {
  return fc
    .array(boundedNumber(limit), { minLength: size * size, maxLength: size * size })
    .map((entries) => print(Matrix.from1DArray(size, size, entries)));
}

/** Vectors with entries in [−limit, limit]. */
export function vector(size: number, limit = 1): fc.Arbitrary<Float64Array> {
  return fc
    .array(boundedNumber(limit), { minLength: size, maxLength: size })
    .map((entries) => Float64Array.from(entries));
}

/** Prompt laws of dimension at most 4: any Σ, Ω, noise or none, n on both sides of the dimension. */
export const anyDistribution: fc.Arbitrary<PromptDistribution> = fc
  .record({
    dim: fc.integer({ min: 1, max: 4 }),
    contextLength: fc.integer({ min: 1, max: 9 }),
    noiseVariance: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 2, noNaN: true })),
  })
  .chain((sizes) =>
    fc
      .tuple(positiveDefinite(sizes.dim), positiveDefinite(sizes.dim))
      .map(([covariance, taskCovariance]) =>
        promptDistribution({ ...sizes, covariance, taskCovariance }),
      ),
  );

function print(matrix: Matrix): Matrix {
  return printable(matrix, JSON.stringify(matrix.to2DArray()));
}

/** Makes fast-check show `text` for a value of a class it cannot print. */
function printable<Value extends object>(value: Value, text: string): Value {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => text });
}
