import type { Data } from "plotly.js-dist-min";
import { seriesStyle } from "./palette.js";

/** A band around a series, with its meaning told in the caption. */
export interface SeriesErrors {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/**
 * A line with markers in the style of series `index`: colour, marker and dash all differ.
 *
 * @param options.x  numbers, or exact integers where they may exceed every double's precision
 */
export function series(
  index: number,
  name: string,
  options: {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly errors?: SeriesErrors;
    readonly markers?: boolean;
    readonly hover?: string;
  },
): Data {
  const { x, y, errors, markers = true, hover } = options;
  const { colour, symbol, dash } = seriesStyle(index);
  return {
    type: "scatter",
    mode: markers ? "lines+markers" : "lines",
    name,
    x: [...x],
    y: [...y],
    line: { color: colour, width: 2, dash },
    marker: { color: colour, symbol, size: 8 },
    ...(hover !== undefined && { hovertemplate: hover }),
    ...(errors !== undefined && {
      error_y: {
        type: "data",
        symmetric: false,
        array: [...errors.above],
        arrayminus: [...errors.below],
        color: colour,
        thickness: 1.5,
        width: 4,
      },
    }),
  };
}
