import type { Annotation, Data, Shape } from "plotly.js-dist-min";
import { integerText, numberText } from "../number-text.js";
import { axis, baseLayout, narrowLayout, TYPE } from "./base-layout.js";
import type { Figure } from "./figure.js";
import { logAxis } from "./log-axis.js";
import type { OptimumRate } from "./optimum-rates.js";
import { PALETTE, seriesStyle } from "./palette.js";

/** The distance axis reaches at least here, so that its note stands clear of the lines. */
const ROOM_FOR_NOTE = 1e4;

/**
 * How far the exact optimum is from the inverse covariance, |b* − 1|, and how far the paper's
 * theorem allows it to be, c, against the context length.
 *
 * @param options.rates  one series per number of loops, each at two context lengths or more
 */
export function optimumRateFigure(options: {
  readonly id: string;
  readonly dim: number;
  readonly rates: readonly OptimumRate[];
}): Figure {
  const { id, dim, rates } = options;
  const points = rates.flatMap((rate) => rate.points);
  const contexts = points.map(({ contextLength }) => Number(contextLength));
  const bounds = points.flatMap(({ distance, bound }) => [distance, bound]);
  const yAxis = logAxis([...bounds, ROOM_FOR_NOTE]);
  return {
    id,
    title: "The exact optimum and the paper’s bound",
    specification: {
      data: rates.flatMap((rate, i) => seriesOf(rate, i)),
      layout: {
        ...baseLayout(520),
        xaxis: axis("context length <i>n</i>", logAxis(contexts)),
        yaxis: axis("distance of <i>b</i>* from 1", yAxis),
        shapes: [...rates.map((rate) => regime(rate, Math.max(...contexts))), threshold()],
        annotations: [
          note("dashed: the paper’s <i>c</i>", 0, 3.2),
          note("solid: |<i>b</i>* − 1|, every <i>L</i>", 15.5, -12.5),
        ],
      },
    },
    narrowLayout: narrowLayout(520),
    caption: `d = ${dim}. Solid: |b* − 1| of the exact isotropic optimum, from certified enclosures; the lines nearly coincide. Dashed: the radius c of the global-minimiser theorem of Gatmiry et al. (2024), in closed form; rings mark where it falls below 1 (dotted); above 1 it says nothing. Shaded, one step darker per number of loops: the context lengths from which the theorem says something. Every n is an exact integer.`,
    altText: altTextOf(dim, rates),
    numbers: {
      columns: ["Loops", "n", "|b* − 1|, certified", "n |b* − 1|", "c", "c < 1 from n ="],
      rows: rates.flatMap(({ loops, points: all, contextForNonVacuous }) =>
        everyTenDecades(all).map(({ contextLength, distance, bound }) => [
          String(loops),
          integerText(contextLength),
          numberText(distance),
          numberText(distance * Number(contextLength)),
          numberText(bound),
          integerText(contextForNonVacuous),
        ]),
      ),
    },
  };
}

function seriesOf({ loops, points, contextForNonVacuous }: OptimumRate, index: number): Data[] {
  const { colour, symbol } = seriesStyle(index);
  const group = { legendgroup: String(loops) };
  const x = points.map(({ contextLength }) => Number(contextLength));
  return [
    {
      ...group,
      type: "scatter",
      mode: "lines+markers",
      name: `|<i>b</i>* − 1|, <i>L</i> = ${loops}`,
      showlegend: false,
      x,
      y: points.map(({ distance }) => distance),
      line: { color: colour, width: 1.75 },
      // The lines nearly coincide: each shows its markers at places of its own.
      marker: { color: colour, symbol, size: points.map((_, i) => (i % 8 === 2 * index ? 8 : 0)) },
    },
    {
      ...group,
      type: "scatter",
      mode: "lines",
      name: `<i>L</i> = ${loops}`,
      x,
      y: points.map(({ bound }) => bound),
      line: { color: colour, width: 1.75, dash: "dash" },
    },
    {
      ...group,
      type: "scatter",
      mode: "markers",
      showlegend: false,
      hovertemplate: `L = ${loops}: c < 1 from n = ${integerText(contextForNonVacuous)}<extra></extra>`,
      x: [Number(contextForNonVacuous)],
      y: [1],
      marker: { color: colour, symbol: "circle-open", size: 11, line: { width: 2 } },
    },
  ];
}

/** A label that starts at (10^x, 10^y). */
function note(text: string, x: number, y: number): Partial<Annotation> {
  const font = { size: TYPE.note, color: PALETTE.ink.light };
  return { text, showarrow: false, x, xanchor: "left", y, yanchor: "bottom", font };
}

/** Shades the context lengths at which the theorem for these loops is not vacuous. */
function regime({ contextForNonVacuous }: OptimumRate, greatest: number): Partial<Shape> {
  return {
    type: "rect",
    layer: "below",
    xref: "x",
    yref: "y domain" as "paper",
    x0: Number(contextForNonVacuous),
    x1: Math.max(greatest, Number(contextForNonVacuous)),
    y0: 0,
    y1: 1,
    fillcolor: PALETTE.muted.light,
    opacity: 0.08,
    line: { width: 0 },
  };
}

function threshold(): Partial<Shape> {
  return {
    type: "line",
    xref: "paper",
    yref: "y",
    x0: 0,
    x1: 1,
    y0: 1,
    y1: 1,
    line: { color: PALETTE.muted.light, width: 1.25, dash: "dot" },
  };
}

function altTextOf(dim: number, rates: readonly OptimumRate[]): string {
  const first = rates[0]!.points.at(0)!;
  const last = rates[0]!.points.at(-1)!;
  const regimes = rates.map(
    ({ loops, contextForNonVacuous, points }) =>
      `L = ${loops}: |b* − 1| falls to ${numberText(points.at(-1)!.distance, 3)}, c to ${numberText(points.at(-1)!.bound, 3)}, and c < 1 from n = ${integerText(contextForNonVacuous)}`,
  );
  return `Log-log plot for d = ${dim}, n from ${integerText(first.contextLength)} to ${integerText(last.contextLength)}. ${regimes.join("; ")}.`;
}

/** The points at n = 1, 10¹⁰, 10²⁰, … of those present, and the last. */
function everyTenDecades(points: OptimumRate["points"]): OptimumRate["points"] {
  return points.filter(({ contextLength }, i) => {
    const digits = contextLength.toString();
    const isPower = /^10*$/.test(digits);
    return i === points.length - 1 || (isPower && (digits.length - 1) % 10 === 0);
  });
}
