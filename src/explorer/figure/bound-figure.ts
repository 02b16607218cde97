import type { Figure } from "../../report/figure/figure.js";
import { optimumRateFigure } from "../../report/figure/optimum-rate.js";
import type { OptimumRate } from "../../report/figure/optimum-rates.js";
import { PALETTE } from "../../report/figure/palette.js";
import { integerText, numberText } from "../../report/number-text.js";
import type { BoundAnswer } from "../answer/optimum-answer.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { HEIGHT } from "./loop-curves-figure.js";

/** The report's figure of optimum and bound, with the present n marked. */
export function boundFigure(state: ExplorerState, rate: OptimumRate, bound: BoundAnswer): Figure {
  const { dim, contextLength, loops } = state;
  const figure = optimumRateFigure({ id: "bound", dim, rates: [rate] });
  const { data, layout } = figure.specification;
  const x = Number(contextLength);
  const nText = integerText(contextLength);
  const greatest = rate.points.at(-1)!.contextLength;
  const isShown = contextLength <= greatest;
  return {
    ...figure,
    specification: {
      data: [
        ...data,
        {
          ...{ type: "scatter", mode: "markers", showlegend: false },
          ...{ x: isShown ? [x, x] : [], y: isShown ? [bound.distance.value, bound.c] : [] },
          text: [`|b* − 1| = ${bound.distance.text}`, `c = ${numberText(bound.c, 6)}`],
          hovertemplate: `n = ${nText}: %{text}<extra>here</extra>`,
          marker: { color: PALETTE.vermilion.light, size: 10, symbol: "circle" },
        },
      ],
      layout: {
        ...layout,
        ...{ height: HEIGHT, showlegend: false },
        annotations: (layout.annotations ?? []).map((note) => ({
          ...note,
          text: note.text?.replace("every <i>L</i>", `<i>L</i> = ${loops}`) ?? "",
        })),
      },
    },
    narrowLayout: { ...figure.narrowLayout, height: HEIGHT },
    caption: `Solid: |b* − 1| of the exact optimum, certified. Dashed: the radius c of the global-minimiser theorem of Gatmiry et al. (2024); above 1 (dotted) it says nothing. Shaded: the context lengths from which it says something. Dots: the present n = ${nText}${isShown ? "" : ", beyond the axis"}.`,
    altText: `${figure.altText} At n = ${nText}: |b* − 1| = ${bound.distance.text}, c = ${numberText(bound.c, 6)}.`,
  };
}
