import type { GridTightness } from "../../../claim/tightness.js";
import { numberText } from "../../number-text.js";
import { axis, baseLayout, narrowLayout } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { logAxis } from "../log-axis.js";
import { PALETTE, seriesStyle } from "../palette.js";

/** Each inequality's tight constant against the one the paper states. */
export function tightConstantsFigure(options: {
  readonly id: string;
  /** Those with a ratio > 0 and finite are drawn, all are in the table. */
  readonly bounds: readonly GridTightness[];
}): Figure {
  const { id, bounds } = options;
  const drawn = bounds
    .filter(({ ratio }) => ratio > 0 && Number.isFinite(ratio))
    .toSorted((a, b) => a.ratio - b.ratio);
  const kinds = [
    { kind: "upper-bound", name: "upper bounds", holds: "left" },
    { kind: "lower-bound", name: "lower bounds", holds: "right" },
  ] as const;
  const height = 150 + 26 * drawn.length;
  const tightest = (of: readonly GridTightness[]) =>
    of.map(({ id: claim, ratio }) => `${claim} ${numberText(ratio, 3)}`).join(", ");
  return {
    id,
    title: "Tight against stated constants",
    specification: {
      data: kinds.map(({ kind, name }, i) => {
        const of = drawn.filter((bound) => bound.kind === kind);
        const { colour, symbol } = seriesStyle(i);
        return {
          type: "scatter",
          mode: "markers",
          name,
          x: of.map(({ ratio }) => ratio),
          y: of.map((bound) => bound.id),
          marker: { color: colour, symbol, size: 10 },
          hovertemplate: "%{y}: %{x:.4g}<extra></extra>",
        };
      }),
      layout: {
        ...baseLayout(height),
        margin: { l: 330, r: 20, t: 16, b: 56 },
        xaxis: axis(
          "tight/stated constant",
          logAxis([...drawn.map(({ ratio }) => ratio), 1], { mostTicks: 7 }),
        ),
        yaxis: axis("", {
          type: "category",
          categoryorder: "array",
          categoryarray: drawn.map((bound) => bound.id),
        }),
        shapes: [
          {
            type: "line",
            xref: "x",
            yref: "paper",
            x0: 1,
            x1: 1,
            y0: 0,
            y1: 1,
            line: { color: PALETTE.muted.light, width: 1.5, dash: "dot" },
          },
        ],
      },
    },
    narrowLayout: {
      ...narrowLayout(height + 20),
      margin: { l: 178, r: 14, t: 12, b: 56 },
      yaxis: axis("", {
        type: "category",
        categoryorder: "array",
        categoryarray: drawn.map((bound) => bound.id),
        tickmode: "array",
        tickvals: drawn.map((bound) => bound.id),
        ticktext: drawn.map((bound) => wrapped(bound.id)),
        tickfont: { size: 10.5 },
      }),
    },
    caption:
      "One marker per inequality: the constant with which it would be attained on its grid, over the constant as stated. Dotted: attained as stated. An upper bound holds on its grid to the left of the line and is loose by the distance; a lower bound holds to the right. Ratios are exact where the claim’s measurement is exact or certified, and carry its error budget where it is sampled.",
    altText: `Tight over stated constants on a log scale. ${tightest(drawn.slice(0, 3))}; …; ${tightest(drawn.slice(-3))}.`,
    numbers: {
      columns: ["Inequality", "Stated", "Tight", "Tight/stated"],
      rows: bounds.map(({ id: claim, stated, tight, ratio }) => [
        claim,
        numberText(stated, 4),
        numberText(tight, 4),
        numberText(ratio, 4),
      ]),
    },
  };
}

/** A claim's id in lines of at most 26 characters. */
function wrapped(id: string): string {
  const lines = [""];
  for (const word of id.split(/(?<=-)/)) {
    if (lines.at(-1)!.length + word.length > 26) lines.push("");
    lines[lines.length - 1] += word;
  }
  return lines.join("<br>");
}
