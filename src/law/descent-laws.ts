import fc from "fast-check";
import { smallVector } from "../arbitrary/number.js";
import { rotations } from "../arbitrary/rotation.js";
import { gradientDescentIterates, iteratePredictions } from "../baseline/gradient-descent.js";
import { Matrix, matrixFrom, symmetricEigen, symmetricFunction } from "../numeric/matrix.js";
import { gramForm } from "../prompt/gram-prompt.js";
import type { PromptTokens } from "../prompt/token-prompt.js";
import { askEveryLoop, askLast } from "./ask.js";
import { defineLaw } from "./law.js";
import type { ModelUnderTest } from "./model-under-test.js";
import { loopsOf, promptsFor } from "./symmetry-laws.js";
import { mapTokens, withQuery } from "./transform.js";

/** Loops after which a contraction by at most 0.3 a loop is done: 0.3⁴⁰ ≈ 1e−21. */
const SETTLED_LOOPS = 40;

export const gradientDescentSteps = defineLaw({
  id: "gradient-descent-steps",
  statement:
    "The prediction after t loops is w_t·x_q, w_{t+1} = w_t + Aᵀ(Xyᵀ/n − Ŝw_t) from w₀ = 0.",
  why: "The restricted layer with u = 0 is built to do this.",
  exclusion: needsPreconditioner,
  cases: promptsFor,
  compare: async (model, prompt) => {
    const gram = gramForm(prompt);
    const iterates = gradientDescentIterates(model.preconditioner!, gram, loopsOf(model));
    return {
      relation: "equal",
      left: await askEveryLoop(model, prompt, loopsOf(model)),
      right: iteratePredictions(iterates, gram),
      names: ["predictions", "gradient descent"],
    };
  },
});

export const covariateScaling = defineLaw({
  id: "covariate-scaling",
  statement:
    "With labels held, the prediction after L loops is a polynomial in c² of degree L without constant, c the scale of all covariates.",
  why: "Every loop meets the covariates twice more; holds for restricted layers. Checked by the difference of order L + 1 over c² = 0, 1/8, 2/8, …, where c = 0 must give 0.",
  cases: promptsFor,
  compare: async (model, prompt) => {
    const loops = loopsOf(model);
    let difference = 0;
    let binomial = 1;
    const terms: number[] = [];
    for (let j = 0; j <= loops + 1; j++) {
      const scale = Math.sqrt(j / 8);
      const scaled = mapTokens(prompt, (value, row) => (row < prompt.dim ? scale * value : value));
      const value = j === 0 ? 0 : await askLast(model, scaled, loops);
      terms.push(binomial * value);
      difference += (j % 2 === 0 ? 1 : -1) * binomial * value;
      binomial = (binomial * (loops + 1 - j)) / (j + 1);
    }
    // The largest term sets the scale against which the difference must vanish.
    const largest = Math.max(...terms.map(Math.abs));
    return {
      relation: "equal",
      left: [largest + difference],
      right: [largest],
      names: ["largest term plus difference", "largest term"],
    };
  },
});

/** A context on which descent with A contracts, and a query. */
const settlingCases = (model: ModelUnderTest, spread: number) => {
  const { dim, contextLength } = model;
  const lengths =
    contextLength === undefined
      ? fc.integer({ min: 1, max: 2 * dim + 1 })
      : fc.constant(contextLength);
  return lengths.chain((n) =>
    fc
      .record({
        left: rotations(dim),
        right: rotations(n),
        offsets: fc.array(fc.integer({ min: -8, max: 8 }), { minLength: dim, maxLength: dim }),
        labels: smallVector(n, 2),
        query: smallVector(dim, 2),
      })
      .map(({ left, right, offsets, labels, query }) => {
        const gains = offsets.map((k) => 1 + (k / 8) * spread);
        return {
          gains,
          prompt: settlingPrompt(model.preconditioner!, { left, right, gains, labels, query }),
        };
      }),
  );
};

export const fixedPoint = defineLaw({
  id: "fixed-point",
  statement:
    "Looped on, predictions settle where another loop changes nothing: at the least-squares solution, for n < d at the one of least norm ‖A^{−1/2}w‖.",
  why: "Descent from zero stays in the range of AX and contracts there. Contexts are built so that every eigenvalue of A^{1/2}ŜA^{1/2} that is not 0 lies in [0.7, 1.3].",
  exclusion: needsPositivePreconditioner,
  cases: (model) => settlingCases(model, 0.3),
  compare: async (model, { prompt }) => {
    const settled = await askLast(model, prompt, SETTLED_LOOPS);
    const further = await askLast(model, prompt, SETTLED_LOOPS + 1);
    const expected = leastNormPrediction(model.preconditioner!, prompt);
    return {
      relation: "equal",
      left: [settled, further],
      right: [expected, settled],
      names: [
        `after ${SETTLED_LOOPS} and ${SETTLED_LOOPS + 1} loops`,
        "least squares, and settled",
      ],
    };
  },
});

