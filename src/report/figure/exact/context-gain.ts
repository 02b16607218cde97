import { integerText, numberText } from "../../number-text.js";
import { axis, baseLayout, narrowLayout } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { logAxis } from "../log-axis.js";
import { PALETTE } from "../palette.js";
import { series } from "../series.js";
import type { ContextGains } from "./context-gains.js";

/** |b* − 1|, what the best matrix gains over b*, and the paper's radius, against the context length. */
export function contextGainFigure(options: {
  readonly id: string;
  readonly gains: ContextGains;
}): Figure {
  const { id, gains } = options;
  const { dim, loops, contextForNonVacuous, points } = gains;
  const gaining = points.filter(({ gain }) => gain > 0);
  const contexts = (of: ContextGains["points"]) => of.map((point) => Number(point.contextLength));
  const values = points.flatMap(({ distance, gain, bound }) => [distance, gain, bound]);
  const last = points.at(-1)!;
  return {
    id,
    title: "The optimum, what other matrices gain, and the paper’s bound",
    specification: {
      data: [
        series(0, "|<i>b</i>* − 1|", {
          x: contexts(points),
          y: points.map(({ distance }) => distance),
        }),
        series(1, "gain of the best <i>A</i> found", {
          x: contexts(gaining),
          y: gaining.map(({ gain }) => gain),
        }),
        series(2, "paper’s <i>c</i>", { x: contexts(points), y: points.map(({ bound }) => bound) }),
      ],
      layout: {
        ...baseLayout(480),
        xaxis: axis("context length <i>n</i>", logAxis(contexts(points))),
        yaxis: axis("distance, relative gain, radius", logAxis(values, { mostTicks: 9 })),
        shapes: [
          {
            type: "line",
            xref: "paper",
            yref: "y",
            x0: 0,
            x1: 1,
            y0: 1,
            y1: 1,
            line: { color: PALETTE.muted.light, width: 1.25, dash: "dot" },
          },
        ],
      },
    },
    narrowLayout: narrowLayout(480),
    caption: `d = ${dim}, L = ${loops}, prior Ω = Σ⁻¹, no noise. |b* − 1|: certified enclosures of the exact isotropic optimum. Gain: 1 − ℓ(best found)/ℓ(b*) over normal matrices, both losses exact, so that the best over all A gains at least this; no marker where nothing better than b* was found. c: the radius of the global-minimiser theorem of Gatmiry et al. (2024), in closed form; it says something below 1 (dotted), from n = ${integerText(contextForNonVacuous)} on. Every n is an exact integer.`,
    altText: `Log-log plot, n from ${integerText(points[0]!.contextLength)} to ${integerText(last.contextLength)}. At the last n |b* − 1| is ${numberText(last.distance, 3)}, the relative gain ${numberText(last.gain, 3)}, c ${numberText(last.bound, 3)}. ${gaining.length === 0 ? "No better matrix was found at any n." : `A better matrix was found at ${gaining.length} of ${points.length} context lengths.`}`,
    numbers: {
      columns: ["n", "|b* − 1|, certified", "Gain, exact", "c"],
      rows: points.map(({ contextLength, distance, gain, bound }) => [
        integerText(contextLength),
        numberText(distance, 6),
        gain === 0 ? "none found" : numberText(gain, 6),
        numberText(bound, 6),
      ]),
    },
  };
}
