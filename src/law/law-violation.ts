import { LoopgdError } from "../errors.js";

/** What a law found against a model: not a failure of the check. */
export class LawViolation extends LoopgdError {
  /**
   * @param isFinal  the model died or hung: asking again on smaller inputs would tell nothing
   */
  constructor(
    message: string,
    readonly isFinal = false,
  ) {
    super(message);
  }
}
