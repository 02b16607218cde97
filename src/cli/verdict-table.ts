import type { ClaimResult } from "../claim/run-claim.js";
import type { Verification } from "../claim/run-claims.js";
import { falseAlarmRate, heavyTailWarning, sampledComparisons } from "../claim/sample-plan.js";
import { tightestOnGrid } from "../claim/tightness.js";
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
      (result.certificates ?? []).join(", "),
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
    return notes.length === 0 ? painted : `${painted}\n    ${notes.join("; ")}`;
  });
  const unexpected = results.filter((result) => result.verdict !== result.expected).length;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const summary =
    `${results.length} verdicts on ${new Set(results.map(({ id }) => id)).size} claims in ` +
    `${seconds.toFixed(1)} s: ${countByVerdict(results)}; ` +
    (unexpected === 0 ? "all as expected" : `${unexpected} not as expected`);
  return `${[...body, ...tightnessLines(results), "", summary, ...falseAlarms(results)].join("\n")}\n`;
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

/** One line per inequality: the stated constant, the tightest one on the grid, where it is attained. */
function tightnessLines(results: readonly ClaimResult[]): string[] {
  const bounds = tightestOnGrid(results);
  if (bounds.length === 0) return [];
  const rows = bounds.map(({ id, constant, stated, tight, ratio, setting, attained }) => [
    id,
    constant ?? "bound × 1",
    stated.toPrecision(4),
    tight.toPrecision(4),
    ratio.toPrecision(4),
    attained === null ? setting : `${setting}: ${attained}`,
  ]);
  const header = ["inequality", "constant", "stated", "tight", "tight/stated", "attained at"];
  return ["", ...textTable([header, ...rows], [2, 3, 4]).split("\n")];
}

function countByVerdict(results: readonly ClaimResult[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of results) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
}

function formatMargin(margin: number): string {
  return margin !== 0 && Math.abs(margin) < 1e-3 ? margin.toExponential(1) : margin.toFixed(3);
}
