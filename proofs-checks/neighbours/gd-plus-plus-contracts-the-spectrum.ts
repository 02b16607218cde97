import { defineClaim } from "../../src/claim/claim.js";
import { gramSensitivity } from "../../src/model/gram-forward.js";
import { type AttentionLayer, attentionLayer, restrictedLayer } from "../../src/model/weights.js";
import { Matrix, matrixFrom, symmetricEigen, symmetricPart } from "../../src/numeric/matrix.js";
import { type GramPrompt, gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../src/random/stream.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** γ'λ_max: the contraction in units of the largest eigenvalue of Ŝ. */
  readonly contraction: number;
}

/** Relative rounding of 3^L products of eigenvalues, generously. */
const ROUNDING = 1e-10;

/**
 * GD++ layers contract the spectrum of the sample covariance and improve its condition number.
 *
 * Statement.    one layer maps every eigenvalue of Ŝ to s(1 − γ's)², γ' = γn; for γ'λ_max ≤ ⅓ their order
 *               stays and κ falls by ((1 − γ'λ_max)/(1 − γ'λ_min))²
 * Conventions.  x ← (I − γXXᵀ)x; γ' = ab of P = diag(aI, ·), Q = diag(−bI, 0)
 * Accuracy.     predicted: the eigenvalues of the drawn Ŝ through the formula, loop by loop, ascending,
 *               then the condition number. Measured on the model: layers that contract and leave labels
 *               alone, then one gradient step with A = I; its sensitivities ∂ŷ/∂x_q for labels y = x_k are
 *               the columns of Ŝ_L, whose eigenvalues are taken. Budget: rounding
 * Source.       von Oswald et al. 2023, on GD++; the condition number derived here
 */
export const gdPlusPlusContractsTheSpectrum = defineClaim<Setting>({
  id: "gd-plus-plus-contracts-the-spectrum",
  title: "GD++ contracts the spectrum and improves its condition number",
  statement:
    "s \\mapsto s(1-\\gamma' s)^2, \\qquad \\kappa \\mapsto \\kappa\\left(\\frac{1-\\gamma'\\lambda_{\\max}}{1-\\gamma'\\lambda_{\\min}}\\right)^2 < \\kappa",
  source: "von Oswald et al. 2023; condition number derived here",
  kind: "equality",
  hypotheses: {
    "0 < γ'λ_max ≤ ⅓": ({ contraction }) => contraction > 0 && contraction <= 1 / 3,
    "Ŝ has full rank": ({ dim, contextLength }) => contextLength >= dim,
  },
  grid: {
    quick: [
      point(3, 8, 1, 0.3),
      point(5, 20, 2, 1 / 3),
      point(10, 20, 3, 0.25),
      point(4, 12, 1, 0.02),
      { ...point(3, 8, 1, 0.5), expected: "not-applicable" },
    ],
    thorough: [point(30, 60, 4, 0.3)],
  },
  predicted: (setting, stream) =>
    contracted(setting, stream, (s, gamma) => s * (1 - gamma * s) ** 2),
  measured: (setting, stream) => {
    const prompt = draw(setting, stream);
    const gamma = setting.contraction / spectrumOf(prompt).at(-1)!;
    const values = symmetricEigen(modelCovariance(prompt, gamma, setting.loops)).values;
    const value = withCondition(values);
    return {
      value,
      errorBudget: value.map((entry) => ROUNDING * entry),
      method: "certified",
    };
  },
  rivals: {
    "s(1 − γ's): the covariates once, not on both sides": (setting, stream) =>
      contracted(setting, stream, (s, gamma) => s * (1 - gamma * s)),
    "the spectrum as it is": (setting, stream) => contracted(setting, stream, (s) => s),
    "one loop fewer": (setting, stream) =>
      contracted(
        { ...setting, loops: setting.loops - 1 },
        stream,
        (s, gamma) => s * (1 - gamma * s) ** 2,
      ),
    "γ' not updated: (1 − γ's₀)^{2L}": (setting, stream) =>
      withCondition(
        spectrumOf(draw(setting, stream)).map((s, _, all) => {
          const gamma = setting.contraction / all.at(-1)!;
          return s * (1 - gamma * s) ** (2 * setting.loops);
        }),
      ),
  },
});

function point(dim: number, contextLength: number, loops: number, contraction: number) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops} γ'λ_max=${contraction.toPrecision(3)}`,
    setting: { dim, contextLength, loops, contraction },
  };
}

function draw({ dim, contextLength }: Setting, stream: Stream): GramPrompt {
  return gramPromptSampler(promptDistribution({ dim, contextLength }))(stream.split("prompt"));
}

function spectrumOf({ dim, contextLength, gram }: GramPrompt): number[] {
  const whole = matrixFrom(dim + 1, dim + 1, gram).mul(1 / contextLength);
  return symmetricEigen(whole.subMatrix(0, dim - 1, 0, dim - 1)).values;
}

function withCondition(ascending: readonly number[]): number[] {
  return [...ascending, ascending.at(-1)! / ascending[0]!];
}

/** Eigenvalues after all loops, and their condition number, with the map of one loop given. */
function contracted(
  setting: Setting,
  stream: Stream,
  map: (eigenvalue: number, gamma: number) => number,
): number[] {
  const start = spectrumOf(draw(setting, stream));
  const gamma = setting.contraction / start.at(-1)!;
  let values = start;
  for (let loop = 0; loop < setting.loops; loop++) values = values.map((s) => map(s, gamma));
  return withCondition(values);
}

/** Ŝ_L read off the model, column k from the labels y = x_k. */
function modelCovariance(prompt: GramPrompt, gamma: number, loops: number): Matrix {
  const { dim, gram } = prompt;
  const size = dim + 1;
  const contract: AttentionLayer = {
    value: Matrix.diag([...new Array<number>(dim).fill(gamma), 0]),
    keyQuery: Matrix.diag([...new Array<number>(dim).fill(-1), 0]),
  };
  const read = attentionLayer(restrictedLayer(Matrix.eye(dim)));
  const sensitivity = gramSensitivity([...Array.from({ length: loops }, () => contract), read]);
  const columns = Array.from({ length: dim }, (_, k) => {
    const own = gram.slice();
    for (let i = 0; i < dim; i++) {
      own[i * size + dim] = gram[i * size + k]!;
      own[dim * size + i] = gram[k * size + i]!;
    }
    own[size * size - 1] = gram[k * size + k]!;
    return [...sensitivity({ ...prompt, gram: own }).slice(-dim)];
  });
  return symmetricPart(new Matrix(columns));
}
