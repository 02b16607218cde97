import type { ClaimResult } from "../claim/run-claim.js";
import type { Verification } from "../claim/run-claims.js";
import { falseAlarmRate, heavyTailWarning, sampledComparisons } from "../claim/sample-plan.js";
import { textTable } from "./text-table.js";

const COLOURS: Readonly<Record<ClaimResult["verdict"], string>> = {
  holds: "\x1b[32m",
  vacuous: "\x1b[36m",
  "not-applicable": "\x1b[36m",
  inconclusive: "\x1b[33m",
  refuted: "\x1b[35m",
  broken: "\x1b[31m",
};

/** The verdicts as a person reads them in a terminal: one line per claim and setting. */
export function verdictTable(verification: Verification, hasColour: boolean): string {
  const { results } = verification;
  const lines = textTable(
    results.map((result, i) => [
      result.id === results[i - 1]?.id ? "" : result.id,
      result.setting,
      result.verdict,
      result.margin === null ? "" : formatMargin(result.margin),
      result.method ?? "",
    ]),
    [3],
  ).split("\n");
  const body = results.map((result, i) => {
    const line = lines[i]!;
    const painted = hasColour
      ? line.replace(
          new RegExp(`  ${result.verdict}(?=  |$)`),
          `  ${COLOURS[result.verdict]}${result.verdict}\x1b[0m`,
        )
      : line;
    const notes = [
      ...(result.verdict === result.expected ? [] : [`expected ${result.expected}`]),
      ...(result.detail !== null && result.verdict !== result.expected ? [result.detail] : []),
    ];
    const caution = result.sample === null ? null : heavyTailWarning(result.sample);
    if (caution !== null) notes.push(caution);
    return notes.length === 0 ? painted : `${painted}\n    ${notes.join(": ")}`;
  });
  const unexpected = results.filter((result) => result.verdict !== result.expected).length;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const summary =
    `${results.length} verdicts on ${new Set(results.map(({ id }) => id)).size} claims in ` +
    `${seconds.toFixed(1)} s: ${countByVerdict(results)}; ` +
    (unexpected === 0 ? "all as expected" : `${unexpected} not as expected`);
  return `${[...body, "", summary, ...falseAlarms(results)].join("\n")}\n`;
}

/** How sure sampling is, in one line; none where nothing was sampled. */
function falseAlarms(results: readonly ClaimResult[]): string[] {
  const comparisons = sampledComparisons(results);
  if (comparisons === 0) return [];
  const rate = falseAlarmRate(comparisons).toExponential(1);
  return [
    `${comparisons} numbers were sampled, each within 5 standard errors: a false alarm in ${rate} of all seeds at most, where means are close to normal`,
  ];
}

function countByVerdict(results: readonly ClaimResult[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of results) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
}

function formatMargin(margin: number): string {
  return margin !== 0 && Math.abs(margin) < 1e-3 ? margin.toExponential(1) : margin.toFixed(3);
}
