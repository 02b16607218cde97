import { isUnavailable } from "../answer/part.js";
import { boundFigure } from "../figure/bound-figure.js";
import { contextCurvesFigure } from "../figure/context-curves-figure.js";
import { landscapeFigure } from "../figure/landscape-figure.js";
import { loopCurvesFigure } from "../figure/loop-curves-figure.js";
import { digitList, familyTable, headline, statusSentence } from "../markup/headline.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { conflictIn } from "../state/read-field.js";
import { stateFromHash, stateToHash } from "../state/state-hash.js";
import { Lane } from "../worker/lane.js";
import type { Parts, Reply, Task } from "../worker/message.js";
import { bindDetails, showCode, showFigure, showNote } from "./card.js";
import { Controls } from "./controls.js";
import { bindCopying } from "./copying.js";
import { followScheme } from "./draw-figure.js";
import { element, every, inside } from "./element.js";
import { SearchPanel } from "./search-panel.js";
import { startWorker } from "./start-worker.js";

/** Waits, in milliseconds: for the slider to rest before slower answers, links and speech. */
const SHAPE_DELAY = 120;
const LINK_DELAY = 250;
const SPEECH_DELAY = 700;
const BUSY_DELAY = 400;

/** The name of the measure from a change of the setting to the picture of it. */
const MEASURE = "setting-to-curve";

