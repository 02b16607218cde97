import type { LawResult } from "../law/check-law.js";
import { junitDocument } from "./junit.js";

/** What laws found about a model as JUnit XML: one suite, a case per law. */
export function lawJunit(results: readonly LawResult[]): string {
  const cases = results.map(({ id, verdict, detail, statement, runs, seconds }) => ({
    name: id,
    seconds,
    outcome: OUTCOMES[verdict],
    message: detail,
    output: `${statement} ${runs} inputs`,
  }));
  return junitDocument("loopgd test-model", [{ name: "loopgd laws", cases }]);
}

const OUTCOMES = {
  holds: "passed",
  violated: "failed",
  "not-applicable": "skipped",
  skipped: "skipped",
} as const;
