import { askOnce } from "../law/ask.js";
import type { ModelUnderTest } from "../law/model-under-test.js";
import type { Matrix } from "../numeric/matrix.js";
import type { PromptTokens } from "../prompt/token-prompt.js";
import type { StratifiedPrompt } from "./prompt-strata.js";

/** A model that is asked: how, and how long it may take. */
export type AskedModel = Pick<ModelUnderTest, "predict" | "timeout">;

/** What a model says of one prompt. */
export interface ModelAnswer {
  /** ŷ after the last loop. */
  readonly prediction: number;
  /** ŷ after every loop, where the model tells. */
  readonly perLoop: Float64Array | null;
  /** ∂ŷ/∂x_q: the weight vector that the model implies. Shapes: (dim) */
  readonly sensitivity: Float64Array;
}

/** Step of the central differences, in standard deviations of the covariate; exact where ŷ is linear in x_q. */
const PROBE = 2 ** -5;

/**
 * A model's predictions and sensitivities on given prompts, 1 + 2d questions a prompt.
 *
 * Statement.    sensitivity_i = [ŷ(x_q + h_i e_i) − ŷ(x_q − h_i e_i)]/2h_i, h_i = 2⁻⁵ √Σ_ii
 * Throws.       LawViolation with the predictor's own message when it throws, dies, hangs or gives NaN
 */
export async function modelAnswers(
  model: AskedModel,
  prompts: readonly StratifiedPrompt[],
  options: {
    readonly loops: number;
    readonly covariance: Matrix;
    readonly signal?: AbortSignal;
    readonly onAnswer?: (answered: number) => void;
  },
): Promise<ModelAnswer[]> {
  const { loops, covariance, signal, onAnswer } = options;
  const answers: ModelAnswer[] = [];
  for (const { tokens } of prompts) {
    if (signal?.aborted) break;
    // A model in this thread never waits: signals would not come through.
    await new Promise((resolve) => setImmediate(resolve));
    const given = await askOnce(model, model.predict, tokens, loops);
    const sensitivity = new Float64Array(tokens.dim);
    for (let i = 0; i < tokens.dim; i++) {
      const step = PROBE * Math.sqrt(covariance.get(i, i));
      const ahead = await lastPrediction(model, moveQuery(tokens, i, step), loops);
      const behind = await lastPrediction(model, moveQuery(tokens, i, -step), loops);
      sensitivity[i] = (ahead - behind) / (2 * step);
    }
    answers.push({
      prediction: given.at(-1)!,
      perLoop: given.length === loops ? given : null,
      sensitivity,
    });
    onAnswer?.(answers.length);
  }
  return answers;
}

/** A model's prediction for a prompt after the last loop. Throws as `modelAnswers`. */
export async function lastPrediction(
  model: AskedModel,
  tokens: PromptTokens,
  loops: number,
): Promise<number> {
  return (await askOnce(model, model.predict, tokens, loops)).at(-1)!;
}

function moveQuery(prompt: PromptTokens, coordinate: number, step: number): PromptTokens {
  const tokens = prompt.tokens.slice();
  tokens[coordinate * (prompt.contextLength + 1) + prompt.contextLength]! += step;
  return { ...prompt, tokens };
}
