import type { Matrix } from "../numeric/matrix.js";
import type { PromptTokens } from "../prompt/token-prompt.js";

/**
 * A model as laws see it: predictions for the query of a prompt.
 *
 * Conventions.  either the predictions after every loop 1 … loops, or the last one alone as a number;
 *               now or later. The prompt holds no answer.
 */
export type Predictor = (
  prompt: PromptTokens,
  loops: number,
) => number | ArrayLike<number> | Promise<number | ArrayLike<number>>;

/** A model with what laws need to know about it. */
export interface ModelUnderTest {
  readonly predict: Predictor;
  readonly dim: number;
  /** The one context length the model takes; default: it takes any. */
  readonly contextLength?: number;
  /** Depth at which it is tested; default: 3. */
  readonly loops?: number;
  /** Whether it can be looped beyond that depth; default: yes. */
  readonly isLoopable?: boolean;
  /** A, where the model is meant to be gradient descent preconditioned by it. */
  readonly preconditioner?: Matrix;
  /** The same model with its weights in other gauges. */
  readonly gauges?: readonly Predictor[];
  /** Laws that the model is not meant to obey, by id, with the reason. */
  readonly exempt?: Readonly<Record<string, string>>;
  /** Largest difference, relative to the largest number compared; default: 1e−9, for doubles. */
  readonly tolerance?: number;
  /** Milliseconds a prediction may take; default: 10 000. */
  readonly timeout?: number;
}
