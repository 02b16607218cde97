import { type Html, html } from "./html.js";

/** What the words in the verdict table mean. */
export const VERDICT_GUIDE: Html = html`<dl class="guide">
<dt>holds</dt><dd>The statement agrees with the measurement, and each of the claim’s rivals, formulas that are wrong by one term or factor, is contradicted at some setting.</dd>
<dt>vacuous</dt><dd>The hypotheses hold, but every possible measurement would satisfy the statement: it says nothing here.</dd>
<dt>refuted</dt><dd>The measurement contradicts the statement beyond its error budget. Where that is expected it is a result, not a failure.</dd>
<dt>inconclusive</dt><dd>The error budget is too wide to decide, or to tell the statement from a rival.</dd>
<dt>not-applicable</dt><dd>A hypothesis of the claim fails at this setting.</dd>
<dt>broken</dt><dd>The check itself failed; nothing is known.</dd>
<dt>margin</dt><dd>Distance to the edge. Of an identity or equality: the unused share of the error budget, 1 where the agreement is exact and 0 at the edge. Of a bound: the slack as a share of the bound. Negative where the statement is contradicted.</dd>
<dt>method</dt><dd><em>exact</em>: rational arithmetic, no rounding. <em>certified</em>: floating point with an error bound that is part of the budget. <em>sampled</em>: random prompts, budget 5 standard errors.</dd>
</dl>
<p>Not every verdict is expected to be “holds”. Each setting carries its expected verdict; a row is marked, and the run fails, when a verdict differs from it.</p>`;
