import { SLIDERS } from "../markup/render-controls.js";
import { DEFAULT_STATE, type ExplorerState } from "../state/explorer-state.js";
import { conflictIn, type FieldName, readField } from "../state/read-field.js";
import { contextText } from "../state/state-hash.js";
import { element, every, inside } from "./element.js";
import { contextAt, parameterAt, parameterPosition, positionOf } from "./slider-scale.js";

type NumberField = "d" | "n" | "L" | "noise";

const NUMBER_FIELDS: readonly NumberField[] = ["d", "n", "L", "noise"];

/** What a covariance family starts from when it is chosen. */
const FIRST_PARAMETERS: Readonly<Record<string, string>> = { condition: "10", ar1: "0.5" };

/** The form of the page: reads the person, shows the state. */
export class Controls {
  #state = DEFAULT_STATE;

  /** @param changed  is told every state that all fields agree on; bad ones stay with the form */
  constructor(private readonly changed: (state: ExplorerState) => void) {
    for (const name of NUMBER_FIELDS) {
      element(name).addEventListener("input", () => this.#read(name, typedText(name)));
      element(`${name}-slider`).addEventListener("input", () => {
        const text = sliderText(name);
        element<HTMLInputElement>(name).value = text;
        this.#read(name, text);
      });
    }
    element("seed").addEventListener("input", () => this.#read("seed", typedText("seed")));
    element("covariance").addEventListener("change", () => this.#chooseFamily());
    element("parameter").addEventListener("input", () => this.#readCovariance());
    element("parameter-slider").addEventListener("input", () => {
      const family = typedText("covariance") as "condition" | "ar1";
      const position = Number(typedText("parameter-slider"));
      element<HTMLInputElement>("parameter").value = parameterAt(family, position);
      this.#readCovariance();
    });
    for (const radio of every<HTMLInputElement>('input[name="prior"]')) {
      radio.addEventListener("change", () => this.#read("prior", radio.value));
    }
    element("reset").addEventListener("click", () => {
      this.show(DEFAULT_STATE);
      this.changed(DEFAULT_STATE);
    });
    element("controls").addEventListener("submit", (event) => event.preventDefault());
  }

  /** Fills every field. */
  show(state: ExplorerState): void {
    this.#state = state;
    const texts = {
      d: String(state.dim),
      n: contextText(state.contextLength),
      L: String(state.loops),
      noise: String(state.noiseVariance),
      seed: String(state.seed),
    };
    for (const [name, text] of Object.entries(texts)) {
      element<HTMLInputElement>(name).value = text;
      complain(name as FieldName, null);
    }
    const [family = "identity", parameter = ""] = state.covariance.split(":");
    element<HTMLSelectElement>("covariance").value = family;
    element<HTMLInputElement>("parameter").value = parameter;
    complain("covariance", null);
    for (const radio of every<HTMLInputElement>('input[name="prior"]')) {
      radio.checked = radio.value === state.taskPrior;
    }
    this.#showFamily();
    this.#placeSliders();
  }

  #read(name: FieldName, text: string): void {
    const reading = readField(name, text);
    complain(name, "message" in reading ? reading.message : null);
    if (!("change" in reading)) return;
    const state = { ...this.#state, ...reading.change };
    const conflict = conflictIn(state);
    // A list of eigenvalues that no longer fits the dimension: remembered, so that either can be mended.
    this.#state = state;
    complain("covariance", conflict?.message ?? null);
    this.#placeSliders();
    if (conflict !== null || isBad()) return;
    this.changed(state);
  }

  #chooseFamily(): void {
    const family = typedText("covariance");
    const first =
      family === "diag"
        ? Array.from({ length: this.#state.dim }, (_, i) => String(2 ** -Math.min(i, 4))).join(",")
        : (FIRST_PARAMETERS[family] ?? "");
    element<HTMLInputElement>("parameter").value = first;
    this.#showFamily();
    this.#readCovariance();
  }

  #readCovariance(): void {
    const family = typedText("covariance");
    const spec = family === "identity" ? family : `${family}:${typedText("parameter").trim()}`;
    this.#read("covariance", spec);
  }

  #showFamily(): void {
    const family = typedText("covariance");
    const labels: Record<string, string> = {
      condition: "Condition number",
      ar1: "Correlation",
      diag: "Eigenvalues",
    };
    element("parameter-row").hidden = family === "identity";
    element("parameter-label").textContent = labels[family] ?? "";
    const slider = element<HTMLInputElement>("parameter-slider");
    const hasSlider = family === "condition" || family === "ar1";
    slider.hidden = !hasSlider;
    if (hasSlider) Object.assign(slider, stringsOf(SLIDERS[family]));
  }

  #placeSliders(): void {
    const { dim, contextLength, loops, noiseVariance, covariance } = this.#state;
    const place = (name: string, position: number, text: string) => {
      const slider = element<HTMLInputElement>(`${name}-slider`);
      // A slider under the hand says itself where it is.
      if (document.activeElement !== slider) slider.value = String(position);
      slider.setAttribute("aria-valuetext", text);
    };
    place("d", dim, String(dim));
    place("n", positionOf(contextLength), contextText(contextLength));
    place("L", loops, String(loops));
    place("noise", noiseVariance, String(noiseVariance));
    const [family, parameter = ""] = covariance.split(":");
    if (family === "condition" || family === "ar1") {
      place("parameter", parameterPosition(family, Number(parameter)), parameter);
    }
  }
}

function typedText(id: string): string {
  return element<HTMLInputElement>(id).value;
}

function sliderText(name: NumberField): string {
  const text = typedText(`${name}-slider`);
  return name === "n" ? contextText(contextAt(Number(text))) : text;
}

/** Puts a message under a field, or takes it away. */
function complain(name: FieldName, message: string | null): void {
  const place = document.getElementById(`${name}-message`);
  if (place === null) return;
  const input = element(name === "covariance" ? "parameter" : name);
  input.setAttribute("aria-invalid", String(message !== null));
  if (place.textContent !== (message ?? "")) place.textContent = message ?? "";
}

function isBad(): boolean {
  return inside(document, '#controls input[aria-invalid="true"]') !== null;
}

function stringsOf(range: { min: number; max: number; step: number }) {
  return { min: String(range.min), max: String(range.max), step: String(range.step) };
}
