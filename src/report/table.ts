import { type Html, html } from "./html.js";

/**
 * A table whose first column heads its rows and whose other columns hold numbers; it scrolls by
 * itself, also by keyboard, where it is too wide.
 */
export function renderTable(options: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}): Html {
  const { caption, columns, rows } = options;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column, i) => html`<th scope="col"${numberClass(i)}>${column}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(renderCell)}</tr>\n`)}</tbody>
</table>
</div>`;
}

function renderCell(text: string, column: number): Html {
  return column === 0
    ? html`<th scope="row">${text}</th>`
    : html`<td${numberClass(column)}>${text}</td>`;
}

function numberClass(column: number): Html | null {
  return column === 0 ? null : html` class="number"`;
}
