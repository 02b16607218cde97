import { ArgumentError } from "../../errors.js";
import { plateau } from "./plateau.js";
import type { StopRule } from "./stop-rule.js";
import { withinReference } from "./within-reference.js";

/** What a stop rule may be written as. */
const STOP_FORMS =
  "within:SHARE[:WINDOW] (of the reference loss, e.g. within:0.01) or plateau:WINDOW[:LEVEL] " +
  "(steps, at least 20, and standard errors, e.g. plateau:200:2)";

/**
 * The stop rule a specification names.
 *
 * @param referenceLoss  what `within` is about
 * Throws.       ArgumentError when the text has none of STOP_FORMS, or `within` has no reference loss
 * @example parseStop("within:0.01:50", 2).spec  // → "within:0.01:50 of 2"
 */
export function parseStop(spec: string, referenceLoss?: number): StopRule {
  const refuse = (): never => {
    throw new ArgumentError("parseStop", "stop", `one of ${STOP_FORMS}`, spec);
  };
  const [family, ...texts] = spec.split(":");
  const numbers = texts.map((text) => (text.trim() === "" ? Number.NaN : Number(text)));
  const [first, second] = numbers;
  if (numbers.length > 2 || first === undefined || !numbers.every((value) => value > 0)) {
    return refuse();
  }
  if (family === "plateau" && Number.isSafeInteger(first) && first >= 20) {
    return plateau({ window: first, ...(second !== undefined && { level: second }) });
  }
  if (family !== "within" || !Number.isFinite(first)) return refuse();
  if (second !== undefined && !Number.isSafeInteger(second)) return refuse();
  if (referenceLoss === undefined) {
    const requirement = "plateau:WINDOW where no reference loss is known";
    throw new ArgumentError("parseStop", "stop", requirement, spec);
  }
  return withinReference({
    ...{ tolerance: first, referenceLoss },
    ...(second !== undefined && { window: second }),
  });
}
