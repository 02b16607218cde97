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
  const table = `${["| claim | id | source | verdicts |", "| --- | --- | --- | --- |", ...rows].join("\n")}\n`;
  const open = inconclusiveList(claims);
  return open === "" ? table : `${table}\n${open}`;
}

/** Every setting on record as inconclusive, with what it would need; empty where there is none. */
function inconclusiveList(claims: readonly Claim[]): string {
  const entries = claims.flatMap(({ id, grid }) =>
    [...grid.quick, ...grid.thorough]
      .filter(({ expected }) => expected === "inconclusive")
      .map(({ name, needs = "not known" }) => `- \`${id}\`, ${name}; would need: ${needs}`),
  );
  return entries.length === 0 ? "" : `Inconclusive:\n\n${entries.join("\n")}\n`;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
