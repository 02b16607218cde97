import type { Figure } from "./figure/figure.js";
import { darkTwins } from "./figure/palette.js";
import { type Html, html, scriptJson, trustedHtml } from "./html.js";
import { REPORT_POLICY } from "./page-policy.js";
import { PAGE_SCRIPT } from "./page-script.js";
import { PAGE_STYLE } from "./page-style.js";
import { plotlySource } from "./plotly-source.js";
import { renderTable } from "./table.js";

/** Where a report comes from and how to get it again. */
export interface ReportHeader {
  readonly title: string;
  readonly version: string;
  /** null where nothing is random. */
  readonly seed: number | null;
  /** The command that reproduces the run. */
  readonly command: string;
  readonly machine: string;
  /** Given by the caller, so that equal inputs make equal pages. */
  readonly date: string;
}

/** A headed part of a page. */
export interface PageSection {
  /** Unique on the page; letters, digits and hyphens. */
  readonly id: string;
  readonly heading: string;
  readonly body: Html;
  readonly figures?: readonly Figure[];
}

/**
 * One HTML file that holds all it needs: plotly, figures, style.
 *
 * Statement.    opens from file:// without network; light and dark; prints; headings, tables and
 *               figures in words for screen readers
 */
export function renderPage(options: {
  readonly header: ReportHeader;
  readonly summary: Html;
  readonly sections: readonly PageSection[];
}): string {
  const { header, summary, sections } = options;
  const figures = sections.flatMap((section) => section.figures ?? []);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${REPORT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="loopgd ${header.version}">
<title>${header.title} · loopgd</title>
<style>${trustedHtml(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<header>
<h1>${header.title}</h1>
<dl class="origin">
<dt>Reproduce with</dt><dd><code>${header.command}</code></dd>
${header.seed === null ? null : html`<dt>Seed</dt><dd>${header.seed}</dd>\n`}<dt>loopgd</dt><dd>${header.version}</dd>
<dt>Machine</dt><dd>${header.machine}</dd>
<dt>Date</dt><dd>${header.date}</dd>
</dl>
${sections.length < 2 ? null : navigation(sections)}
</header>
<main id="main" tabindex="-1">
${summary}
${figures.length === 0 ? null : html`<noscript><p>The figures need JavaScript; their captions and numbers do not.</p></noscript>`}
${sections.map(renderSection)}
</main>
<footer>Written by loopgd ${header.version}. This file holds everything it shows and loads nothing.</footer>
${figures.length === 0 ? null : figureScripts(figures)}
</body>
</html>
`;
  return page.text;
}

function navigation(sections: readonly PageSection[]): Html {
  return html`<nav aria-label="On this page"><ul>${sections.map(
    ({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>\n`,
  )}</ul></nav>`;
}

function renderSection({ id, heading, body, figures = [] }: PageSection): Html {
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${body}
${figures.map(renderFigure)}
</section>
`;
}

function renderFigure({ id, title, caption, altText, numbers }: Figure): Html {
  return html`<figure aria-labelledby="${id}-title">
<h3 id="${id}-title">${title}</h3>
<div role="img" aria-label="${altText}"><div class="plot" data-figure="${id}"></div></div>
<figcaption>${caption}</figcaption>
<div class="below">
<details><summary>The numbers</summary>
${renderTable({ caption: title, columns: numbers.columns, rows: numbers.rows })}
</details>
<button type="button" data-save="${id}" aria-label="Save as SVG: ${title}">Save as SVG</button>
</div>
</figure>
`;
}

function figureScripts(figures: readonly Figure[]): Html {
  const byId = Object.fromEntries(
    figures.map(({ id, specification, narrowLayout }) => [id, { specification, narrowLayout }]),
  );
  return html`<script type="application/json" id="figure-specifications">${scriptJson(byId)}</script>
<script type="application/json" id="dark-twins">${scriptJson(darkTwins())}</script>
<script>${plotlySource()}</script>
<script>${trustedHtml(PAGE_SCRIPT)}</script>`;
}
