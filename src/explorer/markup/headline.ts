import { type Html, html } from "../../report/html.js";
import { integerText, numberText, percentText, powerOfTenText } from "../../report/number-text.js";
import type { BestAnswer } from "../answer/best-answer.js";
import type { ExactNumber } from "../answer/exact-number.js";
import type { FamilyAnswer } from "../answer/family-answer.js";
import type { Landscape } from "../answer/landscape.js";
import type { LoopCurves } from "../answer/loop-curves.js";
import type { BoundAnswer, OptimumAnswer } from "../answer/optimum-answer.js";
import { isUnavailable, type Unavailable } from "../answer/part.js";
import type { OnsetAnswer, SaddleAnswer } from "../answer/saddle-answer.js";
import type { ExplorerState } from "../state/explorer-state.js";

/** The parts of an answer that have come for a state. */
export interface KnownParts {
  readonly optimum: OptimumAnswer;
  readonly loops?: LoopCurves | undefined;
  readonly saddle?: SaddleAnswer | Unavailable | undefined;
  readonly onset?: OnsetAnswer | Unavailable | undefined;
  readonly landscape?: Landscape | Unavailable | undefined;
  readonly families?: FamilyAnswer | undefined;
  readonly best?: BestAnswer | Unavailable | undefined;
}

/** One sentence that says it all, for the eye and for a screen reader. */
export function statusSentence(state: ExplorerState, parts: KnownParts): string {
  const { optimum, saddle } = parts;
  const { dim, contextLength, loops } = state;
  const setting = `d = ${dim}, n = ${integerText(contextLength)}, L = ${loops}`;
  const values = `b* = ${optimum.stepSize.text} with loss ${optimum.loss.text}`;
  const verdict =
    saddle === undefined || isUnavailable(saddle)
      ? ""
      : saddle.sign < 0
        ? "; b*I is a strict saddle: some B that is not symmetric is better"
        : isBeaten(parts)
          ? "; b*I is a local minimum, but some B that is not symmetric is better"
          : "; b*I is a local minimum against antisymmetric parts";
  return `${setting}: ${values}${verdict}.`;
}

/** Whether a matrix that is no multiple of I was found to be better than b*I. */
function isBeaten({ landscape, best }: KnownParts): boolean {
  const inPlane = landscape !== undefined && !isUnavailable(landscape) ? landscape.optimum : null;
  const found = best !== undefined && !isUnavailable(best) ? best : null;
  return Math.min(inPlane?.ratio ?? 1, found?.ratio ?? 1) < 1 - 1e-9;
}

/** The four tiles: step, loss, saddle, bound. */
export function headline(state: ExplorerState, parts: KnownParts): Html {
  const { optimum } = parts;
  const { least, greatest } = optimum.preconditioner;
  const multiple =
    state.covariance === "identity"
      ? "A* = b*I"
      : `A* = b*Σ⁻¹, eigenvalues ${numberText(least)} to ${numberText(greatest)}`;
  const share = optimum.loss.value / optimum.initialLoss.value;
  return html`<dl class="tiles">
${tile("Best step b*", html`${optimum.stepSize.text}`, multiple)}
${tile("Exact loss", html`${optimum.loss.text}`, `of ${optimum.initialLoss.text} for predicting 0${share > 1e-4 ? ` (${percentText(share)})` : ""}`)}
${saddleTile(parts)}
${boundTile(optimum.bound)}
</dl>`;
}

function tile(term: string, value: Html, more: string, tone = ""): Html {
  return html`<div><dt>${term}</dt><dd><span class="value ${tone}">${value}</span> <span class="more">${more}</span></dd></div>
`;
}

function saddleTile(parts: KnownParts): Html {
  const { saddle, onset } = parts;
  const term = "Among all matrices, b*I is";
  if (saddle === undefined) return tile(term, html`…`, "");
  if (isUnavailable(saddle)) {
    return isBeaten(parts)
      ? tile(
          term,
          html`not the best`,
          `a better B was found; its curvature is ${saddle.unavailable}`,
          "saddle",
        )
      : tile(term, html`not decided`, saddle.unavailable, "vacuous");
  }
  const more = `antisymmetric curvature ${numberText(saddle.curvature)}, sign exact${onsetText(onset)}`;
  if (saddle.sign < 0) return tile(term, html`a strict saddle`, more, "saddle");
  return isBeaten(parts)
    ? tile(term, html`a local minimum only`, `a better B was found; ${more}`, "saddle")
    : tile(term, html`a minimum`, `against antisymmetric parts; ${more}`, "minimum");
}

function onsetText(onset: KnownParts["onset"]): string {
  if (onset === undefined || isUnavailable(onset)) return "";
  if (onset.onset === null) return `; a saddle at no n${checkedText(onset)}`;
  return `; a saddle from n₀ = ${onset.onset} on${checkedText(onset)}`;
}

function checkedText({ checkedTo }: OnsetAnswer): string {
  return checkedTo === null ? " (proved for every n)" : ` (every n checked to ${checkedTo})`;
}

