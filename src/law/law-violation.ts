import { LoopgdError } from "../errors.js";

/** What a law found against a model: not a failure of the check. */
export class LawViolation extends LoopgdError {}
