import fc from "fast-check";
import { requireInteger, requirePositive } from "../errors.js";
import type { Law } from "./law.js";
import type { ModelUnderTest } from "./predictor.js";

/** What a law found about a model. */
export interface LawResult {
  readonly id: string;
  readonly statement: string;
  readonly verdict: "holds" | "violated" | "not-applicable" | "skipped";
  /** The violation with its least input and how to see it again; or why the law was not asked. */
  readonly detail: string | null;
  /** Inputs that were tried. */
  readonly runs: number;
  readonly seconds: number;
}

/**
 * Holds a model against a law on random inputs, and shrinks the first violation.
 *
 * @param options.seed  default: 0
 * @param options.runs  inputs; default: 100
 */
export async function checkLaw(
  law: Law,
  model: ModelUnderTest,
  options: { readonly seed?: number; readonly runs?: number } = {},
): Promise<LawResult> {
  const { seed = 0, runs = 100 } = options;
  requireModel(model);
  requireInteger("checkLaw", "runs", runs);
  const { id, statement } = law;
  const exclusion = model.exempt?.[id] ?? law.exclusion(model);
  if (exclusion !== null) {
    return { id, statement, verdict: "not-applicable", detail: exclusion, runs: 0, seconds: 0 };
  }
  const started = performance.now();
  const details = await fc.check(
    fc.asyncProperty(law.cases(model), (input) => law.check(model, input)),
    { seed, numRuns: runs },
  );
  const seconds = (performance.now() - started) / 1000;
  if (!details.failed) {
    return { id, statement, verdict: "holds", detail: null, runs: details.numRuns, seconds };
  }
  const { errorInstance, counterexample, counterexamplePath } = details;
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const detail = [
    reason,
    `input: ${fc.stringify(counterexample?.[0])}`,
    `seed ${seed}, path ${counterexamplePath}`,
  ].join("\n");
  return { id, statement, verdict: "violated", detail, runs: details.numRuns, seconds };
}

function requireModel({ dim, loops, contextLength, tolerance, timeout }: ModelUnderTest): void {
  const where = "checkLaw";
  requireInteger(where, "dim", dim);
  if (loops !== undefined) requireInteger(where, "loops", loops);
  if (contextLength !== undefined) requireInteger(where, "contextLength", contextLength);
  if (tolerance !== undefined) requirePositive(where, "tolerance", tolerance);
  if (timeout !== undefined) requirePositive(where, "timeout", timeout);
}
