import type { Method, Verdict } from "../../claim/claim.js";
import type { GridTightness } from "../../claim/tightness.js";
import { type Html, html } from "../html.js";
import { numberText, secondsText } from "../number-text.js";
import { type ReportHeader, renderPage } from "../page.js";
import { verdictMark } from "../verdict-table.js";
import { differenceTable } from "./difference-table.js";

/** A verification as its verdicts.json holds it. */
export interface ComparedVerification {
  readonly name: string;
  readonly header: ReportHeader;
  readonly profile: string;
  readonly results: readonly {
    readonly id: string;
    readonly setting: string;
    readonly verdict: Verdict;
    readonly method: Method | null;
    readonly margin: number | null;
    readonly seconds: number;
  }[];
  readonly tightness: readonly GridTightness[];
}

type Pair = readonly [ComparedVerification, ComparedVerification];
type Result = ComparedVerification["results"][number];

/** Two verifications side by side: verdicts that changed, those of one only, margins, constants. */
export function renderVerificationComparison(options: {
  readonly verifications: Pair;
  readonly header: ReportHeader;
}): string {
  const { verifications, header } = options;
  const pairs = paired(verifications);
  const both = pairs.filter(({ first, second }) => first !== undefined && second !== undefined);
  const changed = both.filter(({ first, second }) => first!.verdict !== second!.verdict);
  const alone = pairs.length - both.length;
  return renderPage({
    header,
    summary: html`<p class="summary"><strong>${changed.length}</strong> of ${both.length} verdicts that both have differ; ${alone} ${alone === 1 ? "is" : "are"} in one only.</p>`,
    sections: [
      { id: "runs", heading: "The two verifications", body: originTable(verifications) },
      {
        id: "changes",
        heading: "Verdicts that changed",
        body:
          changed.length === 0
            ? html`<p>None.</p>`
            : resultTable("Verdicts that changed", verifications, changed),
      },
      {
        id: "all",
        heading: "All verdicts",
        body: resultTable("All verdicts, claim by claim", verifications, pairs),
      },
      ...(verifications.every(({ tightness }) => tightness.length === 0)
        ? []
        : [
            {
              id: "constants",
              heading: "Tight constants",
              body: constantsTable(verifications),
            },
          ]),
    ],
  });
}

interface PairedResult {
  readonly id: string;
  readonly setting: string;
  readonly first: Result | undefined;
  readonly second: Result | undefined;
}

function paired([first, second]: Pair): PairedResult[] {
  const key = ({ id, setting }: { id: string; setting: string }) => JSON.stringify([id, setting]);
  const ofFirst = new Map(first.results.map((result) => [key(result), result]));
  const ofSecond = new Map(second.results.map((result) => [key(result), result]));
  return [...new Set([...ofFirst.keys(), ...ofSecond.keys()])].map((name) => {
    const { id, setting } = (ofFirst.get(name) ?? ofSecond.get(name))!;
    return { id, setting, first: ofFirst.get(name), second: ofSecond.get(name) };
  });
}

function originTable(verifications: Pair): Html {
  const [first, second] = verifications;
  const row = (name: string, of: (verification: ComparedVerification) => string) => ({
    ...{ name, first: of(first), second: of(second) },
    isDifferent: of(first) !== of(second),
  });
  return differenceTable({
    caption: "Where they come from",
    names: [first.name, second.name],
    rows: [
      row("Command", ({ header }) => header.command),
      row("Seed", ({ header }) => String(header.seed)),
      row("Profile", ({ profile }) => profile),
      row("loopgd", ({ header }) => header.version),
      row("Machine", ({ header }) => header.machine),
      row("Date", ({ header }) => header.date),
      row("Verdicts", ({ results }) => String(results.length)),
      row("Time of all claims", ({ results }) =>
        secondsText(results.reduce((sum, { seconds }) => sum + seconds, 0)),
      ),
    ],
  });
}

function resultTable(caption: string, [a, b]: Pair, pairs: readonly PairedResult[]): Html {
  const verdict = (result: Result | undefined) =>
    result === undefined ? html`<span class="label">absent</span>` : verdictMark(result.verdict);
  const margin = (result: Result | undefined) =>
    result === undefined || result.margin === null ? "–" : numberText(result.margin, 3);
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Claim and setting</th><th scope="col">${a.name}</th><th scope="col">${b.name}</th><th scope="col" class="number">Margin, ${a.name}</th><th scope="col" class="number">Margin, ${b.name}</th></tr></thead>
<tbody>
${pairs.map(
  ({ id, setting, first, second }) =>
    html`<tr${first?.verdict === second?.verdict ? null : html` class="changed"`}><th scope="row"><code>${id}</code><span class="how">${setting}</span></th><td>${verdict(first)}</td><td>${verdict(second)}</td><td class="number">${margin(first)}</td><td class="number">${margin(second)}</td></tr>\n`,
)}</tbody>
</table>
</div>`;
}

function constantsTable([first, second]: Pair): Html {
  const ratio = ({ tightness }: ComparedVerification, id: string) => {
    const found = tightness.find((bound) => bound.id === id);
    return found === undefined ? "absent" : numberText(found.ratio, 4);
  };
  const ids = [...new Set([...first.tightness, ...second.tightness].map(({ id }) => id))];
  return differenceTable({
    caption: "Tight over stated constant, by inequality",
    names: [first.name, second.name],
    rows: ids.map((id) => {
      const [one, other] = [ratio(first, id), ratio(second, id)];
      return { name: id, first: one, second: other, isDifferent: one !== other };
    }),
  });
}
