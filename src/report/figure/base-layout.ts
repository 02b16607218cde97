import type { Layout, LayoutAxis } from "plotly.js-dist-min";
import { PALETTE } from "./palette.js";

/** The one type scale of all figures, in pixels. */
export const TYPE = { label: 14, tick: 12.5, note: 12 } as const;

const FAMILY = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif';

/** Paper, type and margins that every figure shares. */
export function baseLayout(height: number): Partial<Layout> {
  return {
    autosize: true,
    height,
    paper_bgcolor: PALETTE.paper.light,
    plot_bgcolor: PALETTE.paper.light,
    font: { family: FAMILY, size: TYPE.tick, color: PALETTE.ink.light },
    margin: { l: 72, r: 20, t: 16, b: 56 },
    hoverlabel: { font: { family: FAMILY, size: TYPE.note } },
    legend: {
      orientation: "h",
      x: 0,
      xanchor: "left",
      y: 1.02,
      yanchor: "bottom",
      font: { size: TYPE.tick },
    },
  };
}

/** Margins and height for a page of telephone width. */
export function narrowLayout(height: number): Partial<Layout> {
  return { height, margin: { l: 62, r: 10, t: 12, b: 48 } };
}

/** An axis with its title, in the shared style. */
export function axis(title: string, options: Partial<LayoutAxis> = {}): Partial<LayoutAxis> {
  return {
    title: { text: title, font: { size: TYPE.label }, standoff: 10 },
    gridcolor: PALETTE.grid.light,
    linecolor: PALETTE.axis.light,
    tickcolor: PALETTE.axis.light,
    showline: true,
    ticks: "outside",
    ticklen: 4,
    zeroline: false,
    ...options,
  };
}
