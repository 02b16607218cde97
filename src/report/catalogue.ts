import { certificateFile } from "../claim/certificate-reference.js";
import type { Claim, ClaimKind } from "../claim/claim.js";
import { claimCertificates } from "../claim/claim-certificates.js";
import { type Html, html } from "./html.js";
import { type PageSection, type ReportHeader, renderPage } from "./page.js";
import { texFormula } from "./tex.js";

/** What each kind of claim compares, for readers. */
const KINDS: Readonly<Record<ClaimKind, string>> = {
  identity: "identity, on every prompt",
  equality: "equality",
  "upper-bound": "upper bound",
  "lower-bound": "lower bound",
  existence: "existence of something better",
};

/** Every claim as a page: what is said, by whom, where it applies, and what it must reject. */
export function renderCatalogue(options: {
  readonly claims: readonly Claim[];
  readonly header: ReportHeader;
}): string {
  const { claims, header } = options;
  const settings = claims.reduce(
    (sum, { grid }) => sum + grid.quick.length + grid.thorough.length,
    0,
  );
  return renderPage({
    header,
    summary: html`<p class="summary"><strong>${claims.length}</strong> claims, checked at ${settings} settings. The verdicts shown are those on record: a run in which one differs fails.</p>`,
    sections: claims.map(claimSection),
  });
}

function claimSection(claim: Claim): PageSection {
  const { id, title, statement, source, kind, hypotheses, grid, rivals } = claim;
  return {
    id,
    heading: title,
    body: html`<p class="formula">${texFormula(statement, { display: true })}</p>
<dl class="origin">
<dt>Check it with</dt><dd><code>loopgd verify ${id}</code></dd>
<dt>Source</dt><dd>${source}</dd>
<dt>Kind</dt><dd>${KINDS[kind]}</dd>
<dt>Hypotheses</dt><dd>${list(Object.keys(hypotheses))}</dd>
<dt>Must reject</dt><dd>${list(Object.keys(rivals))}</dd>
<dt>Certificates</dt><dd>${list(claimCertificates(claim).map(certificateFile))}</dd>
<dt>Settings</dt><dd>${settingList("quick", grid.quick)}${settingList("thorough", grid.thorough)}</dd>
</dl>`,
  };
}

function list(entries: readonly string[]): Html {
  if (entries.length === 0) return html`none`;
  return html`<ul>${entries.map((entry) => html`<li>${entry}</li>\n`)}</ul>`;
}

/** The settings of one profile by recorded verdict. */
function settingList(profile: string, cases: Claim["grid"]["quick"]): Html | null {
  if (cases.length === 0) return null;
  const names = new Map<string, string[]>();
  for (const { name, expected = "holds" } of cases) {
    names.set(expected, [...(names.get(expected) ?? []), name]);
  }
  return html`${[...names].map(
    ([verdict, settings]) =>
      html`<p><span class="${verdict}">${verdict}</span> (${profile}): ${settings.join("; ")}</p>\n`,
  )}`;
}
