import { defineClaim } from "../../src/claim/claim.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { gdPlusPlusBlock, layersOf } from "../../src/model/weights.js";
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
  /** b and a: the gradient step, and the covariates' share of it. */
  readonly stepSize: number;
  readonly covariateValue: number;
}

const PROMPTS = 2;

/**
 * Loops of the GD++ layer run GD++: a gradient step on the labels beside a contraction of the covariates.
 *
 * Statement.    each loop, from the same X and y: labels y_i ← y_i − b x_i·r, prediction ŷ ← ŷ + b x_q·r,
 *               r = Xyᵀ/n; covariates x ← (I − γXXᵀ)x, the query's too, γ = ab/n
 * Conventions.  P = diag(aI, 1), Q = diag(−bI, 0); y holds the residual labels
 * Accuracy.     predicted: the algorithm in exact rationals on the tokens' doubles; measured: the
 *               token-level model, with the proven bound on its rounding
 * Source.       von Oswald et al. 2023, GD++
 */
export const gdPlusPlusLayersRunGdPlusPlus = defineClaim<Setting>({
  id: "gd-plus-plus-layers-run-gd-plus-plus",
  title: "Loops of the GD++ layer run GD++",
  statement:
    "y_i \\mapsto y_i - \\tfrac bn\\,x_i^\\top Xy^\\top, \\qquad x \\mapsto (I-\\gamma XX^\\top)\\,x, \\quad \\gamma = \\tfrac{ab}n",
  source: "von Oswald et al. 2023",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(2, 4, 2, 0.5, 0.25),
      point(3, 6, 2, 0.8, 0.1),
      point(4, 2, 2, 0.3, -0.2),
      point(1, 8, 3, 0.7, 0.3),
    ],
    thorough: [point(3, 10, 3, 1.3, 0.13)],
  },
  predicted: (setting, stream) => run(setting, stream, {}),
  measured: (setting, stream) => {
    const { dim, loops, stepSize, covariateValue } = setting;
    const block = gdPlusPlusBlock([
      {
        preconditioner: Matrix.eye(dim).mul(stepSize),
        covariateValue: Matrix.eye(dim).mul(covariateValue),
        readIn: new Float64Array(dim),
      },
    ]);
    const layers = layersOf(block, loops);
    const prompts = draw(setting, stream);
    return {
      value: prompts.flatMap((prompt) => [...tokenPredictions(layers, prompt)]),
      errorBudget: prompts.flatMap((prompt) => [...tokenRoundingBound(layers, prompt)]),
      method: "certified",
    };
  },
  rivals: {
    "plain GD: γ = 0": (setting, stream) => run({ ...setting, covariateValue: 0 }, stream, {}),
    "the covariates contracted first": (setting, stream) =>
      run(setting, stream, { isContractedFirst: true }),
    "the query left as it is": (setting, stream) => run(setting, stream, { isQueryFixed: true }),
    "γ = a/n": (setting, stream) =>
      run({ ...setting, covariateValue: setting.covariateValue / setting.stepSize }, stream, {}),
    "I + γXXᵀ": (setting, stream) =>
      run({ ...setting, covariateValue: -setting.covariateValue }, stream, {}),
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  stepSize: number,
  covariateValue: number,
) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops} b=${stepSize} a=${covariateValue}`,
    setting: { dim, contextLength, loops, stepSize, covariateValue },
  };
}

function draw({ dim, contextLength }: Setting, stream: Stream): TokenPrompt[] {
  const sample = tokenPromptSampler(
    promptDistribution({ dim, contextLength, noiseVariance: 0.25 }),
  );
  return Array.from({ length: PROMPTS }, (_, i) => sample(stream.split("prompts").split(i)));
}

/** Predictions of GD++ after every loop, prompt by prompt, with one thing changed. */
function run(
  setting: Setting,
  stream: Stream,
  { isContractedFirst = false, isQueryFixed = false },
): Rational[] {
  const { dim, contextLength, loops } = setting;
  const step = Rational.fromNumber(setting.stepSize);
  const rate = step.over(Rational.of(contextLength));
  const gamma = rate.times(Rational.fromNumber(setting.covariateValue));
  return draw(setting, stream).flatMap(({ tokens }) => {
    const row = (i: number) =>
      Array.from({ length: contextLength + 1 }, (_, column) =>
        Rational.fromNumber(tokens[i * (contextLength + 1) + column]!),
      );
    const columns = transpose(Array.from({ length: dim }, (_, i) => row(i)));
    let context = columns.slice(0, -1);
    let query = columns[contextLength]!;
    let labels = row(dim).slice(0, -1);
    let prediction = Rational.ZERO;
    const contract = () => {
      const from = context;
      const moved = (x: readonly Rational[]) => {
        const weights = from.map((other) => gamma.times(dot(other, x)));
        return x.map((entry, i) =>
          from.reduce((sum, other, k) => sum.minus(weights[k]!.times(other[i]!)), entry),
        );
      };
      context = from.map(moved);
      if (!isQueryFixed) query = moved(query);
    };
    return Array.from({ length: loops }, () => {
      if (isContractedFirst) contract();
      const descent = transpose(context).map((values) => rate.times(dot(values, labels)));
      prediction = prediction.plus(dot(query, descent));
      labels = labels.map((label, k) => label.minus(dot(context[k]!, descent)));
      if (!isContractedFirst) contract();
      return prediction;
    });
  });
}

function transpose(matrix: readonly (readonly Rational[])[]): Rational[][] {
  return matrix[0]!.map((_, j) => matrix.map((row) => row[j]!));
}

function dot(a: readonly Rational[], b: readonly Rational[]): Rational {
  return a.reduce((sum, entry, i) => sum.plus(entry.times(b[i]!)), Rational.ZERO);
}