export const monotoneError = defineLaw({
  id: "monotone-error",
  statement:
    "The context loss ‖Xᵀw_t − y‖² of the implied weights never rises from one loop to the next.",
  why: "Descent with a symmetric A lowers its objective while every eigenvalue of A^{1/2}ŜA^{1/2} lies in [0, 2]; contexts are built so. w_t is read off queries e₁ … e_d, in which predictions are linear.",
  exclusion: (model) => needsPositivePreconditioner(model, { looped: false }),
  cases: (model) => settlingCases(model, 0.95),
  compare: async (model, { prompt }) => {
    const { dim, contextLength } = prompt;
    const loops = loopsOf(model);
    const responses: Float64Array[] = [];
    for (let i = 0; i < dim; i++) {
      const unit = Array.from({ length: dim }, (_, j) => (i === j ? 1 : 0));
      responses.push(await askEveryLoop(model, withQuery(prompt, unit), loops));
    }
    const columns = contextLength + 1;
    const lossAt = (t: number) => {
      let sum = 0;
      for (let k = 0; k < contextLength; k++) {
        let residual = -prompt.tokens[dim * columns + k]!;
        for (let i = 0; t > 0 && i < dim; i++) {
          residual += responses[i]![t - 1]! * prompt.tokens[i * columns + k]!;
        }
        sum += residual * residual;
      }
      return sum;
    };
    const losses = Array.from({ length: loops + 1 }, (_, t) => lossAt(t));
    return {
      relation: "at-most",
      left: losses.slice(1),
      right: losses.slice(0, -1),
      names: ["loss after loops 1 … L", "loss a loop earlier"],
    };
  },
});

function needsPreconditioner({ preconditioner }: ModelUnderTest): string | null {
  return preconditioner === undefined ? "no preconditioner was given" : null;
}

function needsPositivePreconditioner(
  model: ModelUnderTest,
  { looped = true }: { readonly looped?: boolean } = {},
): string | null {
  const { preconditioner, isLoopable = true } = model;
  if (preconditioner === undefined) return "no preconditioner was given";
  if (looped && !isLoopable) return "the model cannot be looped on";
  const asymmetry = Matrix.sub(preconditioner, preconditioner.transpose()).norm();
  if (asymmetry > 1e-12 * preconditioner.norm()) return "the preconditioner is not symmetric";
  const least = Math.min(...symmetricEigen(preconditioner).values);
  return least > 0 ? null : "the preconditioner is not positive definite";
}

/** X = √n A^{−1/2} U diag(√gain) Vᵀ: the eigenvalues of A^{1/2}ŜA^{1/2} are the gains, or 0. */
function settlingPrompt(
  preconditioner: Matrix,
  parts: {
    readonly left: Matrix;
    readonly right: Matrix;
    readonly gains: readonly number[];
    readonly labels: Float64Array;
    readonly query: Float64Array;
  },
): PromptTokens {
  const { left, right, gains, labels, query } = parts;
  const [dim, contextLength] = [left.rows, right.rows];
  const middle = Matrix.zeros(dim, contextLength);
  for (let i = 0; i < Math.min(dim, contextLength); i++) {
    middle.set(i, i, Math.sqrt(contextLength * gains[i]!));
  }
  const root = symmetricFunction(preconditioner, (value) => 1 / Math.sqrt(value));
  const covariates = root.mmul(left).mmul(middle).mmul(right.transpose());
  const columns = contextLength + 1;
  const empty = { dim, contextLength, tokens: new Float64Array((dim + 1) * columns) };
  return mapTokens(empty, (_, row, column) => {
    if (column === contextLength) return row === dim ? 0 : query[row]!;
    return row === dim ? labels[column]! : covariates.get(row, column);
  });
}

/** w·x_q for w = A^{1/2}(A^{1/2}XXᵀA^{1/2})⁺A^{1/2}Xyᵀ, the least-squares w of least ‖A^{−1/2}w‖. */
function leastNormPrediction(preconditioner: Matrix, prompt: PromptTokens): number {
  const { dim, query, gram } = gramForm(prompt);
  const root = symmetricFunction(preconditioner, Math.sqrt);
  const whole = matrixFrom(dim + 1, dim + 1, gram);
  const covariance = whole.subMatrix(0, dim - 1, 0, dim - 1);
  const response = whole.subMatrix(0, dim - 1, dim, dim);
  const scatter = root.mmul(covariance).mmul(root);
  // Built spectra: what is not at least 0.7 n is rounding of zero.
  const least = 0.5 * prompt.contextLength;
  const inverse = symmetricFunction(scatter, (value) => (value > least ? 1 / value : 0));
  const solution = root.mmul(inverse).mmul(root).mmul(response);
  let sum = 0;
  for (let i = 0; i < dim; i++) sum += solution.get(i, 0) * query[i]!;
  return sum;
}
