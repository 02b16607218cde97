import {
  gradientDescentIterates,
  iteratePredictions,
} from "../../src/baseline/gradient-descent.js";
import { defineClaim } from "../../src/claim/claim.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import type { Stream } from "../../src/random/stream.js";
import { drawPreconditioner } from "../draw-weights.js";
import { descentRoundingBound, tokenRoundingBound } from "../rounding-budget.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  readonly noiseVariance: number;
}

const PROMPTS = 8;

/**
 * L loops of the restricted layer are L steps of preconditioned gradient descent.
 *
 * Statement.    ŷ after t loops = w_t·x_q with w₀ = 0, w_{t+1} = w_t + Aᵀ(Xyᵀ/n − Ŝ w_t), for every
 *               prompt, every A (symmetric or not) and every t ≤ L
 * Conventions.  u = 0; 1/n; ŷ is minus the label entry of the query token; y may carry noise
 * Accuracy.     token-level model against GD on X and y, prediction after every loop; the budget is
 *               a proven bound on the rounding of both (rounding-budget.ts)
 * Source.       von Oswald et al. 2023; Ahn et al. 2023, Lemma 1; Gatmiry et al. 2024, Prop. 3.1
 */
export const loopsEqualGdSteps = defineClaim<Setting>({
  id: "loops-equal-gd-steps",
  title: "L loops are L steps of preconditioned gradient descent",
  statement:
    "\\hat y_t = w_t^\\top x_q, \\quad w_{t+1} = w_t + A^\\top\\!\\left(\\tfrac1n X y^\\top - \\hat S w_t\\right), \\; w_0 = 0",
  source: "von Oswald et al. 2023; Ahn et al. 2023, Lemma 1; Gatmiry et al. 2024, Prop. 3.1",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(3, 7, 4),
      point(10, 20, 5),
      point(5, 3, 3),
      point(4, 1, 3),
      point(1, 6, 4),
      point(2, 60, 2),
      point(3, 5, 4, 0.5),
    ],
    thorough: [point(20, 10, 6), point(10, 200, 8), point(8, 40, 5, 2)],
  },
  predicted: (setting, stream) => descend(setting, stream, (a) => a),
  measured: ({ dim, contextLength, loops, noiseVariance }, stream) => {
    const { preconditioner, prompts } = draw({ dim, contextLength, loops, noiseVariance }, stream);
    const layers = layersOf(restrictedWeights(preconditioner), loops);
    return {
      value: prompts.flatMap((prompt) => [...tokenPredictions(layers, prompt)]),
      errorBudget: prompts.flatMap((prompt) => {
        const descent = descentRoundingBound(preconditioner, prompt, loops);
        return [...tokenRoundingBound(layers, prompt)].map((bound, t) => bound + descent[t]!);
      }),
      method: "certified",
    };
  },
  rivals: {
    "1/(n+1) for 1/n": (setting, stream) =>
      descend(setting, stream, (a) =>
        Matrix.mul(a, setting.contextLength / (setting.contextLength + 1)),
      ),
    "A for Aᵀ": (setting, stream) => descend(setting, stream, (a) => a.transpose()),
    "a stray factor 2 from the loss without ½": (setting, stream) =>
      descend(setting, stream, (a) => Matrix.mul(a, 2)),
    "the sign of ŷ": (setting, stream) => descend(setting, stream, (a) => a).map((value) => -value),
    "one step behind": (setting, stream) => {
      const values = descend(setting, stream, (a) => a);
      return values.map((_, k) => (k % setting.loops === 0 ? 0 : values[k - 1]!));
    },
  },
});

function point(dim: number, contextLength: number, loops: number, noiseVariance = 0) {
  const noise = noiseVariance === 0 ? "" : ` σ²=${noiseVariance}`;
  return {
    name: `d=${dim} n=${contextLength} L=${loops}${noise}`,
    setting: { dim, contextLength, loops, noiseVariance },
  };
}

function draw(
  setting: Setting,
  stream: Stream,
): { preconditioner: Matrix; prompts: TokenPrompt[] } {
  const sample = tokenPromptSampler(promptDistribution(setting));
  return {
    preconditioner: drawPreconditioner(setting.dim, stream.split("weights")),
    prompts: Array.from({ length: PROMPTS }, (_, i) => sample(stream.split("prompts").split(i))),
  };
}

/** GD predictions after every step with a preconditioner made from A, all prompts in a row. */
function descend(setting: Setting, stream: Stream, change: (a: Matrix) => Matrix): number[] {
  const { preconditioner, prompts } = draw(setting, stream);
  return prompts.map(toGramPrompt).flatMap((prompt) => {
    const iterates = gradientDescentIterates(change(preconditioner), prompt, setting.loops);
    return [...iteratePredictions(iterates, prompt)];
  });
}
