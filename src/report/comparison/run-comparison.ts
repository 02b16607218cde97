import type { WeightComparison } from "../../compare/compare-weights.js";
import type { TrainingRun } from "../../training/training-run.js";
import type { Figure } from "../figure/figure.js";
import { eigenvaluePlaneFigure } from "../figure/learned/eigenvalue-plane.js";
import { trainingOverlayFigure } from "../figure/learned/training-overlay.js";
import { preconditionerHeatMap } from "../figure/preconditioner-heat-map.js";
import { html } from "../html.js";
import { numberText, percentText } from "../number-text.js";
import { type ReportHeader, renderPage } from "../page.js";
import { comparisonTable, describeRun } from "../training-summary.js";
import { differenceTable } from "./difference-table.js";

/** A run as one side of a comparison. */
export interface ComparedRun {
  readonly name: string;
  readonly run: TrainingRun;
  readonly comparison: WeightComparison;
  readonly header: ReportHeader;
  /** As `loopgd train` recorded them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Two training runs side by side: settings that differ, losses, curves, weights and their difference. */
export function renderRunComparison(options: {
  readonly runs: readonly [ComparedRun, ComparedRun];
  readonly header: ReportHeader;
}): string {
  const { runs, header } = options;
  const names = [runs[0].name, runs[1].name] as const;
  return renderPage({
    header,
    summary: html`<p class="summary">${headline(runs)}</p>
<ul>${runs.map(({ name, run }) => html`<li><strong>${name}</strong>: ${describeRun(run)}</li>\n`)}</ul>`,
    sections: [
      { id: "settings", heading: "Settings", body: settingsTable(runs, names) },
      {
        id: "numbers",
        heading: "In numbers",
        body: html`${differenceTable({ caption: "Losses and weights", names, rows: numberRows(runs) })}
${runs.map(
  ({ name, comparison }) => html`<h3>${name}</h3>
${comparisonTable(comparison)}`,
)}`,
      },
      { id: "figures", heading: "In figures", body: html``, figures: figuresOf(runs) },
    ],
  });
}

function headline(runs: readonly [ComparedRun, ComparedRun]) {
  const [first, second] = runs.map(({ comparison }) => finalLoss(comparison));
  const ratio = second!.loss / first!.loss - 1;
  const how = first!.isExact && second!.isExact ? "exact" : "sampled";
  const side = ratio < 0 ? "below" : "above";
  return `Final loss ${numberText(first!.loss, 7)} of ${runs[0].name}, ${numberText(second!.loss, 7)} of ${runs[1].name} (${how}): the second is ${percentText(Math.abs(ratio))} ${side} the first.`;
}

function finalLoss({ exactLoss, sampledLoss }: WeightComparison) {
  return "unavailable" in exactLoss
    ? { loss: sampledLoss.at(-1)!.mean, isExact: false }
    : { loss: exactLoss.perLoop.at(-1)!, isExact: true };
}

function settingsTable(
  runs: readonly [ComparedRun, ComparedRun],
  names: readonly [string, string],
) {
  const values = runs.map(
    ({ options, header }): Record<string, unknown> => ({
      ...options,
      seed: header.seed,
      "loopgd version": header.version,
      machine: header.machine,
      command: header.command,
    }),
  );
  const keys = [...new Set(values.flatMap(Object.keys))];
  const text = (value: unknown) =>
    value === undefined ? "default" : typeof value === "string" ? value : JSON.stringify(value);
  const rows = keys.map((name) => {
    const [first, second] = [text(values[0]![name]), text(values[1]![name])];
    return { name, first, second, isDifferent: first !== second };
  });
  const ordered = rows.toSorted((a, b) => Number(b.isDifferent) - Number(a.isDifferent));
  return differenceTable({ caption: "Settings, those that differ first", names, rows: ordered });
}

function numberRows(runs: readonly [ComparedRun, ComparedRun]) {
  const row = (name: string, of: (comparison: WeightComparison) => string) => {
    const [first, second] = [of(runs[0].comparison), of(runs[1].comparison)];
    return { name, first, second, isDifferent: first !== second };
  };
  const worst = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? "–" : numberText(Math.max(...known));
  };
  return [
    row("Exact population loss", (comparison) => {
      const { loss, isExact } = finalLoss(comparison);
      return isExact ? numberText(loss, 10) : "out of reach";
    }),
    row("Loss on fresh prompts, sampled", ({ sampledLoss }) => {
      const { mean, standardError } = sampledLoss.at(-1)!;
      return `${numberText(mean, 6)} ± ${numberText(standardError, 2)}`;
    }),
    row("Loss of the closed form, exact", ({ reference }) =>
      reference.kind === "none" ? "none known" : numberText(reference.loss, 10),
    ),
    row("Excess over the closed form", ({ excessLoss }) =>
      excessLoss === null ? "–" : percentText(excessLoss, 4),
    ),
    row("Symmetric part, distance from the closed form", ({ layers }) =>
      worst(layers.map(({ symmetricDistance }) => symmetricDistance)),
    ),
    row("Antisymmetric part, share of ‖B‖", ({ layers }) =>
      worst(layers.map(({ antisymmetricNorm }) => antisymmetricNorm)),
    ),
    row("Read-in ‖Σ¹ᐟ² u‖", ({ layers }) => worst(layers.map(({ readInNorm }) => readInNorm))),
  ];
}

function figuresOf(runs: readonly [ComparedRun, ComparedRun]): Figure[] {
  const [first, second] = runs;
  const layers = Math.min(first.comparison.layers.length, second.comparison.layers.length);
  const isComparable = first.run.shape.dim === second.run.shape.dim;
  return [
    trainingOverlayFigure({ id: "overlay", runs }),
    ...(isComparable
      ? Array.from({ length: layers }, (_, layer) =>
          preconditionerHeatMap({
            id: `weights-${layer + 1}`,
            title:
              layers === 1 ? "Learned preconditioners" : `Preconditioners of layer ${layer + 1}`,
            learned: first.comparison.layers[layer]!.whitened,
            closedForm: second.comparison.layers[layer]!.whitened,
            words: {
              first: first.name,
              second: second.name,
              difference: "difference",
              columns: [first.name, second.name],
              alt: [first.name, second.name],
              caption: `The whitened preconditioners B = Σ¹ᐟ² A Σ¹ᐟ² of both runs, each by its own Σ, in canonical gauge, and the first less the second. The two share one colour scale; the difference has its own.`,
            },
          }),
        )
      : []),
    eigenvaluePlaneFigure({
      id: "eigenvalues",
      spectra: runs.flatMap(({ name, comparison }) =>
        comparison.layers.map(({ eigenvalues }, i) => ({
          name: comparison.layers.length === 1 ? name : `${name}, layer ${i + 1}`,
          origin: "trained weights, in doubles",
          eigenvalues,
        })),
      ),
    }),
  ];
}
