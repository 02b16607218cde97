import { integerText, numberText } from "../../number-text.js";
import { axis, baseLayout, narrowLayout } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { logAxis } from "../log-axis.js";
import { PALETTE } from "../palette.js";
import { series } from "../series.js";
import type { FlowTimes } from "./flow-times.js";

/** Time of gradient flow to a loss ξ: exact, for infinite contexts, and both forms of the paper's bound. */
export function flowTimeFigure(options: {
  readonly id: string;
  readonly times: FlowTimes;
}): Figure {
  const { id, times } = options;
  const { dim, contextLength, loops, floor, points } = times;
  const x = points.map(({ targetLoss }) => targetLoss);
  const lines = [
    { name: `exact, <i>n</i> = ${integerText(BigInt(contextLength))}`, key: "exact" },
    { name: "exact, <i>n</i> = ∞", key: "infiniteContext" },
    { name: "bound as reported", key: "reported" },
    { name: "bound as integrated", key: "integrated" },
  ] as const;
  const values = lines.flatMap(({ key }) => points.map((point) => point[key]));
  const xAxis = logAxis([...x, floor]);
  const violation = points.find(({ exact, reported }) => exact > reported);
  return {
    id,
    title: "Time of gradient flow",
    specification: {
      data: lines.map(({ name, key }, i) =>
        series(i, name, { x, y: points.map((point) => point[key]) }),
      ),
      layout: {
        ...baseLayout(460),
        xaxis: axis("target loss <i>ξ</i>", { ...xAxis, range: [xAxis.range[1], xAxis.range[0]] }),
        yaxis: axis("time <i>t</i> until <i>ℓ</i> ≤ <i>ξ</i>", logAxis(values)),
        shapes: [
          {
            type: "line",
            xref: "x",
            yref: "paper",
            x0: floor,
            x1: floor,
            y0: 0,
            y1: 1,
            line: { color: PALETTE.muted.light, width: 1.25, dash: "dot" },
          },
        ],
      },
    },
    narrowLayout: { ...narrowLayout(480), margin: { l: 62, r: 10, t: 12, b: 56 } },
    caption: `d = ${dim}, n = ${integerText(BigInt(contextLength))}, L = ${loops}, Σ = I, from A = 0. Exact for this n: proved enclosures of the flow’s time, to 6 digits; exact for n = ∞: closed form. Bounds: the two forms of Gatmiry et al. (2024), the reported one and the one its gradient dominance integrates to, in closed form. Dotted: the optimum’s exact loss ${numberText(floor, 6)}, which the flow never reaches, so that every bound is exceeded near it. ${violation === undefined ? "At no loss drawn does the exact time exceed the reported bound." : `The exact time exceeds the reported bound first at ξ = ${numberText(violation.targetLoss)}, of those drawn.`}`,
    altText: `Log-log plot of flow time against target loss. At ξ = ${numberText(x[0]!)} the exact time is ${numberText(points[0]!.exact)}, the reported bound ${numberText(points[0]!.reported)}, the integrated one ${numberText(points[0]!.integrated)}; at ξ = ${numberText(x.at(-1)!)} they are ${numberText(points.at(-1)!.exact)}, ${numberText(points.at(-1)!.reported)} and ${numberText(points.at(-1)!.integrated)}.`,
    numbers: {
      columns: ["ξ", "Exact time", "Exact, n = ∞", "Bound, reported", "Bound, integrated"],
      rows: points.map((point) => [
        numberText(point.targetLoss),
        ...lines.map(({ key }) => numberText(point[key], 6)),
      ]),
    },
  };
}
