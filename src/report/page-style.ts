import { PALETTE } from "./figure/palette.js";

/** The style sheet of every report: light and dark, 400 to 1440 pixels wide, and paper. */
export const PAGE_STYLE = `
${variables(":root", "light")}
@media (prefers-color-scheme: dark) { ${variables(":root", "dark")} }
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word;
  font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif;
}
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
main { padding-bottom: 3rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 2rem 0 1rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; line-height: 1.35; margin: 2rem 0 .5rem; }
p, dl, ul { margin: 0 0 1rem; }
a { color: var(--blue); }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); z-index: 2; }
.origin { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0 0 1.5rem; padding: .8rem 0; border-block: 1px solid var(--grid); font-size: .9rem; }
.origin dt { color: var(--muted); }
.origin dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; list-style: none; padding: 0; font-size: .9rem; }
.summary { font-size: 1.15rem; }
.scroll { overflow-x: auto; margin: 0 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--grid); }
th { font-weight: 600; }
tbody th[scope="row"] { font-weight: 400; }
thead th { color: var(--muted); border-bottom-color: var(--axis); white-space: nowrap; }
tbody th[scope="rowgroup"] { padding-top: 1.2rem; border-bottom-color: var(--axis); }
tbody th[scope="rowgroup"] code { display: block; font-weight: 400; color: var(--muted); }
td.number, th.number { text-align: right; white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
.verdict { white-space: nowrap; font-weight: 600; }
.verdict .expected { display: block; font-weight: 400; white-space: normal; color: var(--ink); }
.holds { color: var(--green); } .vacuous, .not-applicable { color: var(--muted); }
.refuted { color: var(--purple); } .inconclusive { color: var(--amber); } .broken { color: var(--vermilion); }
tr.changed > * { background: var(--shade); }
tr.changed > :first-child { box-shadow: inset 4px 0 var(--vermilion); padding-left: .7rem; }
details > summary { cursor: pointer; }
td details p, th details p { margin: .35rem 0 .35rem 1rem; overflow-wrap: anywhere; }
.label, .how { color: var(--muted); }
.how { display: block; }
figure { margin: 1.25rem 0 2rem; }
figcaption { font-size: .9rem; color: var(--muted); max-width: 50rem; }
.plot { min-height: 12rem; }
.plot text { user-select: text; }
.below { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; margin-top: .5rem; font-size: .9rem; }
.below details { flex: 1 1 20rem; min-width: 0; }
button { font: inherit; color: var(--blue); background: none; border: 1px solid var(--axis); border-radius: 4px; padding: .15rem .6rem; cursor: pointer; }
.controls { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .6rem 1rem; margin: 0 0 1rem; font-size: .9rem; }
.controls label { color: var(--muted); min-width: 0; } .controls label[hidden] { display: none; }
select { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--axis); border-radius: 4px; padding: .2rem .3rem; width: 100%; }
.formula { overflow-x: auto; margin: .25rem 0 .75rem; }
.origin ul { list-style: none; margin: 0; padding: 0; } .origin dd p { margin: 0; }
.guide dt { font-weight: 600; } .guide dd { margin: 0 0 .6rem 1.25rem; }
footer { border-top: 1px solid var(--grid); padding-block: 1rem 2rem; color: var(--muted); font-size: .85rem; }
@media (max-width: 560px) {
  header, main, footer { padding-inline: 1rem; }
  h1 { font-size: 1.45rem; }
  table { font-size: .82rem; }
  th, td { padding-right: .55rem; }
  .origin { grid-template-columns: 1fr; gap: 0; }
  .origin dd { margin-bottom: .4rem; }
  .seconds { display: none; }
}
@media print {
  ${variables(":root", "light")}
  html { color-scheme: light; }
  @page { margin: 16mm 14mm; }
  body { font-size: 10.5pt; }
  header, main, footer { max-width: none; padding-inline: 0; }
  .skip, nav, button, .controls, noscript { display: none; }
  .scroll { overflow: visible; }
  h2, h3 { break-after: avoid; }
  tr, figure, .origin { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}
`;

function variables(selector: string, mode: "light" | "dark"): string {
  const entries = Object.entries(PALETTE).map(([role, twins]) => `--${role}: ${twins[mode]};`);
  return `${selector} { ${entries.join(" ")} }`;
}
