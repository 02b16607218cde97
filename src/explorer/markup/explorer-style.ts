/** What the explorer adds to the style of the reports: two columns, controls, cards. */
export const EXPLORER_STYLE = `
body > header, body > footer, .columns { max-width: 94rem; margin: 0 auto; padding: 0 1.5rem; }
body > header { padding-bottom: .25rem; }
h1 { margin: 1.5rem 0 .35rem; }
h2 { margin: 0 0 .75rem; font-size: 1.15rem; }
.lead { max-width: 50rem; color: var(--muted); margin-bottom: .75rem; }
nav ul { margin-bottom: .75rem; }
i { font-family: "STIX Two Text", "Cambria", "DejaVu Serif", Georgia, serif; }
.columns { display: grid; grid-template-columns: 19rem minmax(0, 1fr); gap: 1.5rem; align-items: start; }
main { max-width: none; margin: 0; padding: 0 0 2rem; }
main:focus { outline: none; }
h2:focus { outline: none; } h2:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
aside { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; border: 1px solid var(--grid); border-radius: 8px; padding: 1rem 1rem .5rem; }
.field { margin-bottom: .8rem; }
.row { display: flex; justify-content: space-between; align-items: center; gap: .75rem; margin-bottom: .3rem; }
label, legend { font-size: .9rem; }
input:not([type]), input[inputmode], select, textarea { font: inherit; font-size: .9rem; color: var(--ink); background: var(--paper); border: 1px solid var(--axis); border-radius: 4px; padding: .25rem .5rem; min-width: 0; font-variant-numeric: tabular-nums; }
.row input { width: 8.5rem; text-align: right; } .row select { width: 9.5rem; }
#parameter { text-align: right; }
input[aria-invalid="true"] { border-color: var(--vermilion); box-shadow: 0 0 0 1px var(--vermilion); }
input[type="range"] { display: block; width: 100%; margin: 0; height: 1.5rem; accent-color: var(--blue); }
[hidden] { display: none !important; }
.message { color: var(--vermilion); font-size: .85rem; line-height: 1.35; margin: .15rem 0 0; }
.message:empty { display: none; }
.hint { color: var(--muted); font-size: .85rem; line-height: 1.4; margin: 0 0 .8rem; }
.hint:empty { display: none; }
fieldset { border: 0; margin: 0 0 .8rem; padding: 0; } legend { padding: 0; margin-bottom: .2rem; }
fieldset label { display: block; padding: .1rem 0; } input[type="radio"] { accent-color: var(--blue); margin: 0 .35rem 0 0; }
button { min-height: 2rem; font-size: .85rem; }
button:hover { background: var(--shade); }
button.primary { background: var(--blue); border-color: var(--blue); color: var(--paper); font-size: .95rem; padding: .35rem .9rem; }
button:disabled { color: var(--muted); cursor: default; background: none; }
.buttons, .copies, .search { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.buttons { margin-bottom: .5rem; }
.summary { min-height: 1.55em; margin: 0 0 1rem; }
.cards { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; margin: 1rem 0; }
.cards:has(details[open]) { align-items: start; }
.card { border: 1px solid var(--grid); border-radius: 8px; padding: 1rem 1.1rem; min-width: 0; display: flex; flex-direction: column; scroll-margin-top: 1rem; }
.card > .foot { margin-top: auto; padding-top: .75rem; }
.foot { font-size: .9rem; } .foot details { margin-top: .5rem; }
.foot pre { overflow-x: auto; background: var(--shade); border-radius: 4px; padding: .6rem .75rem; margin: .5rem 0; }
.foot pre code { overflow-wrap: normal; font-size: .85rem; }
.caption { font-size: .9rem; color: var(--muted); margin: .25rem 0 0; }
.caption:empty { display: none; }
.plot { min-height: 25rem; transition: opacity .15s; }
.card.waiting .plot, .card.waiting #headline, .card.waiting #families { opacity: .45; }
.note { color: var(--muted); background: var(--shade); border-radius: 4px; padding: .6rem .75rem; margin: 0 0 .5rem; }
.busy { display: flex; gap: .75rem; align-items: center; font-size: .9rem; color: var(--muted); margin: 0 0 .5rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: .5rem 1.25rem; margin: 0 0 1rem; }
.tiles > div { min-width: 0; }
.tiles dt { color: var(--muted); font-size: .85rem; } .tiles dd { margin: 0; }
.tiles .value { font-size: 1.3rem; line-height: 1.3; font-variant-numeric: tabular-nums; display: block; }
.tiles .more { font-size: .85rem; color: var(--muted); line-height: 1.4; display: block; }
.saddle { color: var(--purple); } .minimum, .within { color: var(--green); } .vacuous { color: var(--muted); }
#families table { max-width: 44rem; } #families td { white-space: nowrap; text-align: right; }
#families .remark { display: block; color: var(--muted); font-size: .92em; }
.copies span { color: var(--muted); }
.digits dt { color: var(--muted); } .digits dd { margin: 0 0 .5rem; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.digits { margin: .5rem 0 0; }
.seed { display: inline-flex; gap: .4rem; align-items: center; } .seed input { width: 5rem; }
#search-progress { margin: .75rem 0 0; } #search-progress p { font-size: .9rem; color: var(--muted); margin: .25rem 0 0; }
progress { width: min(24rem, 100%); accent-color: var(--blue); }
#search-result { margin-top: .75rem; }
[data-view="best"] > [data-alt] { max-width: 44rem; }
#toast { position: fixed; left: 50%; bottom: 1.25rem; transform: translateX(-50%); margin: 0; background: var(--ink); color: var(--paper); padding: .45rem 1rem; border-radius: 6px; font-size: .9rem; max-width: calc(100vw - 2rem); }
#toast:empty { display: none; }
dialog { background: var(--paper); color: var(--ink); border: 1px solid var(--axis); border-radius: 8px; width: min(44rem, calc(100vw - 2rem)); }
dialog textarea { width: 100%; font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@media (max-width: 1180px) { .cards { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 860px) {
  .columns { grid-template-columns: minmax(0, 1fr); gap: 1rem; }
  aside { position: static; max-height: none; }
}
@media (max-width: 560px) {
  body > header, body > footer, .columns { padding-inline: 1rem; }
  .card { padding: .8rem .75rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  input[type="range"] { height: 2rem; }
}
@media (prefers-reduced-motion: reduce) { .plot { transition: none; } }
@media print { aside, .foot, .search { display: none; } .columns { display: block; } }
`;
