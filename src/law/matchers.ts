import { flatten, Matrix } from "../numeric/matrix.js";

/** What a matcher tells its runner (the form that vitest and Jest share). */
interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

const DEFAULT_TOLERANCE = 1e-9;

/**
 * Matchers for `expect.extend`, in vitest or Jest.
 *
 * - `toBeGdStep({ from, gradient, preconditioner })`: the value is from − Aᵀ·gradient
 * - `toMatchClosedForm(reference)`: a preconditioner, or looped weights, near `closedForm(…)`'s
 * - `toHaveVerdict(verdict)`: every result of a claim has the verdict
 *
 * Accuracy.     distances relative to the largest entry, 1e−9 unless `tolerance` says otherwise
 */
export const loopgdMatchers = {
  toBeGdStep(
    received: ArrayLike<number>,
    step: {
      readonly from: ArrayLike<number>;
      readonly gradient: ArrayLike<number>;
      readonly preconditioner: Matrix;
      readonly tolerance?: number;
    },
  ): MatcherResult {
    const { from, gradient, preconditioner, tolerance } = step;
    const slope = Matrix.columnVector(Array.from(gradient));
    const moved = preconditioner.transpose().mmul(slope);
    const expected = Matrix.sub(Matrix.columnVector(Array.from(from)), moved);
    return compare(Matrix.columnVector(Array.from(received)), expected, tolerance, [
      "the value",
      "the gradient step",
    ]);
  },

  toMatchClosedForm(
    received: Matrix | { readonly layers: readonly { readonly preconditioner: Matrix }[] },
    reference: { readonly preconditioner: Matrix },
    options: { readonly tolerance?: number } = {},
  ): MatcherResult {
    const matrices =
      received instanceof Matrix
        ? [received]
        : received.layers.map(({ preconditioner }) => preconditioner);
    const results = matrices.map((matrix) =>
      compare(matrix, reference.preconditioner, options.tolerance, [
        "the preconditioner",
        "the closed form",
      ]),
    );
    return results.find(({ pass }) => !pass) ?? results[0]!;
  },

  toHaveVerdict(
    received: { readonly verdict: string } | readonly { readonly verdict: string }[],
    verdict: string,
  ): MatcherResult {
    const results = "verdict" in received ? [received] : received;
    const others = results.filter((result) => result.verdict !== verdict);
    const list = others.map((result) => JSON.stringify(result)).join("\n  ");
    return {
      pass: results.length > 0 && others.length === 0,
      message: () =>
        others.length === 0
          ? `${results.length} results, all with the verdict ${verdict}`
          : `expected the verdict ${verdict} of\n  ${list}`,
    };
  },
};

function compare(
  received: Matrix,
  expected: Matrix,
  tolerance = DEFAULT_TOLERANCE,
  names: readonly [string, string],
): MatcherResult {
  const sizes = [received, expected].map(({ rows, columns }) => `${rows}×${columns}`);
  if (sizes[0] !== sizes[1]) {
    return { pass: false, message: () => `${names[0]} is ${sizes[0]}, ${names[1]} ${sizes[1]}` };
  }
  const difference = Matrix.sub(received, expected).abs();
  const entries = flatten(difference);
  // Written so that NaN is the largest.
  const worst = entries.reduce((best, value, k) => (value <= entries[best]! ? best : k), 0);
  const largest = entries[worst]!;
  const [row, column] = [Math.floor(worst / received.columns), worst % received.columns];
  const scale = Math.max(...flatten(expected).map(Math.abs));
  return {
    pass: largest <= tolerance * scale,
    message: () =>
      [
        `largest difference ${largest.toExponential(3)} at (${row}, ${column}), tolerance ${(tolerance * scale).toExponential(1)}`,
        `${names[0]}:\n${rowsOf(received)}`,
        `${names[1]}:\n${rowsOf(expected)}`,
      ].join("\n"),
  };
}

function rowsOf(matrix: Matrix): string {
  return matrix
    .to2DArray()
    .map((row) => `  ${row.map((value) => value.toPrecision(8).padStart(15)).join(" ")}`)
    .join("\n");
}
