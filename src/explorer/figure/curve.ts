import type { Data } from "plotly.js-dist-min";

/** A line with markers, in the shared style, with its numbers as words under the pointer. */
export function curve(options: {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  readonly texts: readonly string[];
  readonly colour: string;
  readonly dash?: "solid" | "dash" | "dot" | "dashdot";
  readonly symbol?: "circle" | "square-open" | "diamond" | "triangle-up";
  /** 0 leaves the markers out. */
  readonly markerSize?: number;
}): Data {
  const { name, x, y, texts, colour, dash = "solid", symbol = "circle", markerSize = 7 } = options;
  return {
    type: "scatter",
    mode: markerSize === 0 ? "lines" : "lines+markers",
    name,
    x: [...x],
    y: [...y],
    text: [...texts],
    hovertemplate: `%{text}<extra>${name}</extra>`,
    line: { color: colour, width: 2, dash },
    ...(markerSize > 0 && { marker: { color: colour, symbol, size: markerSize } }),
  };
}
