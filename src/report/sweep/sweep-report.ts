import { type Html, html } from "../html.js";
import { numberText, percentText } from "../number-text.js";
import { type PageSection, type ReportHeader, renderPage } from "../page.js";
import { renderTable } from "../table.js";
import { countsOf, type Extremes, extremesOf, textCounts } from "./extremes.js";
import { mapScripts, mapSection } from "./map-section.js";
import { pageTable } from "./page-columns.js";
import { type ScalingFit, STRAIGHT_WITHIN, scalingFits } from "./scaling-fit.js";
import { cellsOf, type SweepFit, type SweepTable } from "./sweep-table.js";

/** Lines of a table beyond which the rest is counted, not shown. */
const MOST_LINES = 400;

/**
 * The report of a sweep: a heat map over any two axes, fits, extremes, what failed, the numbers to take
 * away.
 *
 * @param options.parquet  name of the table beside the page
 */
export function renderSweepReport(options: {
  readonly table: SweepTable;
  readonly parquet: string;
  readonly header: ReportHeader;
}): string {
  const { table, parquet, header } = options;
  const page = pageTable(table);
  const sections: PageSection[] = [
    ...(page.columns.length === 0 ? [] : [{ id: "map", heading: "Map", body: mapSection(page) }]),
    ...(table.fits.length === 0 ? [] : [fitsSection(table)]),
    extremesSection(table),
    ...failuresSection(table),
    {
      id: "downloads",
      heading: "The numbers",
      body: html`<p><a href="${parquet}" download>${parquet}</a>, beside this page: every column, in Parquet. <button type="button" id="save-csv">Save as CSV</button>${page.leftOut.length === 0 ? null : ` The page and its CSV are without ${page.leftOut.join(", ")}, for which the table is too long.`}</p>`,
    },
  ];
  return renderPage({
    header,
    summary: summaryOf(table, page.rows),
    sections,
    ...(page.columns.length > 0 && { scripts: mapScripts(page) }),
  });
}

function summaryOf(table: SweepTable, rows: number): Html {
  const failed = cellsOf(table, "failure").filter((cell) => cell !== null).length;
  const axes = table.axes.map(({ name, values }) => {
    const [first, last] = [values[0]!, values.at(-1)!].map((value) =>
      typeof value === "string" ? value : numberText(Number(value), 6),
    );
    return values.length === 1
      ? `${name} ${first}`
      : `${name} (${values.length}, ${first} to ${last})`;
  });
  return html`<p class="summary"><strong>${rows}</strong> points${failed === 0 ? "" : `, ${failed} of them failed`}.</p>
<p>Axes: ${axes.join("; ")}.</p>`;
}

function fitsSection(table: SweepTable): PageSection {
  return {
    id: "fits",
    heading: "Scaling",
    body: html`<p>Power laws, by least squares in logarithms, slope ± standard error. Points are taken off either end until all that are left lie within ${percentText(STRAIGHT_WITHIN, 1)} of the line: that stretch is the range. The standard errors are those of the scatter about the line, and say nothing of a curvature below it.</p>
${table.fits.map((fit) => fitTable(table, fit))}`,
  };
}

function fitTable(table: SweepTable, fit: SweepFit): Html {
  const fits = scalingFits(table, fit);
  const names = Object.keys(fits[0]?.group ?? {}).filter((name) =>
    fits.some(({ group }) => group[name] !== fits[0]!.group[name]),
  );
  const caption = `${fit.y} as a power of ${fit.x}${names.length === 0 ? "" : `, for each ${names.join(", ")}`}${more(fits.length)}`;
  return renderTable({
    caption,
    columns: [
      names.join(", ") || "All",
      "Slope",
      "± s.e.",
      `Range of ${fit.x}`,
      "Points",
      "Off by at most",
    ],
    rows: fits.slice(0, MOST_LINES).map((line) => fitLineCells(line, names)),
  });
}

function fitLineCells(fit: ScalingFit, names: readonly string[]): string[] {
  const { group, line, from, to, used, points, worst } = fit;
  const head = names.map((name) => valueText(group[name]!)).join(", ") || "points";
  if (line === null) return [head, "no power law", "", "", `0 of ${points}`, ""];
  return [
    head,
    numberText(line.slope, 6),
    numberText(line.slopeStandardError, 2),
    `${numberText(from, 4)} to ${numberText(to, 4)}`,
    `${used} of ${points}`,
    percentText(worst, 2),
  ];
}

function extremesSection(table: SweepTable): PageSection {
  const extremes = extremesOf(table);
  const counts = textCounts(table).filter((column) => column.counts.length > 0);
  return {
    id: "extremes",
    heading: "Extremes",
    body: html`${extremes.length === 0 ? null : extremesTable(table, extremes)}
${counts.map(({ name, counts: texts }) =>
  renderTable({
    caption: `How often ${name} is what${more(texts.length)}`,
    columns: [name, "Points"],
    rows: texts.slice(0, MOST_LINES).map(([text, count]) => [text, String(count)]),
  }),
)}`,
  };
}

/** As `renderTable`, but for cells of words that may break. */
function extremesTable(table: SweepTable, extremes: readonly Extremes[]): Html {
  const caption =
    "The least and the greatest value of every column, and the first point that has it";
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Column</th><th scope="col" class="number">Least</th><th scope="col">at</th><th scope="col" class="number">Greatest</th><th scope="col">at</th><th scope="col" class="number">Points</th></tr></thead>
<tbody>
${extremes.map(
  ({ name, least, leastRow, greatest, greatestRow, filled }) =>
    html`<tr><th scope="row">${name}</th><td class="number">${numberText(least, 6)}</td><td>${pointText(table, leastRow)}</td><td class="number">${numberText(greatest, 6)}</td><td>${pointText(table, greatestRow)}</td><td class="number">${filled}</td></tr>\n`,
)}</tbody>
</table>
</div>`;
}

function failuresSection(table: SweepTable): PageSection[] {
  const failures = cellsOf(table, "failure");
  const counts = countsOf(failures);
  if (counts.length === 0) return [];
  const rows = counts.slice(0, MOST_LINES).map(([text, count]) => {
    return [text, String(count), pointText(table, failures.indexOf(text))];
  });
  const caption = `What went wrong, how often, and at which point first${more(counts.length)}`;
  const body = renderTable({ caption, columns: ["Failure", "Points", "First at"], rows });
  return [{ id: "failures", heading: "Points that failed", body }];
}

/** The point of a row, by the axes that vary. */
function pointText(table: SweepTable, row: number): string {
  return table.axes
    .filter(({ values }, _, all) => values.length > 1 || all.length === 1)
    .map(({ name }) => `${name} ${valueText(cellsOf(table, name)[row]!)}`)
    .join(", ");
}

function valueText(value: number | string): string {
  return typeof value === "number" ? numberText(value, 8) : value;
}

function more(lines: number): string {
  return lines > MOST_LINES ? ` (the first ${MOST_LINES} of ${lines})` : "";
}
