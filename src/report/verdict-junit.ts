import type { ClaimResult } from "../claim/run-claim.js";
import { groupByClaim } from "./group-by-claim.js";
import { type JunitCase, junitDocument } from "./junit.js";

/**
 * A verification as JUnit XML.
 *
 * Statement.    a suite per claim, a case per setting; a verdict that differs from the recorded one is a
 *               failure, a broken check an error, a claim that does not apply is skipped
 */
export function verdictJunit(results: readonly ClaimResult[]): string {
  const suites = groupByClaim(results).map((group) => ({
    name: group[0]!.id,
    cases: group.map(testCase),
  }));
  return junitDocument("loopgd verify", suites);
}

function testCase(result: ClaimResult): JunitCase {
  const { setting, seconds, verdict, expected, detail, method, margin, regime, certificates } =
    result;
  const output = [
    `verdict ${verdict}`,
    method === null ? null : `method ${method}`,
    margin === null ? null : `margin ${margin}`,
    regime,
    certificates === undefined ? null : `certificate ${certificates.join(", ")}`,
  ];
  return {
    name: setting,
    seconds,
    ...outcomeOf(verdict, expected, detail),
    output: output.filter((part) => part !== null).join("; "),
  };
}

function outcomeOf(
  verdict: ClaimResult["verdict"],
  expected: ClaimResult["expected"],
  detail: string | null,
): Pick<JunitCase, "outcome" | "message"> {
  if (verdict === "broken") return { outcome: "broken", message: detail };
  if (verdict !== expected) {
    const message = `${verdict}, expected ${expected}${detail === null ? "" : `\n${detail}`}`;
    return { outcome: "failed", message };
  }
  return verdict === "not-applicable"
    ? { outcome: "skipped", message: detail }
    : { outcome: "passed", message: null };
}
