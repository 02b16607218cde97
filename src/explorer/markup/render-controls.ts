import { type Html, html } from "../../report/html.js";
import { LIMITS } from "../state/explorer-state.js";

/** Ranges of the sliders; typing reaches farther. n and the condition number go by decades. */
export const SLIDERS = {
  d: { min: 1, max: 50, step: 1 },
  n: { min: 0, max: 30, step: 0.05 },
  L: { min: 1, max: 12, step: 1 },
  noise: { min: 0, max: 2, step: 0.05 },
  condition: { min: 0, max: 4, step: 0.05 },
  ar1: { min: 0, max: 0.95, step: 0.05 },
} as const;

/** The form whose values are the state. */
export function renderControls(): Html {
  return html`<aside aria-label="Setting">
<form id="controls" autocomplete="off">
${numberRow("d", html`Dimension <i>d</i>`, `1 to ${LIMITS.dim}`)}
${numberRow("n", html`Context length <i>n</i>`, "20, 1e30, …")}
${numberRow("L", html`Loops <i>L</i>`, `1 to ${LIMITS.loops}`)}
${numberRow("noise", html`Label noise <i>σ</i>²`, "0, 0.1, …")}
<div class="field">
<div class="row"><label for="covariance">Covariance Σ</label>
<select id="covariance">
<option value="identity">identity</option>
<option value="condition">condition number</option>
<option value="ar1">AR(1)</option>
<option value="diag">eigenvalues</option>
</select></div>
<div class="row" id="parameter-row" hidden><label for="parameter" id="parameter-label">Condition number</label>
<input id="parameter" aria-describedby="covariance-message"></div>
<input type="range" id="parameter-slider" aria-label="Parameter of the covariance, slider" hidden>
<p class="message" id="covariance-message" aria-live="polite"></p>
</div>
<fieldset>
<legend>Task prior Ω</legend>
<label><input type="radio" name="prior" value="inverse"> Σ⁻¹, as in the paper</label>
<label><input type="radio" name="prior" value="identity"> I</label>
</fieldset>
<p class="hint" id="law-hint"></p>
<div class="buttons"><button type="button" data-copy="link">Copy link</button>
<button type="button" id="reset">Start over</button></div>
</form>
<p class="message" id="link-message" aria-live="polite"></p>
</aside>`;
}

function numberRow(name: "d" | "n" | "L" | "noise", label: Html, hint: string): Html {
  const { min, max, step } = SLIDERS[name];
  return html`<div class="field">
<div class="row"><label for="${name}">${label}</label>
<input id="${name}" inputmode="${name === "n" ? "text" : "decimal"}" placeholder="${hint}" aria-describedby="${name}-message"></div>
<input type="range" id="${name}-slider" min="${min}" max="${max}" step="${step}" aria-label="${label.text.replace(/<[^>]+>/g, "")}, slider">
<p class="message" id="${name}-message" aria-live="polite"></p>
</div>
`;
}
