import { darkTwins } from "../../report/figure/palette.js";
import { type Html, html, scriptJson, trustedHtml } from "../../report/html.js";
import { EXPLORER_POLICY } from "../../report/page-policy.js";
import { PAGE_STYLE } from "../../report/page-style.js";
import { VIEWS, type View } from "../state/explorer-state.js";
import { EXPLORER_STYLE } from "./explorer-style.js";
import { renderControls } from "./render-controls.js";

/** The headings of the page's parts. */
export const VIEW_TITLES: Readonly<Record<View, string>> = {
  optimum: "The exact optimum",
  loops: "Loss per loop",
  context: "Loss against context length",
  landscape: "Loss over cI + εJ",
  bound: "The paper’s bound",
  best: "Best over all matrices",
};

/**
 * The explorer as one HTML file that holds all it needs.
 *
 * @param options.plotly  the text of plotly, safe inside a script element
 * @param options.page    the page's script, bundled and safe inside a script element
 * @param options.worker  the worker's script, likewise; the page starts it from a blob
 */
export function renderExplorerPage(options: {
  readonly version: string;
  readonly plotly: Html;
  readonly page: Html;
  readonly worker: Html;
}): string {
  const { version, plotly, page, worker } = options;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${EXPLORER_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="loopgd ${version}">
<title>Explorer · loopgd</title>
<link rel="icon" href="data:,">
<style>${trustedHtml(PAGE_STYLE + EXPLORER_STYLE)}</style>
</head>
<body>
<a class="skip" href="#" data-skip>Skip to the results</a>
<header>
<h1>Explorer</h1>
<p class="lead">In-context linear regression by one looped layer of linear attention: exact population losses and optima, computed in this page as you move the sliders.</p>
<nav aria-label="On this page"><ul>${VIEWS.map(
    (view) => html`<li><a href="#" data-link="${view}">${VIEW_TITLES[view]}</a></li>\n`,
  )}</ul></nav>
</header>
<div class="columns">
${renderControls()}
<main id="results" tabindex="-1">
<noscript><p class="note">The explorer computes in this page and needs JavaScript.</p></noscript>
<p id="status" class="summary" role="status" aria-live="polite">Computing…</p>
${optimumSection()}
<div class="cards">
${(["loops", "context", "landscape", "bound"] as const).map(figureSection)}
</div>
${bestSection()}
</main>
</div>
<footer>loopgd ${version}. This file holds everything it shows and loads nothing; closing it leaves nothing behind.</footer>
<p id="toast" role="status" aria-live="polite"></p>
<dialog id="copy-dialog" aria-labelledby="copy-title">
<h2 id="copy-title">Copy this text</h2>
<textarea readonly rows="12" aria-label="The text to copy"></textarea>
<form method="dialog"><button>Close</button></form>
</dialog>
<script type="application/json" id="dark-twins">${scriptJson(darkTwins())}</script>
<script type="text/plain" id="worker-source">${worker}</script>
<script>${plotly}</script>
<script>${page}</script>
</body>
</html>
`.text;
}

function optimumSection(): Html {
  return html`<section class="card" data-view="optimum" data-lane="curves" aria-labelledby="optimum-title">
<h2 id="optimum-title" tabindex="-1">${VIEW_TITLES.optimum}</h2>
<div id="headline"></div>
<div id="families"></div>
${copyRow("optimum", html`<details id="digits"><summary>All digits</summary><div></div></details>`)}
</section>
`;
}

function figureSection(view: "loops" | "context" | "landscape" | "bound"): Html {
  const lane = view === "landscape" ? "shape" : "curves";
  return html`<section class="card" data-view="${view}" data-lane="${lane}" aria-labelledby="${view}-title">
<h2 id="${view}-title" tabindex="-1">${VIEW_TITLES[view]}</h2>
${busyNote(lane)}
${plotArea(view)}
${copyRow(view, numbersDetails())}
</section>
`;
}

function bestSection(): Html {
  return html`<section class="card" data-view="best" data-lane="search" aria-labelledby="best-title">
<h2 id="best-title" tabindex="-1">${VIEW_TITLES.best}</h2>
<p>Is a preconditioner that is no multiple of Σ⁻¹ better? A seeded search descends on the exact loss from many starts, over all d² entries. What it finds is exact; that nothing better exists is not proved.</p>
<div class="search">
<button type="button" id="search-start" class="primary">Search all matrices</button>
<button type="button" id="search-cancel" hidden>Cancel</button>
<span class="seed"><label for="seed">Seed</label> <input id="seed" inputmode="numeric" autocomplete="off" aria-describedby="seed-message"></span>
</div>
<p class="message" id="seed-message" aria-live="polite"></p>
<div id="search-progress" hidden><progress max="1" aria-label="Progress of the search"></progress><p></p></div>
<div id="search-result"></div>
${plotArea("best")}
${copyRow("best", numbersDetails())}
</section>
`;
}

/** Shown while a lane has computed for longer than a moment, or when it was stopped. */
function busyNote(lane: string): Html {
  return html`<p class="busy" hidden data-busy="${lane}"><span>Computing…</span> <button type="button" data-cancel="${lane}">Cancel</button></p>`;
}

function plotArea(view: View): Html {
  return html`<p class="note" data-note hidden></p>
<div data-alt role="img" hidden><div class="plot" data-plot="${view}"></div></div>
<p class="caption" data-caption></p>`;
}

function numbersDetails(): Html {
  return html`<details data-numbers hidden><summary>The numbers</summary><div></div></details>`;
}

function copyRow(view: View, first: Html): Html {
  const of = VIEW_TITLES[view];
  return html`<div class="foot">
<div class="copies" role="group" aria-label="Copy: ${of}"><span>Copy</span>
<button type="button" data-copy="link" aria-label="Copy link: ${of}">link</button>
<button type="button" data-copy="typescript" aria-label="Copy TypeScript: ${of}">TypeScript</button>
<button type="button" data-copy="command" aria-label="Copy command: ${of}">command</button>
</div>
${first}
<details data-code><summary>The code</summary><div></div></details>
</div>`;
}