/** The page: one state, three lanes of work, and the pictures of what comes back. */
export class Explorer {
  #state: ExplorerState;
  #parts: Partial<Parts> = {};
  #changedAt = performance.now();
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** The heading a link led to: kept in place while pictures above it appear. */
  #aim: HTMLElement | null = null;
  readonly #controls = new Controls((state) => this.#change({ ...state, view: this.#state.view }));
  readonly #curves = this.#lane("curves");
  readonly #shape = this.#lane("shape");
  readonly #search = new SearchPanel(startWorker, (best) => {
    this.#parts = { ...this.#parts, best };
    this.#showHeadline();
  });

  constructor() {
    const { state, complaints } = stateFromHash(location.hash);
    this.#state = state;
    element("link-message").textContent = complaints.join(" ");
    this.#controls.show(state);
    bindCopying(() => this.#state);
    bindDetails(() => this.#state);
    followScheme();
    addEventListener("hashchange", () => this.#follow());
    inside(document, "[data-skip]").addEventListener("click", (event) => {
      event.preventDefault();
      element("results").focus();
    });
    for (const button of every("[data-cancel]")) {
      button.addEventListener("click", () => this.#cancel(button.dataset.cancel as Task));
    }
    this.#change(state);
    if (location.hash.includes("view=")) this.#goTo(state);
    for (const act of ["wheel", "pointerdown", "keydown", "touchstart"]) {
      addEventListener(act, () => this.#stay(), { passive: true });
    }
  }

  /** Takes over the state of a link that was followed inside the page. */
  #follow(): void {
    const { state, complaints } = stateFromHash(location.hash);
    element("link-message").textContent = complaints.join(" ");
    const isSame =
      stateToHash({ ...state, view: "optimum" }) ===
      stateToHash({ ...this.#state, view: "optimum" });
    this.#controls.show(state);
    if (isSame) this.#state = state;
    else this.#change(state);
    this.#goTo(state);
  }

  /** Shows a view; a link to the search also searches. */
  #goTo({ view }: ExplorerState): void {
    const heading = element(`${view}-title`);
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
    this.#aim = heading;
    if (view === "best") this.#search.start();
  }

  #stay(): void {
    this.#aim = null;
  }

  #change(state: ExplorerState): void {
    if (conflictIn(state) !== null) return;
    this.#state = state;
    this.#changedAt = performance.now();
    this.#parts = {};
    this.#search.forget(state);
    this.#curves.ask(state);
    this.#later("shape", SHAPE_DELAY, () => this.#shape.ask(state));
    this.#later("link", LINK_DELAY, () => history.replaceState(null, "", `#${stateToHash(state)}`));
    this.#showLaw();
    showCode(state);
    for (const link of every<HTMLAnchorElement>("[data-link]")) {
      const view = link.dataset.link as ExplorerState["view"];
      link.href = `#${stateToHash({ ...state, view })}`;
    }
  }

  #lane(task: Task): Lane {
    return new Lane(task, startWorker, {
      reply: (reply) => void this.#hear(task, reply),
      busy: (isBusy) => this.#showBusy(task, isBusy),
    });
  }

  async #hear(task: Task, reply: Reply): Promise<void> {
    if (reply.kind === "failed") this.#showFailure(task, reply.message);
    if (reply.kind === "done" && !this.#curves.isBusy && !this.#shape.isBusy) {
      document.documentElement.dataset.settled = stateToHash(this.#state);
    }
    if (reply.kind !== "part") return;
    this.#parts = { ...this.#parts, [reply.name]: reply.answer };
    switch (reply.name) {
      case "loops":
        await showFigure("loops", loopCurvesFigure(this.#state, reply.answer));
        performance.measure(MEASURE, { start: this.#changedAt });
        break;
      case "context":
        await showFigure("context", contextCurvesFigure(this.#state, reply.answer));
        break;
      case "landscape":
        if (isUnavailable(reply.answer)) showNote("landscape", noteOf(reply.answer.unavailable));
        else await showFigure("landscape", landscapeFigure(this.#state, reply.answer));
        break;
      case "rates":
        this.#showBound();
        break;
    }
    this.#showHeadline();
    this.#aim?.scrollIntoView();
  }

  #showBound(): void {
    const { optimum, rates } = this.#parts;
    if (optimum === undefined || rates === undefined) return;
    const { bound } = optimum;
    if (isUnavailable(bound)) showNote("bound", noteOf(bound.unavailable));
    else void showFigure("bound", boundFigure(this.#state, rates, bound));
  }

  #showHeadline(): void {
    const { optimum, ...others } = this.#parts;
    if (optimum === undefined) return;
    const parts = { optimum, ...others };
    element("headline").innerHTML = headline(this.#state, parts).text;
    element("families").innerHTML = familyTable(this.#state, parts).text;
    inside(element("digits"), "div").innerHTML = digitList(optimum).text;
    this.#later("speech", SPEECH_DELAY, () => {
      element("status").textContent = statusSentence(this.#state, parts);
    });
  }

  /** What the law's choice means, where it may surprise. */
  #showLaw(): void {
    const { covariance, taskPrior } = this.#state;
    const hint =
      taskPrior === "inverse"
        ? covariance === "identity"
          ? ""
          : "With the prior Σ⁻¹ no loss depends on Σ: it only turns b* into A* = b*Σ⁻¹."
        : "With the prior I the loss of A = bΣ⁻¹ depends on Σ through tr Σ/d alone; another A may be better.";
    element("law-hint").textContent = hint;
  }

  #showBusy(task: Task, isBusy: boolean): void {
    if (isBusy) delete document.documentElement.dataset.settled;
    const show = (isShown: boolean) => {
      for (const note of every(`[data-busy="${task}"]`)) note.hidden = !isShown;
      for (const card of every(`[data-lane="${task}"]`)) {
        card.classList.toggle("waiting", isShown);
        card.setAttribute("aria-busy", String(isShown));
      }
    };
    this.#forget(`busy ${task}`);
    if (!isBusy) {
      show(false);
      return;
    }
    for (const note of every(`[data-busy="${task}"] span`)) note.textContent = "Computing…";
    for (const button of every(`[data-cancel="${task}"]`)) button.textContent = "Cancel";
    this.#later(`busy ${task}`, BUSY_DELAY, () => show(true));
  }

  /** Stops a lane, or starts a stopped one again. */
  #cancel(task: Task): void {
    const lane = task === "curves" ? this.#curves : this.#shape;
    if (lane.isBusy) {
      lane.cancel();
      this.#showFailure(task, "Cancelled: the picture, if any, is of an earlier setting.");
    } else lane.ask(this.#state);
  }

  #showFailure(task: Task, message: string): void {
    for (const note of every(`[data-busy="${task}"]`)) {
      note.hidden = false;
      inside(note, "span").textContent = message;
      inside(note, "button").textContent = "Compute";
    }
    for (const card of every(`[data-lane="${task}"]`)) card.classList.add("waiting");
  }

  #later(name: string, delay: number, work: () => void): void {
    this.#forget(name);
    this.#timers.set(name, setTimeout(work, delay));
  }

  #forget(name: string): void {
    clearTimeout(this.#timers.get(name));
  }
}

function noteOf(reason: string): string {
  return `Nothing to show: ${reason}.`;
}
