import type { Claim, Method, Verdict } from "../claim/claim.js";
import type { ClaimResult } from "../claim/run-claim.js";
import type { Verification } from "../claim/run-claims.js";
import { falseAlarmRate, sampledComparisons } from "../claim/sample-plan.js";
import { compareWeights } from "../compare/compare-weights.js";
import { Stream } from "../random/stream.js";
import type { TrainingRun } from "../training/training-run.js";
import { optimumRateFigure } from "./figure/optimum-rate.js";
import { optimumRates } from "./figure/optimum-rates.js";
import { type Html, html } from "./html.js";
import { secondsText } from "./number-text.js";
import { type PageSection, type ReportHeader, renderPage } from "./page.js";
import { trainingFigures } from "./training-figures.js";
import { describeRun } from "./training-summary.js";
import { VERDICT_GUIDE } from "./verdict-guide.js";
import { verdictMark, verdictTable } from "./verdict-table.js";

/** Fresh prompts for the loss of each training run that a claim measured. */
const PROMPTS_PER_RUN = 20_000;

/** The setting of the figure of the optimum against the context length. */
const RATE_SETTING = { dim: 10, loops: [1, 2, 3, 5], decades: 30 } as const;

/**
 * The report of a verification: what came out, every verdict, how to read them, and the figures.
 *
 * Training runs that claims measured are drawn, their loss sampled on fresh prompts from the
 * verification's seed: equal inputs make equal pages.
 */
export function renderVerificationReport(options: {
  readonly verification: Verification;
  /** Whose statements are shown. */
  readonly claims: readonly Claim[];
  readonly header: ReportHeader;
}): string {
  const { verification, claims, header } = options;
  const statements = new Map(claims.map(({ id, statement }) => [id, statement]));
  const { results, seed } = verification;
  return renderPage({
    header,
    summary: summaryOf(verification),
    sections: [
      { id: "verdicts", heading: "Verdicts", body: verdictTable(results, statements) },
      { id: "guide", heading: "How to read a verdict", body: VERDICT_GUIDE },
      {
        id: "optimum",
        heading: "Where the theorem speaks",
        body: html`<p>For the prior Ω = Σ⁻¹ the best multiple of the inverse covariance, <i>b</i>*Σ⁻¹, is known exactly at any context length. The theorem on the global minimiser places it within <i>c</i> of Σ⁻¹.</p>`,
        figures: [
          optimumRateFigure({
            id: "rate",
            dim: RATE_SETTING.dim,
            rates: optimumRates(RATE_SETTING),
          }),
        ],
      },
      ...results
        .filter((result) => result.training !== undefined)
        .map((result, i) => trainingSection(result, result.training!, i + 1, seed)),
    ],
  });
}

function trainingSection(
  { id, title, setting }: ClaimResult,
  run: TrainingRun,
  number: number,
  seed: number,
): PageSection {
  const comparison = compareWeights(run.weights, run.distribution, {
    loops: run.shape.loops,
    prompts: PROMPTS_PER_RUN,
    stream: Stream.fromSeed(seed).split("report").split(id).split(setting),
  });
  const prefix = `training-${number}`;
  return {
    id: prefix,
    heading: `The training behind “${title}”`,
    body: html`<p><code>${id}</code>, ${setting}. ${describeRun(run)}</p>`,
    figures: trainingFigures({ run, comparison, idPrefix: prefix }),
  };
}

const METHODS = ["exact", "certified", "sampled", null] as const satisfies (Method | null)[];
const VERDICTS = [
  "holds",
  "vacuous",
  "refuted",
  "inconclusive",
  "not-applicable",
  "broken",
] as const satisfies Verdict[];

function summaryOf({ results, profile }: Verification): Html {
  const changed = results.filter(({ verdict, expected }) => verdict !== expected);
  const claims = new Set(results.map(({ id }) => id)).size;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const claimWord = claims === 1 ? "claim" : "claims";
  return html`<p class="summary"><strong>${results.length - changed.length} of ${results.length}</strong> verdicts as expected, on ${claims} ${claimWord}; ${profile} profile, ${secondsText(seconds)}.</p>
${changed.length === 0 ? null : changedList(changed)}
${methodTable(results)}
${falseAlarms(results)}`;
}

function falseAlarms(results: readonly ClaimResult[]): Html | null {
  const comparisons = sampledComparisons(results);
  if (comparisons === 0) return null;
  return html`<p>${comparisons} numbers were sampled, each compared within five standard errors: where means are close to normal, at most ${falseAlarmRate(comparisons).toExponential(1)} of all seeds raise a false alarm anywhere in the run.</p>`;
}

function changedList(changed: readonly ClaimResult[]): Html {
  return html`<p>Not as expected:</p>
<ul>${changed.map(
    ({ id, setting, verdict, expected }) =>
      html`<li><code>${id}</code>, ${setting}: ${verdictMark(verdict)}, expected ${expected}</li>\n`,
  )}</ul>`;
}

/** Counts by verdict and method, for the verdicts that occur. */
function methodTable(results: readonly ClaimResult[]): Html {
  const count = (verdict: Verdict, method: Method | null) =>
    results.filter((result) => result.verdict === verdict && result.method === method).length;
  const rows = VERDICTS.filter((verdict) => results.some((result) => result.verdict === verdict));
  return html`<div class="scroll" role="region" aria-label="Verdicts by method" tabindex="0">
<table class="counts">
<caption>Verdicts by method</caption>
<thead><tr><th scope="col">Verdict</th>${METHODS.map(
    (method) => html`<th scope="col" class="number">${method ?? "not compared"}</th>`,
  )}</tr></thead>
<tbody>
${rows.map(
  (verdict) =>
    html`<tr><th scope="row">${verdictMark(verdict)}</th>${METHODS.map((method) => {
      const number = count(verdict, method);
      return html`<td class="number">${number === 0 ? html`<span class="label">0</span>` : number}</td>`;
    })}</tr>\n`,
)}</tbody>
</table>
</div>`;
}
