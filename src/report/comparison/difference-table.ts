import { type Html, html } from "../html.js";

/** A table of two columns of values, rows that differ marked in words and by shade. */
export function differenceTable(options: {
  readonly caption: string;
  readonly names: readonly [string, string];
  readonly rows: readonly {
    readonly name: string;
    readonly first: string;
    readonly second: string;
    readonly isDifferent: boolean;
  }[];
}): Html {
  const { caption, names, rows } = options;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">What</th><th scope="col">${names[0]}</th><th scope="col">${names[1]}</th><th scope="col">Same?</th></tr></thead>
<tbody>
${rows.map(
  ({ name, first, second, isDifferent }) =>
    html`<tr${isDifferent ? html` class="changed"` : null}><th scope="row">${name}</th><td>${first}</td><td>${second}</td><td>${isDifferent ? "differs" : "same"}</td></tr>\n`,
)}</tbody>
</table>
</div>`;
}
