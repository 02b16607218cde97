import type { Data } from "plotly.js-dist-min";
import { axis, baseLayout, narrowLayout } from "../../report/figure/base-layout.js";
import type { Figure } from "../../report/figure/figure.js";
import { DIVERGING_SCALE, PALETTE } from "../../report/figure/palette.js";
import { numberText, percentText } from "../../report/number-text.js";
import type { Landscape } from "../answer/landscape.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { HEIGHT } from "./loop-curves-figure.js";

/** From this context length on, c − b* and ε are shown in units of 1/√n: doubles of c would merge. */
const SCALED_FROM = 10n ** 8n;

/** Gain, relative to b*I, above which the half of the scale below zero is used at all. */
const LEAST_GAIN = 1e-9;

/** Loss relative to b*I at which the half of the scale above zero ends. */
const CEILING = 50;

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  readonly text: string;
  readonly symbol: "x" | "star";
  readonly size: number;
}

/** The loss over cI + εJ relative to the loss at b*I, with both optima marked. */
export function landscapeFigure(state: ExplorerState, landscape: Landscape): Figure {
  const { centre, offsets, rotations, ratios, optimum } = landscape;
  const isScaled = state.contextLength >= SCALED_FROM;
  const root = isScaled ? Math.sqrt(Number(state.contextLength)) : 1;
  const x = offsets.map((offset) => (isScaled ? offset * root : centre + offset));
  const xOf = (offset: number) => (isScaled ? offset * root : centre + offset);
  // The lower half mirrors the upper: the loss is even in ε.
  const y = [
    ...rotations
      .slice(1)
      .map((value) => -value)
      .reverse(),
    ...rotations,
  ].map((value) => value * root);
  const rows = [...ratios.slice(1).reverse(), ...ratios];
  const gain = Math.max(1 - optimum.ratio, 0);
  const hasGain = gain > LEAST_GAIN;
  const shade = (ratio: number) => shadeOf(ratio, hasGain ? gain : 1);
  const marks: readonly Mark[] = [
    { x: xOf(0), y: 0, name: `<i>b</i>*I`, text: "b*I", symbol: "x", size: 11 },
    ...(hasGain
      ? [1, -1].map((sign) => ({
          ...{
            x: xOf(optimum.offset),
            y: sign * optimum.epsilon * root,
            name: "best <i>c</i>I + <i>ε</i>J",
          },
          ...{
            text: `${sign > 0 ? "+" : "−"}ε: ${percentText(-gain)}`,
            symbol: "star" as const,
            size: 13,
          },
        }))
      : []),
  ];
  const gainText = hasGain
    ? `The best cI + εJ, at ${isScaled ? "c ≈ b*" : `c = ${numberText(optimum.c, 6)}`}, ε = ±${numberText(optimum.epsilon, 6)}, lies ${percentText(gain)} below b*I.`
    : "Nothing in this plane is better than b*I.";
  return {
    id: "landscape",
    title: "Loss over cI + εJ",
    specification: {
      data: [
        {
          type: "contour",
          x,
          y,
          z: rows.map((row) => row.map(shade)),
          text: rows.map((row) => row.map(relativeText)),
          hovertemplate: "%{text}<extra></extra>",
          zmin: -1,
          zmax: 1,
          colorscale: DIVERGING_SCALE.map(({ position, light }) => [position, light]),
          contours: { start: -0.8, end: 1, size: 0.2, coloring: "heatmap" },
          line: { color: PALETTE.muted.light, width: 0.6 },
          colorbar: {
            thickness: 12,
            outlinewidth: 0,
            tickmode: "array",
            ...colourTicks(hasGain ? gain : 0),
          },
        } as unknown as Data,
        ...marks.map(
          ({ x: atX, y: atY, name, text, symbol, size }, i): Data => ({
            ...{ type: "scatter", mode: "markers", name, x: [atX], y: [atY], showlegend: i < 2 },
            ...{ text: [text], hovertemplate: "%{text}<extra></extra>" },
            marker: {
              ...{ color: PALETTE.ink.light, symbol, size },
              line: { color: PALETTE.paper.light, width: 1 },
            },
          }),
        ),
      ],
      layout: {
        ...baseLayout(HEIGHT),
        xaxis: axis(isScaled ? "(<i>c</i> − <i>b</i>*) √<i>n</i>" : "<i>c</i>"),
        yaxis: axis(isScaled ? "<i>ε</i> √<i>n</i>" : "<i>ε</i>"),
      },
    },
    narrowLayout: narrowLayout(HEIGHT),
    caption: `Exact population loss of B = cI + εJ relative to its value at b*I (cross). J turns every pair of coordinates by a right angle${state.dim % 2 === 1 ? "; the last one is left alone" : ""}. ${gainText}`,
    altText: `Contour plot of the loss around b* = ${numberText(centre, 6)}. ${gainText}`,
    numbers: {
      columns: ["Point", "c", "ε", "Loss relative to b*I"],
      rows: [
        ["b*I", numberText(centre, 8), "0", "1"],
        [
          "best cI + εJ",
          numberText(optimum.c, 8),
          numberText(optimum.epsilon, 8),
          numberText(optimum.ratio, 8),
        ],
      ],
    },
  };
}

/**
 * −1 at the best, 0 at the level of b*I, 1 from CEILING times that on: even steps of loss below,
 * above of the root of its logarithm, which tells small rises apart.
 */
function shadeOf(ratio: number, gain: number): number {
  if (ratio < 1) return Math.max(-1, (ratio - 1) / gain);
  return Math.min(1, Math.sqrt(Math.log(ratio) / Math.log(CEILING)));
}

/** Rises, as shares of the loss at b*I, that the colour bar names. */
const NAMED_RISES = [0.1, 1, 9, CEILING - 1] as const;

function colourTicks(gain: number): { tickvals: number[]; ticktext: string[] } {
  const above = NAMED_RISES.map((rise) => ({
    shade: shadeOf(1 + rise, 1),
    text: rise < 1 ? `+${percentText(rise, 2)}` : `× ${numberText(1 + rise, 2)}`,
  }));
  const all = [{ shade: 0, text: "as <i>b</i>*I" }, ...above];
  if (gain > 0) all.unshift({ shade: -1, text: percentText(-gain, 2) });
  return { tickvals: all.map(({ shade }) => shade), ticktext: all.map(({ text }) => text) };
}

function relativeText(ratio: number): string {
  const sign = ratio < 1 ? "" : "+";
  return `${sign}${percentText(ratio - 1, 4)} against b*I`;
}
