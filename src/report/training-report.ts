import type { WeightComparison } from "../compare/compare-weights.js";
import type { TrainingRun } from "../training/training-run.js";
import { type Html, html } from "./html.js";
import { numberText, percentText } from "./number-text.js";
import { type ReportHeader, renderPage } from "./page.js";
import { trainingFigures } from "./training-figures.js";
import { comparisonTable, describeRun } from "./training-summary.js";

/** The report of a training run: what the weights are worth, in numbers and in figures. */
export function renderTrainingReport(options: {
  readonly run: TrainingRun;
  readonly comparison: WeightComparison;
  readonly header: ReportHeader;
}): string {
  const { run, comparison, header } = options;
  return renderPage({
    header,
    summary: html`<p class="summary">${headline(comparison)}</p>
<p>${describeRun(run)}</p>`,
    sections: [
      { id: "numbers", heading: "In numbers", body: comparisonTable(comparison) },
      {
        id: "figures",
        heading: "In figures",
        body: html``,
        figures: trainingFigures({ run, comparison, idPrefix: "training" }),
      },
    ],
  });
}

function headline({
  reference,
  sampledLoss,
  exactLoss,
  excessLoss,
  excessLossStandardError,
}: WeightComparison): Html {
  const { mean, standardError } = sampledLoss.at(-1)!;
  const loss =
    "unavailable" in exactLoss
      ? html`Loss <strong>${numberText(mean, 6)}</strong> ± ${numberText(standardError, 2)} on fresh prompts`
      : html`Exact population loss <strong>${numberText(exactLoss.perLoop.at(-1)!, 8)}</strong>`;
  if (reference.kind === "none" || excessLoss === null || excessLossStandardError === null) {
    return html`${loss}; ${reference.kind === "none" ? reference.reason : "no closed form"}.`;
  }
  const side = excessLoss < 0 ? "below" : "above";
  const error =
    excessLossStandardError === 0 ? "" : ` ± ${percentText(excessLossStandardError, 2)}`;
  return html`${loss}, ${percentText(Math.abs(excessLoss))}${error} ${side} the closed form’s exact ${numberText(reference.loss, 8)}.`;
}
