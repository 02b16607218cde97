import { Rational } from "../../numeric/rational.js";
import { axis, baseLayout, narrowLayout } from "../../report/figure/base-layout.js";
import type { Figure } from "../../report/figure/figure.js";
import { PALETTE, seriesStyle } from "../../report/figure/palette.js";
import { integerText } from "../../report/number-text.js";
import type { ContextCurves } from "../answer/context-curves.js";
import { logTen } from "../answer/exact-number.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { curve } from "./curve.js";
import { HEIGHT } from "./loop-curves-figure.js";
import { exponentAxis, exponentsOf, leftMargin } from "./loss-axis.js";

/** Exact least losses along the context length. */
export function contextCurvesFigure(state: ExplorerState, curves: ContextCurves): Figure {
  const { contextLengths, looped, untied } = curves;
  const x = contextLengths.map((n) => logTen(Rational.of(n)));
  const here = contextLengths.indexOf(state.contextLength);
  const nText = integerText(state.contextLength);
  const all = [...looped.map(({ losses }) => losses), untied];
  const exponents = all.flatMap((losses) => exponentsOf(losses).flatMap((e) => e ?? []));
  const texts = (losses: readonly { text: string }[]) =>
    losses.map(({ text }, i) => `n = ${integerText(contextLengths[i]!)}: ${text}`);
  const lossAxis = exponentAxis(exponents);
  return {
    id: "context",
    title: "Loss against context length",
    specification: {
      data: [
        ...looped.map(({ loops, losses }, i) => {
          // The series of L itself is blue whatever comes before it.
          const { colour } = seriesStyle(loops === state.loops ? 0 : i + 1);
          return curve({
            ...{ name: `<i>L</i> = ${loops}`, x, y: exponentsOf(losses), texts: texts(losses) },
            ...{ colour, markerSize: 0 },
          });
        }),
        curve({
          ...{ name: `${state.loops} untied`, x, y: exponentsOf(untied), texts: texts(untied) },
          ...{ colour: PALETTE.muted.light, dash: "dot", markerSize: 0 },
        }),
        {
          ...curve({
            name: `here, <i>n</i> = ${nText}`,
            x: [x[here]!],
            y: [looped.at(-1)!.losses[here]!.log10],
            texts: texts(looped.at(-1)!.losses).slice(here, here + 1),
            ...{ colour: PALETTE.blue.light, markerSize: 10 },
          }),
          mode: "markers",
          showlegend: false,
        },
      ],
      layout: {
        ...baseLayout(HEIGHT),
        margin: { ...baseLayout(HEIGHT).margin, l: leftMargin(lossAxis) },
        xaxis: axis("context length <i>n</i>", exponentAxis(x)),
        yaxis: axis("least loss", lossAxis),
      },
    },
    narrowLayout: {
      height: HEIGHT,
      margin: { ...narrowLayout(HEIGHT).margin, l: leftMargin(lossAxis) - 8 },
    },
    caption: `Exact least loss of the looped model, A = bΣ⁻¹ with the best b at each n, for several numbers of loops, and of ${state.loops} untied layers. The dot is the present n = ${nText}.`,
    altText: `Log-log plot of the least loss for n from 1 to ${integerText(contextLengths.at(-1)!)}: at n = ${nText}, ${looped.map(({ loops, losses }) => `${losses[here]!.text} for L = ${loops}`).join(", ")}.`,
    numbers: {
      columns: ["n", ...looped.map(({ loops }) => `L = ${loops}`), `${state.loops} untied`],
      rows: contextLengths.map((n, i) => [integerText(n), ...all.map((losses) => losses[i]!.text)]),
    },
  };
}
