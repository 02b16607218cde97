import type { Verdict } from "../claim/claim.js";
import type { ClaimResult } from "../claim/run-claim.js";
import { heavyTailWarning } from "../claim/sample-plan.js";
import { groupByClaim } from "./group-by-claim.js";
import { type Html, html } from "./html.js";
import { numberText, secondsText } from "./number-text.js";
import { texFormula } from "./tex.js";

/** A sign for each verdict, so that colour is not needed to tell them apart. */
const SIGNS: Readonly<Record<Verdict, string>> = {
  holds: "✓",
  vacuous: "○",
  refuted: "✗",
  inconclusive: "?",
  "not-applicable": "–",
  broken: "!",
};

/** All verdicts, one row per claim and setting, grouped by claim in the order they were run.
 *
 * @param statements  TeX by claim id */
export function verdictTable(
  results: readonly ClaimResult[],
  statements: ReadonlyMap<string, string>,
): Html {
  return html`<div class="scroll" role="region" aria-label="Verdicts" tabindex="0">
<table id="verdict-table">
<caption>One row per claim and setting. A setting opens to its regime and what was measured.</caption>
<thead><tr>
<th scope="col">Setting</th><th scope="col">Verdict</th><th scope="col" class="number">Margin</th><th scope="col">Method</th><th scope="col" class="number seconds">Time</th>
</tr></thead>
${groupByClaim(results).map((group) => claimRows(group, statements.get(group[0]!.id)))}
</table>
</div>`;
}

/** The verdict as a word with its sign, in its colour. */
export function verdictMark(verdict: Verdict): Html {
  return html`<span class="${verdict}"><span aria-hidden="true">${SIGNS[verdict]}</span> ${verdict}</span>`;
}

function claimRows(results: readonly ClaimResult[], statement: string | undefined): Html {
  const { id, title } = results[0]!;
  return html`<tbody>
<tr><th scope="rowgroup" colspan="5">${title} <code>${id}</code>${statement === undefined ? null : html`<div class="formula">${texFormula(statement)}</div>`}</th></tr>
${results.map(resultRow)}</tbody>
`;
}

function resultRow(result: ClaimResult): Html {
  const { verdict, expected, margin, method, seconds } = result;
  const hasChanged = verdict !== expected;
  return html`<tr${hasChanged ? html` class="changed"` : null}>
<th scope="row">${settingCell(result)}</th>
<td class="verdict">${verdictMark(verdict)}${hasChanged ? html` <span class="expected">expected ${expected}</span>` : null}</td>
<td class="number">${margin === null ? html`<span class="label">none</span>` : numberText(margin, 3)}</td>
<td>${method ?? html`<span class="label">none</span>`}</td>
<td class="number seconds">${secondsText(seconds)}</td>
</tr>
`;
}

function settingCell(result: ClaimResult): Html {
  const { setting, regime, detail, verdict, expected, sample, certificates } = result;
  const caution = sample === null ? null : heavyTailWarning(sample);
  const notes = {
    Regime: regime,
    Detail: detail,
    Caution: caution,
    Proof: certificates?.join(", ") ?? null,
  };
  const given = Object.entries(notes).filter(([, note]) => note !== null);
  if (given.length === 0) return html`${setting}`;
  return html`<details${verdict === expected ? null : html` open`}><summary>${setting}</summary>
${given.map(([label, note]) => html`<p><span class="label">${label}:</span> ${note}</p>\n`)}</details>`;
}
