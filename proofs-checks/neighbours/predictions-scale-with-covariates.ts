import { defineClaim } from "../../src/claim/claim.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import type { Stream } from "../../src/random/stream.js";
import { drawPreconditioner } from "../draw-weights.js";
import { tokenRoundingBound } from "../rounding-budget.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  /** c */
  readonly scale: number;
  readonly labels: "held" | "recomputed";
}

const PROMPTS = 6;

/**
 * One layer's prediction is a cubic form in the covariates: it does not follow their scale.
 *
 * Statement.    x → cx in context and query multiplies ŷ by c² with the labels held, by c³ with the
 *               labels recomputed from w
 * Conventions.  one restricted layer, u = 0, any A; no noise. The target gains c⁰ and c
 * Accuracy.     token-level model on both prompts; the budget is the proven rounding bound of both, with
 *               one more rounding for each scaled entry
 * Source.       Zhang, Frei, Bartlett 2024, on covariate shift
 */
export const predictionsScaleWithCovariates = defineClaim<Setting>({
  id: "predictions-scale-with-covariates",
  title: "Scaling covariates by c scales one layer's answer by c² or c³",
  statement: "\\hat y(cx, y) = c^2\\,\\hat y(x, y), \\qquad \\hat y(cx, cy) = c^3\\,\\hat y(x, y)",
  source: "Zhang, Frei, Bartlett 2024",
  kind: "identity",
  hypotheses: { "c > 0": ({ scale }) => scale > 0 },
  grid: {
    quick: [
      point(3, 8, 2, "held"),
      point(3, 8, 2, "recomputed"),
      point(5, 4, 1.03, "held"),
      point(5, 4, 1.03, "recomputed"),
      point(2, 30, 0.1, "recomputed"),
    ],
    thorough: [point(20, 60, 3, "held")],
  },
  predicted: (setting, stream) => scaled(setting, stream, powerOf(setting)),
  measured: (setting, stream) => {
    const { layers, prompts } = draw(setting, stream);
    const inputs = { tokens: 2, layers: 0 };
    const factor = setting.scale ** powerOf(setting);
    return {
      value: prompts.map((prompt) => tokenPredictions(layers, stretch(prompt, setting))[0]!),
      errorBudget: prompts.map(
        (prompt) =>
          tokenRoundingBound(layers, stretch(prompt, setting), inputs)[0]! +
          2 * factor * tokenRoundingBound(layers, prompt, inputs)[0]!,
      ),
      method: "certified",
    };
  },
  rivals: {
    "as the target scales": (setting, stream) =>
      scaled(setting, stream, setting.labels === "held" ? 0 : 1),
    "the query's scale forgotten": (setting, stream) =>
      scaled(setting, stream, powerOf(setting) - 1),
    "one power more": (setting, stream) => scaled(setting, stream, powerOf(setting) + 1),
  },
});

function point(dim: number, contextLength: number, scale: number, labels: Setting["labels"]) {
  return {
    name: `d=${dim} n=${contextLength} c=${scale} labels ${labels}`,
    setting: { dim, contextLength, scale, labels },
  };
}

function powerOf({ labels }: Setting): number {
  return labels === "held" ? 2 : 3;
}

function draw({ dim, contextLength }: Setting, stream: Stream) {
  const sample = tokenPromptSampler(promptDistribution({ dim, contextLength }));
  return {
    layers: layersOf(restrictedWeights(drawPreconditioner(dim, stream.split("weights"))), 1),
    prompts: Array.from({ length: PROMPTS }, (_, i) => sample(stream.split("prompts").split(i))),
  };
}

/** c^power times the predictions on the prompts as they are. */
function scaled(setting: Setting, stream: Stream, power: number): number[] {
  const { layers, prompts } = draw(setting, stream);
  return prompts.map((prompt) => setting.scale ** power * tokenPredictions(layers, prompt)[0]!);
}

/** The prompt with covariates, and labels where recomputed, times c. */
function stretch(prompt: TokenPrompt, { scale, labels }: Setting): TokenPrompt {
  const { dim, contextLength } = prompt;
  const tokens = prompt.tokens.map((entry, k) =>
    k < dim * (contextLength + 1) || labels === "recomputed" ? scale * entry : entry,
  );
  return { ...prompt, tokens };
}
