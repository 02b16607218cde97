import type { Figure } from "../../report/figure/figure.js";
import { html } from "../../report/html.js";
import { renderTable } from "../../report/table.js";
import { commandSnippet } from "../snippet/command-snippet.js";
import { typescriptSnippet } from "../snippet/typescript-snippet.js";
import { type ExplorerState, VIEWS, type View } from "../state/explorer-state.js";
import { drawFigure, eraseFigure } from "./draw-figure.js";
import { cardOf, inside } from "./element.js";

const figures = new Map<View, Figure>();

/** Shows a figure in its card, over the last one. */
export async function showFigure(view: View, figure: Figure): Promise<void> {
  const card = cardOf(view);
  figures.set(view, figure);
  const alt = inside(card, "[data-alt]");
  alt.hidden = false;
  alt.setAttribute("aria-label", figure.altText);
  inside(card, "[data-note]").hidden = true;
  inside(card, "[data-caption]").textContent = figure.caption;
  showNumbers(view);
  await drawFigure(inside(card, ".plot"), figure);
}

/** Says why a card has no figure. */
export function showNote(view: View, text: string): void {
  const card = cardOf(view);
  clearFigure(view);
  const note = inside(card, "[data-note]");
  note.textContent = text;
  note.hidden = false;
}

/** Takes a card's figure away. */
export function clearFigure(view: View): void {
  const card = cardOf(view);
  figures.delete(view);
  eraseFigure(inside(card, ".plot"));
  inside(card, "[data-alt]").hidden = true;
  inside(card, "[data-note]").hidden = true;
  inside(card, "[data-caption]").textContent = "";
  showNumbers(view);
}

/** Fills the numbers of a card while they are open: a table at every step of a slider costs. */
function showNumbers(view: View): void {
  const details = cardOf(view).querySelector<HTMLDetailsElement>("[data-numbers]");
  const figure = figures.get(view);
  if (details === null) return;
  details.hidden = figure === undefined;
  if (!details.open) return;
  inside(details, "div").innerHTML =
    figure === undefined
      ? ""
      : renderTable({
          caption: figure.title,
          columns: figure.numbers.columns,
          rows: figure.numbers.rows,
        }).text;
}

/** Fills the code of every card where it is open. */
export function showCode(state: ExplorerState): void {
  for (const view of VIEWS) {
    const details = cardOf(view).querySelector<HTMLDetailsElement>("[data-code]");
    if (details === null || !details.open) continue;
    const of = { ...state, view };
    const code = (label: string, text: string) =>
      html`<p class="label">${label}</p><pre tabindex="0" aria-label="${label}"><code>${text}</code></pre>`;
    inside(details, "div").innerHTML = html`${code("TypeScript", typescriptSnippet(of))}${code(
      "Command line",
      commandSnippet(of),
    )}`.text;
  }
}

/** Fills numbers and code when they are opened. */
export function bindDetails(stateNow: () => ExplorerState): void {
  for (const view of VIEWS) {
    cardOf(view)
      .querySelector("[data-numbers]")
      ?.addEventListener("toggle", () => showNumbers(view));
    cardOf(view)
      .querySelector("[data-code]")
      ?.addEventListener("toggle", () => showCode(stateNow()));
  }
}