function boundTile(bound: BoundAnswer | Unavailable): Html {
  const term = "The paper’s bound |b* − 1| ≤ c";
  if (isUnavailable(bound)) return tile(term, html`not applicable`, bound.unavailable, "vacuous");
  const from = integerText(bound.from);
  const values = `|b* − 1| = ${bound.distance.text}, c = ${numberText(bound.c)}`;
  if (bound.isVacuous) {
    return tile(
      term,
      html`is vacuous`,
      `${values} ≥ 1; it says something from n = ${from} on`,
      "vacuous",
    );
  }
  const verdict = bound.isWithin ? "holds" : "fails";
  const more = `${values}: ${numberText(bound.looseness, 3)} times too wide; not vacuous from n = ${from} on`;
  return tile(term, html`${verdict}`, more, bound.isWithin ? "within" : "saddle");
}

/** The optimum of each family of models beside the best bΣ⁻¹. */
export function familyTable(state: ExplorerState, parts: KnownParts): Html {
  const { optimum, loops, landscape, families, best } = parts;
  const rows: Html[] = [];
  const add = (name: string, loss: ExactNumber, remark: string) => {
    const decades = loss.log10! - optimum.loss.log10!;
    rows.push(familyRow(name, remark, loss.text, differenceText(decades)));
  };
  const lacking = new Map<string, string[]>();
  const lack = (name: string, { unavailable }: Unavailable) => {
    lacking.set(unavailable, [...(lacking.get(unavailable) ?? []), name]);
  };
  add("Predict 0", optimum.initialLoss, "");
  add("Looped, A = bΣ⁻¹", optimum.loss, "certified");
  if (optimum.oneLayer !== null)
    add("Looped, best A", optimum.oneLayer, "closed form of one layer");
  if (families !== undefined) {
    const { symmetric, gdPlusPlus } = families;
    if (isUnavailable(symmetric)) lack("Looped, best symmetric A found", symmetric);
    else {
      const { loss, spread, starts } = symmetric;
      const shape = spread < 1e-6 * spreadUnit(state) ? "it is b*I" : "not isotropic";
      add("Looped, best symmetric A found", loss, `${starts} starts; ${shape}`);
    }
    if (landscape !== undefined) {
      if (isUnavailable(landscape)) lack("Looped, best cI + εJ found", landscape);
      else {
        const { epsilon, loss } = landscape.optimum;
        const shape = epsilon === 0 ? "it is b*I" : `ε = ${numberText(epsilon)}`;
        add("Looped, best cI + εJ found", loss, shape);
      }
    }
    if (best !== undefined && !isUnavailable(best)) {
      add("Looped, best A found", best.loss, `${best.descents} descents; ${best.foundBy}`);
    }
    if (isUnavailable(gdPlusPlus)) lack("Looped, best isotropic GD++", gdPlusPlus);
    else add("Looped, best isotropic GD++", gdPlusPlus.loss, "the covariates move too");
  }
  const untied = loops?.untied[state.loops];
  if (untied !== undefined && state.loops > 1)
    add(`${state.loops} untied layers bₗΣ⁻¹`, untied, "certified");
  for (const [reason, names] of lacking) rows.push(familyRow(names.join("; "), reason, "–", ""));
  return html`<table>
<caption>Least exact loss of each family</caption>
<thead><tr><th scope="col">Family</th><th scope="col" class="number">Loss</th><th scope="col" class="number">Against b*</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`;
}

function familyRow(name: string, remark: string, loss: string, difference: string): Html {
  const more = remark === "" ? null : html` <span class="remark">${remark}</span>`;
  return html`<tr><th scope="row">${name}${more}</th><td>${loss}</td><td>${difference}</td></tr>
`;
}

/** A ratio, by its decimal logarithm, as a change or as a factor. */
function differenceText(decades: number): string {
  if (Math.abs(decades) > 15) return `× ${powerOfTenText(Math.round(decades))}`;
  const ratio = 10 ** decades;
  if (Math.abs(ratio - 1) < 1e-9) return "the same";
  if (ratio >= 100 || ratio < 0.01) return `× ${numberText(ratio, 3)}`;
  return `${ratio > 1 ? "+" : ""}${percentText(ratio - 1, 3)}`;
}

/** Step and loss to all digits computed. */
export function digitList({ stepSize, loss }: OptimumAnswer): Html {
  const range = ([lower, upper]: readonly [string, string]) =>
    lower === upper ? `= ${lower}` : `between ${lower} and ${upper}`;
  return html`<dl class="digits">
<dt>b*</dt><dd>${range(stepSize.enclosure)}</dd>
<dt>loss</dt><dd>${range(loss.enclosure)}</dd>
</dl>`;
}

/** What the search over all matrices found, in a sentence. */
export function searchSentence(state: ExplorerState, best: BestAnswer): string {
  const gain = 1 - best.ratio;
  const shape =
    best.antisymmetricNorm < 1e-6 * spreadUnit(state)
      ? "symmetric"
      : `not symmetric: its antisymmetric part has norm ${numberText(best.antisymmetricNorm)}`;
  const normal = best.normalityDefect < 1e-6 * spreadUnit(state) ? "normal" : "not normal";
  const against =
    gain > 1e-9 ? `${percentText(gain)} below the best bΣ⁻¹` : "no better than the best bΣ⁻¹";
  return `Loss ${best.loss.text}, ${against}. B is ${normal} and ${shape}. ${best.agreeing} of ${best.descents} descents agree; found by: ${best.foundBy}.`;
}

/** The size of what optima may differ from b*I by: the spread of the spectrum of S. */
function spreadUnit({ contextLength }: ExplorerState): number {
  return 1 / Math.sqrt(Number(contextLength));
}
