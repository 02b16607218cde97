import type { Claim, Verdict } from "../claim/claim.js";

/**
 * The claims with their recorded verdicts as a Markdown table.
 *
 * The verdicts are the expected ones of the quick grid: a run whose verdicts differ fails, so the
 * table is true of every build that passes.
 */
export function claimTable(claims: readonly Claim[]): string {
  const rows = claims.map(({ id, title, source, grid }) => {
    const verdicts = new Map<Verdict, number>();
    for (const { expected = "holds" } of grid.quick) {
      verdicts.set(expected, (verdicts.get(expected) ?? 0) + 1);
    }
    const counts = [...verdicts].map(([verdict, count]) => `${verdict} ${count}×`).join(", ");
    return `| ${[title, `\`${id}\``, source, counts].map(escapeCell).join(" | ")} |`;
  });
  return `${["| claim | id | source | verdicts |", "| --- | --- | --- | --- |", ...rows].join("\n")}\n`;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
