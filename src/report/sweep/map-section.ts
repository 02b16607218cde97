import { baseLayout } from "../figure/base-layout.js";
import { DIVERGING_SCALE } from "../figure/palette.js";
import { type Html, html, scriptJson, trustedHtml } from "../html.js";
import { MAP_DRAWING_SCRIPT } from "./map-drawing-script.js";
import { MAP_SCRIPT } from "./map-script.js";
import type { PageTable } from "./page-columns.js";

/** The heat map with its controls; the script fills it. */
export function mapSection(table: PageTable): Html {
  const { axes, columns, maps } = table;
  const first = maps[0];
  const [x, y] = [first?.x ?? widest(table, 0), first?.y ?? widest(table, 1)];
  const value = first?.value ?? columns.find(({ kind }) => kind === "number")?.name;
  const names = axes.map(({ name }) => name);
  const sides = names.length < 2 ? [...names, ""] : names;
  const choices = maps.map(
    (map, i) => [String(i), `${map.value} over ${map.x}, ${map.y}`] as const,
  );
  const same = (list: readonly string[]) => list.map((name) => [name, name] as const);
  return html`<form id="map-controls" class="controls" aria-label="What the map shows">
${maps.length === 0 ? null : select("map-choice", "Map", choices, "0")}
${select("map-value", "Value", same(columns.map(({ name }) => name)), value)}
${select("map-x", "Across", same(sides), x)}
${select("map-y", "Up", same(sides), y)}
${axes.map(({ name, labels }) =>
  select(
    `slice-${name}`,
    name,
    [
      ...labels.map((label, i) => [String(i), label] as const),
      ...(labels.length > 1 ? [["-1", "all together"] as const] : []),
    ],
    name === "seed" && labels.length > 1 ? "-1" : "0",
  ),
)}
${select(
  "map-mean",
  "Where points fall together",
  [
    ["mean", "mean, or most frequent"],
    ["spread", "standard deviation"],
  ],
  "mean",
)}
${select(
  "map-scale",
  "Colours",
  [
    ["auto", "as fits"],
    ["linear", "linear"],
    ["log", "logarithmic"],
  ],
  "auto",
)}
</form>
<figure aria-labelledby="map-title">
<h3 id="map-title">Map</h3>
<div role="img" id="map-picture" aria-label="Heat map"><div class="plot" data-figure="map"></div></div>
<figcaption id="map-caption" aria-live="polite"></figcaption>
<div class="below">
<details id="map-details"><summary>The numbers</summary>
<div class="scroll" role="region" aria-label="The numbers of the map" tabindex="0" id="map-numbers"></div>
</details>
<button type="button" data-save="map" aria-label="Save the map as SVG">Save as SVG</button>
</div>
</figure>`;
}

/** What the map runs on. */
export function mapScripts(table: PageTable): Html {
  const look = {
    base: baseLayout(520),
    diverging: DIVERGING_SCALE.map(({ position, light }) => [position, light]),
  };
  return html`<script type="application/json" id="sweep-table">${scriptJson(table)}</script>
<script type="application/json" id="sweep-look">${scriptJson(look)}</script>
<script>${trustedHtml(MAP_DRAWING_SCRIPT)}${trustedHtml(MAP_SCRIPT)}</script>
`;
}

/** The axis with the most values, or the second most: a map over axes that vary. */
function widest({ axes }: PageTable, rank: number): string {
  const byWidth = [...axes].sort((a, b) => b.labels.length - a.labels.length);
  return byWidth[rank]?.name ?? "";
}

function select(
  id: string,
  label: string,
  options: readonly (readonly [string, string])[],
  chosen: string | undefined,
): Html {
  return html`<label>${label} <select id="${id}" autocomplete="off">${options.map(
    ([value, text]) =>
      value === chosen
        ? html`<option value="${value}" selected>${text === "" ? "—" : text}</option>`
        : html`<option value="${value}">${text === "" ? "—" : text}</option>`,
  )}</select></label>
`;
}
