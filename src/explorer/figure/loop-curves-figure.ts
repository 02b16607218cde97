import { axis, baseLayout, narrowLayout } from "../../report/figure/base-layout.js";
import type { Figure } from "../../report/figure/figure.js";
import { PALETTE } from "../../report/figure/palette.js";
import type { ExactNumber } from "../answer/exact-number.js";
import type { LoopCurves } from "../answer/loop-curves.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { curve } from "./curve.js";
import { exponentAxis, exponentsOf, leftMargin } from "./loss-axis.js";

/** The height of the explorer's figures, so that neighbours are level. */
export const HEIGHT = 400;

interface Series {
  readonly name: string;
  readonly words: string;
  readonly losses: readonly ExactNumber[];
  readonly colour: string;
  readonly symbol: "circle" | "square-open" | "diamond" | "triangle-up";
  readonly dash: "solid" | "dash" | "dot" | "dashdot";
}

/** Exact losses by the number of loops. */
export function loopCurvesFigure({ loops }: ExplorerState, curves: LoopCurves): Figure {
  const { tuned, retuned, untied, inverse } = curves;
  const series: readonly Series[] = [
    {
      ...{ name: `<i>b</i>* of ${loops} loops`, words: `b* of ${loops}`, losses: tuned },
      ...{ colour: PALETTE.blue.light, symbol: "circle", dash: "solid" },
    },
    {
      ...{ name: "best <i>b</i> of each depth", words: "best b of each depth", losses: retuned },
      ...{ colour: PALETTE.vermilion.light, symbol: "square-open", dash: "dash" },
    },
    {
      ...{ name: "best untied layers", words: "best untied", losses: untied },
      ...{ colour: PALETTE.green.light, symbol: "diamond", dash: "dot" },
    },
    {
      ...{ name: "<i>b</i> = 1", words: "b = 1", losses: inverse },
      ...{ colour: PALETTE.amber.light, symbol: "triangle-up", dash: "dashdot" },
    },
  ];
  const count = tuned.length;
  const x = Array.from({ length: count }, (_, i) => i);
  // A step of 1 may diverge by hundreds of decades: the axis follows the other curves.
  const decisive = series.slice(0, 3).flatMap(({ losses }) => exponentsOf(losses));
  const highest = Math.max(...decisive.map((exponent) => exponent ?? Number.NEGATIVE_INFINITY));
  const start = tuned[0]!.log10!;
  const inverseShown = exponentsOf(inverse).filter((e) => e !== null && e <= start + 2);
  const shown = [...decisive, ...inverseShown].flatMap((e) => (e === null ? [] : [e]));
  const lossAxis = exponentAxis(shown);
  return {
    id: "loops",
    title: "Loss per loop",
    specification: {
      data: series.map(({ name, losses, colour, symbol, dash }) =>
        curve({
          ...{ name, x, y: exponentsOf(losses), colour, symbol, dash },
          texts: losses.map(({ text }, loop) => `loop ${loop}: ${text}`),
        }),
      ),
      layout: {
        ...baseLayout(HEIGHT),
        margin: { ...baseLayout(HEIGHT).margin, l: leftMargin(lossAxis) },
        xaxis: axis("loops", {
          range: [-0.3, count - 0.7],
          tick0: 0,
          dtick: Math.max(1, Math.ceil(count / 12)),
        }),
        yaxis: axis("loss E(<i>ŷ</i> − <i>y</i><sub>q</sub>)²", lossAxis),
        shapes: [
          {
            ...{ type: "line", xref: "x", yref: "paper", x0: loops, x1: loops, y0: 0, y1: 1 },
            line: { color: PALETTE.muted.light, width: 1.25, dash: "dot" },
          },
        ],
      },
    },
    narrowLayout: {
      height: HEIGHT,
      margin: { ...narrowLayout(HEIGHT).margin, l: leftMargin(lossAxis) - 8 },
    },
    caption: `Exact population losses. Blue: the step that is best at L = ${loops} (dotted line), looped more or less often${highest > start ? "; looped too often, its mean loss grows" : ""}. Orange: the best step for each number of loops. Green: as many layers, each with a step of its own. b = 1 is A = Σ⁻¹.`,
    altText: `Line plot of the loss by loops 0 to ${count - 1}: at L = ${loops}, ${tuned[loops]!.text} looped, ${untied[loops]!.text} untied, ${inverse[loops]!.text} for b = 1.`,
    numbers: {
      columns: ["Loops", ...series.map(({ words }) => words)],
      rows: x.map((loop) => [String(loop), ...series.map(({ losses }) => losses[loop]!.text)]),
    },
  };
}
