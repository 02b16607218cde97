import { LoopgdError } from "../errors.js";
import type { PromptTokens } from "../prompt/token-prompt.js";

/**
 * An in-context model as a black box: predictions for the query of a prompt.
 *
 * Conventions.  either the predictions after every loop 1 … loops, or the last one alone as a number;
 *               now or later. The prompt holds no answer.
 */
export type Predictor = (
  prompt: PromptTokens,
  loops: number,
) => number | ArrayLike<number> | Promise<number | ArrayLike<number>>;

/** A predictor outside this thread, to be closed when it is no longer asked. */
export interface RemotePredictor {
  readonly predict: Predictor;
  close(): Promise<void>;
}

/** Milliseconds that the first answer of a program or thread may take on top: it starts, and loads a model. */
export const START_TIME = 60_000;

/** A predictor that could not be asked at all: it died or hung. It begins anew at the next question. */
export class PredictorFailure extends LoopgdError {}
