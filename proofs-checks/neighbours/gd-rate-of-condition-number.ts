import { gradientDescentIterates } from "../../src/baseline/gradient-descent.js";
import { defineClaim } from "../../src/claim/claim.js";
import { Matrix, symmetricEigen } from "../../src/numeric/matrix.js";
import { type GramPrompt, gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../src/random/stream.js";

type Step = "1/λ_max" | "2/(λ_max + λ_min)";

interface Setting {
  readonly step: Step;
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
}

/** Relative rounding of T products I − ηŜ with eigenvalues found to 1e−14, generously. */
const ROUNDING = 1e-10;

/**
 * The worst-case rate of gradient descent on a prompt, by the condition number of its Ŝ.
 *
 * Statement.    max over tasks w of ‖w_T − w‖/‖w‖ is (1 − 1/κ)^T with the step 1/λ_max and
 *               ((κ−1)/(κ+1))^T with the step 2/(λ_max + λ_min), κ = λ_max/λ_min of Ŝ; with n = O(d)
 *               examples κ stays bounded, so a number of loops without d suffices
 * Conventions.  noise-free labels, w₀ = 0; the maximum is attained at an eigenvector
 * Accuracy.     predicted from the extreme eigenvalues; measured: GD run on the drawn Gram matrix for
 *               the tasks e₁ … e_d, which gives the linear map w ↦ w_T − w, and its operator norm; the
 *               budget bounds the rounding of T products and of the eigenvalues
 * Source.       Chen et al. 2024, abstract (few loops for constant κ); rates: Nesterov 2004
 */
export const gdRateOfConditionNumber = defineClaim<Setting>({
  id: "gd-rate-of-condition-number",
  title: "T loops err by (1 − 1/κ)^T, or ((κ−1)/(κ+1))^T with the best step",
  statement:
    "\\max_w\\frac{\\lVert w_T-w\\rVert}{\\lVert w\\rVert} = \\left(1-\\tfrac1\\kappa\\right)^T\\ \\text{or}\\ \\left(\\tfrac{\\kappa-1}{\\kappa+1}\\right)^T",
  source: "Chen et al. 2024, abstract; rates: Nesterov 2004",
  kind: "equality",
  hypotheses: { "Ŝ has full rank: n ≥ d": ({ dim, contextLength }) => contextLength >= dim },
  grid: {
    quick: [
      point("1/λ_max", 5, 20, 10),
      point("2/(λ_max + λ_min)", 5, 20, 10),
      point("1/λ_max", 20, 80, 10),
      point("2/(λ_max + λ_min)", 20, 80, 10),
      point("2/(λ_max + λ_min)", 3, 200, 3),
      point("1/λ_max", 5, 6, 3),
      { ...point("1/λ_max", 6, 4, 5), expected: "not-applicable" },
    ],
    thorough: [point("1/λ_max", 80, 320, 10), point("2/(λ_max + λ_min)", 80, 320, 10)],
  },
  predicted: (setting, stream) => rate(setting, stream, (of) => of),
  measured: (setting, stream) => {
    const { prompt, extremes } = draw(setting, stream);
    const error = operatorNormOfError(prompt, stepSize(setting.step, extremes), setting.loops);
    return { value: error, errorBudget: ROUNDING * error, method: "certified" };
  },
  rivals: {
    "T + 1 steps": (setting, stream) =>
      rate({ ...setting, loops: setting.loops + 1 }, stream, (of) => of),
    "1/(κ+1) for 1/κ": (setting, stream) =>
      rate(setting, stream, ({ lower, upper }) => ({ lower, upper: upper + lower })),
    "√κ for κ": (setting, stream) =>
      rate(setting, stream, ({ lower, upper }) => ({ lower, upper: Math.sqrt(lower * upper) })),
    "the rate of the other step": (setting, stream) =>
      rate(
        { ...setting, step: setting.step === "1/λ_max" ? "2/(λ_max + λ_min)" : "1/λ_max" },
        stream,
        (of) => of,
      ),
  },
});

interface Extremes {
  readonly lower: number;
  readonly upper: number;
}

function point(step: Step, dim: number, contextLength: number, loops: number) {
  return {
    name: `step ${step} d=${dim} n=${contextLength} T=${loops}`,
    setting: { step, dim, contextLength, loops },
  };
}

function draw({ dim, contextLength }: Setting, stream: Stream) {
  const sample = gramPromptSampler(promptDistribution({ dim, contextLength }));
  const prompt = sample(stream.split("prompt"));
  const { values } = symmetricEigen(sampleCovariance(prompt));
  return { prompt, extremes: { lower: values[0]!, upper: values[dim - 1]! } };
}

function sampleCovariance({ dim, contextLength, gram }: GramPrompt): Matrix {
  const whole = Matrix.from1DArray(dim + 1, dim + 1, [...gram]);
  return whole.subMatrix(0, dim - 1, 0, dim - 1).mul(1 / contextLength);
}

function stepSize(step: Step, { lower, upper }: Extremes): number {
  return step === "1/λ_max" ? 1 / upper : 2 / (upper + lower);
}

/** The formula of the setting's step for extreme eigenvalues made from the true ones. */
function rate(setting: Setting, stream: Stream, change: (of: Extremes) => Extremes): number {
  const { lower, upper } = change(draw(setting, stream).extremes);
  const condition = upper / lower;
  const ratio = setting.step === "1/λ_max" ? 1 - 1 / condition : (condition - 1) / (condition + 1);
  return ratio ** setting.loops;
}

/** ‖w ↦ w − w_T‖, column by column from the tasks e_1 … e_d. */
function operatorNormOfError(prompt: GramPrompt, step: number, loops: number): number {
  const { dim } = prompt;
  const size = dim + 1;
  const preconditioner = Matrix.eye(dim).mul(step);
  const map = Matrix.eye(dim);
  for (let k = 0; k < dim; k++) {
    const gram = prompt.gram.slice();
    for (let i = 0; i < dim; i++) gram[i * size + dim] = gram[i * size + k]!;
    const iterates = gradientDescentIterates(preconditioner, { ...prompt, gram }, loops);
    const last = iterates.subarray((loops - 1) * dim);
    for (let i = 0; i < dim; i++) map.set(i, k, map.get(i, k) - last[i]!);
  }
  const { values } = symmetricEigen(map.mmul(map.transpose()));
  return Math.sqrt(values[dim - 1]!);
}
