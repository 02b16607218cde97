import type { ClaimResult } from "../claim/run-claim.js";
import { groupByClaim } from "./group-by-claim.js";

/**
 * A verification as JUnit XML, for the test views of CI systems.
 *
 * Statement.    a suite per claim, a case per setting; a verdict that differs from the recorded one is a
 *               failure, a broken check an error, a claim that does not apply is skipped
 */
export function junitDocument(results: readonly ClaimResult[]): string {
  const groups = groupByClaim(results);
  const suites = groups.map((group) => {
    const cases = group.map(testCase).join("\n");
    const attributes = { name: group[0]!.id, ...totals(group) };
    return `<testsuite${attributeText(attributes)}>\n${cases}\n</testsuite>`;
  });
  const body = suites.join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributeText({ name: "loopgd verify", ...totals(results) })}>\n${body}\n</testsuites>\n`;
}

function totals(results: readonly ClaimResult[]) {
  const count = (test: (result: ClaimResult) => boolean) => String(results.filter(test).length);
  return {
    tests: String(results.length),
    failures: count((result) => isChanged(result) && result.verdict !== "broken"),
    errors: count((result) => result.verdict === "broken"),
    skipped: count((result) => result.verdict === "not-applicable" && !isChanged(result)),
    time: results.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3),
  };
}

function isChanged({ verdict, expected }: ClaimResult): boolean {
  return verdict !== expected;
}

function testCase(result: ClaimResult): string {
  const { id, setting, verdict, expected, detail, seconds } = result;
  const attributes = { classname: id, name: setting, time: seconds.toFixed(3) };
  const outcome = outcomeElement(result, detail ?? `${verdict}, expected ${expected}`);
  const output = `<system-out>${escapeXml(describe(result))}</system-out>`;
  return `<testcase${attributeText(attributes)}>${outcome}${output}</testcase>`;
}

function outcomeElement(result: ClaimResult, message: string): string {
  const { verdict, expected } = result;
  if (verdict === "broken") return `<error${attributeText({ message })}/>`;
  if (isChanged(result)) {
    const text = `${verdict}, expected ${expected}`;
    return `<failure${attributeText({ message: text })}>${escapeXml(message)}</failure>`;
  }
  return verdict === "not-applicable" ? `<skipped${attributeText({ message })}/>` : "";
}

function describe({ verdict, method, margin, regime }: ClaimResult): string {
  const parts = [
    `verdict ${verdict}`,
    method === null ? null : `method ${method}`,
    margin === null ? null : `margin ${margin}`,
    regime,
  ];
  return parts.filter((part) => part !== null).join("; ");
}

function attributeText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join("");
}

/** Text as XML can hold it: markup escaped, control characters replaced. */
function escapeXml(text: string): string {
  return (
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
  );
}
