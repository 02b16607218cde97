import { HypothesisError } from "../../errors.js";

/** A part of the page that has no answer in this state, and why. */
export interface Unavailable {
  readonly unavailable: string;
}

/** Whether an answer is none. */
export function isUnavailable<T extends object>(answer: T | Unavailable): answer is Unavailable {
  return "unavailable" in answer;
}

/** The answer, or, where the theory or the engine does not reach, why there is none. */
export function orUnavailable<T>(compute: () => T): T | Unavailable {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof HypothesisError)) throw error;
    const { message } = error;
    return { unavailable: message.slice(message.indexOf(": ") + 1).trim() };
  }
}
