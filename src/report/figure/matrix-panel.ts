import type { Data, LayoutAxis } from "plotly.js-dist-min";
import type { Matrix } from "../../numeric/matrix.js";
import { axis } from "./base-layout.js";

type Interval = readonly [number, number];

/** What Plotly appends to the name of an axis of a panel, counted from 0. */
export function axisSuffix(panel: number): string {
  return panel === 0 ? "" : String(panel + 1);
}

/** A matrix as a heat map in a panel: rows downwards, both counted from 1. */
export function matrixPanel(
  matrix: Matrix,
  panel: number,
  look: { readonly coloraxis: string; readonly hovertemplate: string },
): Data {
  const indices = Array.from({ length: matrix.rows }, (_, i) => i + 1);
  return {
    type: "heatmap",
    x: indices,
    y: indices,
    z: matrix.to2DArray(),
    xaxis: `x${axisSuffix(panel)}`,
    yaxis: `y${axisSuffix(panel)}`,
    coloraxis: look.coloraxis,
    xgap: 1,
    ygap: 1,
    hovertemplate: look.hovertemplate,
  } as Data;
}

/**
 * The two axes of a matrix panel, square cells, by their names in a layout.
 *
 * @param place.isTopmost  whether the panel keeps to the top of its share of the height
 */
export function matrixAxes(
  panel: number,
  place: {
    readonly x: Interval;
    readonly y: Interval;
    readonly dtick: number;
    readonly title?: string;
    readonly isTopmost: boolean;
  },
): [string, Partial<LayoutAxis>][] {
  const name = axisSuffix(panel);
  const { x, y, dtick, title = "", isTopmost } = place;
  const ticks = { showgrid: false, showline: false, ticks: "", tick0: 1, dtick } as const;
  return [
    [
      `xaxis${name}`,
      axis(title, { ...ticks, domain: x, anchor: `y${name}`, constrain: "domain" } as object),
    ],
    [
      `yaxis${name}`,
      axis("", {
        ...ticks,
        domain: y,
        anchor: `x${name}`,
        autorange: "reversed",
        scaleanchor: `x${name}`,
        constrain: "domain",
        ...(isTopmost && { constraintoward: "top" }),
      } as object),
    ],
  ];
}
