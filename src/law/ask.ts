import type { Predictor } from "../predictor/predictor.js";
import { PredictorFailure } from "../predictor/predictor.js";
import type { PromptTokens } from "../prompt/token-prompt.js";
import { LawViolation } from "./law-violation.js";
import type { ModelUnderTest } from "./model-under-test.js";

const DEFAULT_TIMEOUT = 10_000;

/**
 * A model's predictions after loops 1 … loops, checked.
 *
 * Throws.       LawViolation when the predictor throws, takes too long, or gives NaN, infinities, no
 *               numbers or too few of them
 */
export async function askEveryLoop(
  model: ModelUnderTest,
  prompt: PromptTokens,
  loops: number,
  predict: Predictor = model.predict,
): Promise<Float64Array> {
  const last = await askOnce(model, predict, prompt, loops);
  if (last.length === loops) return last;
  // A model that gives the last prediction alone is asked for every depth.
  const predictions = new Float64Array(loops);
  predictions[loops - 1] = last[0]!;
  for (let t = 1; t < loops; t++) {
    predictions[t - 1] = (await askOnce(model, predict, prompt, t)).at(-1)!;
  }
  return predictions;
}

/** A model's prediction after the last of `loops` loops. Throws as `askEveryLoop`. */
export async function askLast(
  model: ModelUnderTest,
  prompt: PromptTokens,
  loops: number,
): Promise<number> {
  return (await askOnce(model, model.predict, prompt, loops)).at(-1)!;
}

/**
 * A model's answer as it is given: predictions after every loop, or the last alone.
 *
 * Throws.       as `askEveryLoop`
 */
export async function askOnce(
  { timeout = DEFAULT_TIMEOUT }: Pick<ModelUnderTest, "timeout">,
  predict: Predictor,
  { dim, contextLength, tokens }: PromptTokens,
  loops: number,
): Promise<Float64Array> {
  const asked = `loops = ${loops}, d = ${dim}, n = ${contextLength}`;
  let answer: unknown;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new LawViolation(`the predictor gave no answer in ${timeout} ms (${asked})`, true)),
      timeout,
    );
  });
  try {
    // A copy: a model that changes its input must not change what others see.
    const prompt = { dim, contextLength, tokens: tokens.slice() };
    answer = await Promise.race([predict(prompt, loops), late]);
  } catch (error) {
    if (error instanceof LawViolation) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof PredictorFailure) throw new LawViolation(`${reason} (${asked})`, true);
    throw new LawViolation(`the predictor threw (${asked}): ${reason}`);
  } finally {
    clearTimeout(timer);
  }
  return checkedAnswer(answer, loops, asked);
}

function checkedAnswer(answer: unknown, loops: number, asked: string): Float64Array {
  const list = typeof answer === "number" ? [answer] : answer;
  if (!isNumberList(list)) {
    throw new LawViolation(
      `the predictor gave ${typeof answer}, not a number or a list of numbers (${asked})`,
    );
  }
  if (typeof answer !== "number" && list.length !== loops) {
    throw new LawViolation(
      `the predictor gave ${list.length} predictions, not ${loops}, one per loop (${asked})`,
    );
  }
  const predictions = Float64Array.from(list);
  const bad = predictions.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new LawViolation(
      `prediction ${bad + 1} of ${predictions.length} is ${predictions[bad]} (${asked})`,
    );
  }
  return predictions;
}

function isNumberList(value: unknown): value is ArrayLike<number> {
  return (
    typeof value === "object" &&
    value !== null &&
    "length" in value &&
    Array.from(value as ArrayLike<unknown>).every((entry) => typeof entry === "number")
  );
}
