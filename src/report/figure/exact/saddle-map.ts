import type { Annotation } from "plotly.js-dist-min";
import { saddleOnset } from "../../../theory/population/saddle-onset.js";
import { axis, baseLayout, narrowLayout, TYPE } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { logAxis } from "../log-axis.js";
import { PALETTE, SEQUENTIAL_SCALE } from "../palette.js";

/** n₀(d, L) for each pair: from there on b*I is a saddle. */
export interface SaddleMap {
  readonly dims: readonly number[];
  readonly loops: readonly number[];
  /** One row per number of loops, one column per dim; null where none was found. */
  readonly onsets: readonly (readonly (number | null)[])[];
}

/**
 * n₀ over all pairs.
 *
 * Accuracy.     every sign exact, each n checked to twice n₀
 * Throws.       ArgumentError for a bad size; HypothesisError beyond 7 loops
 */
export function saddleMap(dims: readonly number[], loops: readonly number[]): SaddleMap {
  const onsets = loops.map((depth) => dims.map((dim) => saddleOnset(dim, depth).onset));
  return { dims, loops, onsets };
}

/** The map n₀(d, L): the context length from which an antisymmetric part lowers the loss near b*I. */
export function saddleMapFigure(options: { readonly id: string; readonly map: SaddleMap }): Figure {
  const { id, map } = options;
  const { dims, loops, onsets } = map;
  const found = onsets.flat().filter((onset) => onset !== null);
  const { tickvals, ticktext, range } = logAxis(found, { mostTicks: 6 });
  const middle = (range[0] + range[1]) / 2;
  const labels = onsets.flatMap((row, i) =>
    row.map(
      (onset, j): Partial<Annotation> => ({
        text: onset === null ? "–" : String(onset),
        x: j,
        y: i,
        showarrow: false,
        font: {
          size: TYPE.note,
          color:
            onset !== null && Math.log10(onset) > middle ? PALETTE.paper.light : PALETTE.ink.light,
        },
      }),
    ),
  );
  const ticks = (values: readonly number[]) => ({
    showgrid: false,
    tickmode: "array" as const,
    tickvals: values.map((_, i) => i),
    ticktext: values.map(String),
  });
  return {
    id,
    title: "From which context length b*I is a saddle",
    specification: {
      data: [
        {
          type: "heatmap",
          x: dims.map((_, i) => i),
          y: loops.map((_, i) => i),
          z: onsets.map((row) => row.map((onset) => (onset === null ? null : Math.log10(onset)))),
          zmin: range[0],
          zmax: range[1],
          colorscale: SEQUENTIAL_SCALE.map(({ position, light }): [number, string] => [
            position,
            light,
          ]),
          colorbar: {
            title: { text: "<i>n</i><sub>0</sub>", font: { size: TYPE.label } },
            tickvals: tickvals.map(Math.log10),
            ticktext,
            thickness: 12,
            outlinewidth: 0,
          },
          xgap: 1,
          ygap: 1,
          hoverinfo: "skip",
        },
      ],
      layout: {
        ...baseLayout(340),
        xaxis: axis("dimension <i>d</i>", ticks(dims)),
        yaxis: axis("loops <i>L</i>", ticks(loops)),
        annotations: labels,
      },
    },
    narrowLayout: narrowLayout(320),
    caption:
      "n₀(d, L): the first context length at which the curvature of the loss at b*I in the antisymmetric direction is negative, by exact signs at every n up to 2n₀. From n₀ on b*I is a strict saddle, below it a local minimum. Colour on a log scale. That the sign never changes back beyond 2n₀ is proved for 2 to 4 loops elsewhere (provenSaddleOnset), observed for more.",
    altText: `Heat map of n₀ over dimension and loops. ${loops
      .map((depth, i) => `L = ${depth}: ${onsets[i]!.map((onset) => onset ?? "none").join(", ")}`)
      .join("; ")}, for d = ${dims.join(", ")}.`,
    numbers: {
      columns: ["Loops", ...dims.map((dim) => `d = ${dim}`)],
      rows: loops.map((depth, i) => [
        String(depth),
        ...onsets[i]!.map((onset) => (onset === null ? "–" : String(onset))),
      ]),
    },
  };
}
