import { defineClaim } from "../../src/claim/claim.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import type { AttentionLayer } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import type { Stream } from "../../src/random/stream.js";
import { tokenRoundingBound } from "../rounding-budget.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  readonly stepSize: number;
}

const PROMPTS = 3;

/**
 * The original construction: one layer moves every label by one gradient step, from any w₀.
 *
 * Statement.    with P = [[0, 0], [w₀ᵀ, −1]], Q = η[[I, 0], [0, 0]] and −w₀·x_q as the query's label entry,
 *               ŷ after t loops = w_t·x_q, w_{t+1} = w_t − (η/n) Σ_i (w_t·x_i − y_i)x_i
 * Conventions.  loss (1/2n) Σ (w·x_i − y_i)²; labels y_i − (w_t − w₀)·x_i stand in the tokens after t loops;
 *               the sign of P is the gauge P → −P, Q → −Q of loops-equal-gd-steps, which has w₀ = 0
 * Accuracy.     predicted: gradient descent in exact rationals on the tokens' doubles; measured: the
 *               token-level model, with the proven bound on its rounding
 * Source.       von Oswald et al. 2023, Proposition 1
 */
export const gdConstructionStartsAtAnyWeights = defineClaim<Setting>({
  id: "gd-construction-starts-at-any-weights",
  title: "The construction of gradient descent, started at any w₀",
  statement:
    "\\hat y_t = w_t^\\top x_q, \\quad w_{t+1} = w_t - \\tfrac\\eta n\\sum_i (w_t^\\top x_i - y_i)\\,x_i, \\quad w_0 \\text{ any}",
  source: "von Oswald et al. 2023, Proposition 1",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(2, 5, 3, 0.5),
      point(3, 8, 2, 0.8),
      point(4, 2, 3, 0.3),
      point(1, 20, 4, 1),
      point(2, 40, 1, 0.5),
    ],
    thorough: [point(6, 30, 4, 0.6)],
  },
  predicted: (setting, stream) => descend(setting, stream, {}),
  measured: (setting, stream) => {
    const { layers, prompts } = draw(setting, stream);
    return {
      value: prompts.flatMap((prompt) => [...tokenPredictions(layers, prompt)]),
      errorBudget: prompts.flatMap((prompt) => [
        ...tokenRoundingBound(layers, prompt, { tokens: 2 * setting.dim, layers: 0 }),
      ]),
      method: "certified",
    };
  },
  rivals: {
    "w₀ = 0": (setting, stream) => descend(setting, stream, { isFromZero: true }),
    "η/(n+1) for η/n": (setting, stream) => descend(setting, stream, { more: 1 }),
    "the gradient at w₀ in every loop": (setting, stream) =>
      descend(setting, stream, { isFrozen: true }),
    "the gradient of (1/n) Σ (w·x_i − y_i)²": (setting, stream) =>
      descend({ ...setting, stepSize: 2 * setting.stepSize }, stream, {}),
  },
});

function point(dim: number, contextLength: number, loops: number, stepSize: number) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops} η=${stepSize}`,
    setting: { dim, contextLength, loops, stepSize },
  };
}

function draw({ dim, contextLength, loops, stepSize }: Setting, stream: Stream) {
  const start = [...stream.split("start").normals(dim)];
  const value = Matrix.zeros(dim + 1, dim + 1);
  value.setRow(dim, [...start, -1]);
  const keyQuery = Matrix.zeros(dim + 1, dim + 1);
  keyQuery.setSubMatrix(Matrix.eye(dim).mul(stepSize), 0, 0);
  const layer: AttentionLayer = { value, keyQuery };
  const sample = tokenPromptSampler(
    promptDistribution({ dim, contextLength, noiseVariance: 0.25 }),
  );
  const prompts = Array.from({ length: PROMPTS }, (_, index) => {
    const prompt = sample(stream.split("prompts").split(index));
    const tokens = prompt.tokens.slice();
    const columns = contextLength + 1;
    tokens[dim * columns + contextLength] = -start.reduce(
      (sum, weight, i) => sum + weight * tokens[i * columns + contextLength]!,
      0,
    );
    return { ...prompt, tokens };
  });
  return { start, layers: Array.from({ length: loops }, () => layer), prompts };
}

/** w_t·x_q for t = 1 … loops, prompt by prompt, in exact rationals, with one thing changed. */
function descend(
  setting: Setting,
  stream: Stream,
  { isFromZero = false, more = 0, isFrozen = false },
): Rational[] {
  const { dim, contextLength, loops } = setting;
  const { start, prompts } = draw(setting, stream);
  const rate = Rational.fromNumber(setting.stepSize).over(Rational.of(contextLength + more));
  const run = (prompt: TokenPrompt): Rational[] => {
    const columns = Array.from({ length: contextLength + 1 }, (_, column) =>
      Array.from({ length: dim + 1 }, (__, i) =>
        Rational.fromNumber(prompt.tokens[i * (contextLength + 1) + column]!),
      ),
    );
    const [context, query] = [columns.slice(0, -1), columns[contextLength]!];
    const origin = start.map((weight) =>
      isFromZero ? Rational.ZERO : Rational.fromNumber(weight),
    );
    let weights = origin;
    return Array.from({ length: loops }, () => {
      const at = isFrozen ? origin : weights;
      const misses = context.map((x) => dot(at, x).minus(x[dim]!));
      weights = weights.map((weight, i) =>
        weight.minus(
          rate.times(
            context.reduce((sum, x, k) => sum.plus(misses[k]!.times(x[i]!)), Rational.ZERO),
          ),
        ),
      );
      return dot(weights, query);
    });
  };
  return prompts.flatMap(run);
}

/** Over the entries of the first. */
function dot(a: readonly Rational[], b: readonly Rational[]): Rational {
  return a.reduce((sum, entry, i) => sum.plus(entry.times(b[i]!)), Rational.ZERO);
}
