import { html } from "../../report/html.js";
import { numberText } from "../../report/number-text.js";
import type { BestAnswer } from "../answer/best-answer.js";
import { isUnavailable, type Unavailable } from "../answer/part.js";
import { eigenvalueFigure } from "../figure/eigenvalue-figure.js";
import { searchSentence } from "../markup/headline.js";
import { DEFAULT_STATE, type ExplorerState } from "../state/explorer-state.js";
import { Lane, type WorkerHandle } from "../worker/lane.js";
import type { Reply } from "../worker/message.js";
import { clearFigure, showFigure, showNote } from "./card.js";
import { element, inside } from "./element.js";

/** The search over all matrices: on request, with progress, to be cancelled. */
export class SearchPanel {
  #state = DEFAULT_STATE;
  #startedAt = 0;
  readonly #lane: Lane;

  /** @param found  is told every result */
  constructor(
    spawn: () => WorkerHandle,
    private readonly found: (best: BestAnswer | Unavailable) => void,
  ) {
    this.#lane = new Lane("search", spawn, {
      reply: (reply) => this.#hear(reply),
      busy: (isBusy) => this.#showBusy(isBusy),
    });
    element("search-start").addEventListener("click", () => this.start());
    element("search-cancel").addEventListener("click", () => {
      this.#lane.cancel();
      this.#say("Cancelled; nothing was kept.");
      element("search-start").focus();
    });
  }

  /** Searches for the present setting. */
  start(): void {
    clearFigure("best");
    this.#say("");
    this.#startedAt = performance.now();
    this.#showProgress(0, "Starting…");
    this.#lane.ask(this.#state);
  }

  /** Takes a new setting: what was found, or is being looked for, belongs to another one. */
  forget(state: ExplorerState): void {
    this.#state = state;
    const wasBusy = this.#lane.isBusy;
    if (wasBusy) this.#lane.cancel();
    clearFigure("best");
    this.#say(wasBusy ? "The setting changed: the search was stopped." : "");
  }

  #hear(reply: Reply): void {
    if (reply.kind === "failed") this.#say(`The search failed: ${reply.message}`);
    if (reply.kind === "progress") {
      const { over, descents, atMost, loss } = reply.progress;
      const half = over === "eigenvalues" ? 0 : 0.5;
      const seconds = Math.round((performance.now() - this.#startedAt) / 1000);
      const what = over === "eigenvalues" ? "normal matrices" : "all matrices";
      this.#showProgress(
        half + (0.5 * descents) / atMost,
        `Descent ${descents} of at most ${atMost} over ${what}; lowest loss ${numberText(loss, 8)}; ${seconds} s.`,
      );
    }
    if (reply.kind !== "part" || reply.name !== "best") return;
    const { answer } = reply;
    if (isUnavailable(answer)) showNote("best", `Nothing to show: ${answer.unavailable}.`);
    else {
      this.#say(searchSentence(this.#state, answer));
      void showFigure("best", eigenvalueFigure(this.#state, answer));
    }
    this.found(answer);
  }

  #showBusy(isBusy: boolean): void {
    element("search-progress").hidden = !isBusy;
    element("search-cancel").hidden = !isBusy;
    element<HTMLButtonElement>("search-start").disabled = isBusy;
  }

  #showProgress(share: number, text: string): void {
    const place = element("search-progress");
    inside<HTMLProgressElement>(place, "progress").value = share;
    inside(place, "p").textContent = text;
  }

  #say(text: string): void {
    element("search-result").innerHTML = text === "" ? "" : html`<p role="status">${text}</p>`.text;
  }
}
