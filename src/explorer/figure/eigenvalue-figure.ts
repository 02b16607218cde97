import { axis, baseLayout, narrowLayout } from "../../report/figure/base-layout.js";
import type { Figure } from "../../report/figure/figure.js";
import { PALETTE } from "../../report/figure/palette.js";
import { numberText } from "../../report/number-text.js";
import type { BestAnswer } from "../answer/best-answer.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { HEIGHT } from "./loop-curves-figure.js";

/** The eigenvalues of the best preconditioner found, in the complex plane. */
export function eigenvalueFigure({ contextLength }: ExplorerState, best: BestAnswer): Figure {
  const { eigenvalues, stepSize } = best;
  const spread = Math.max(...eigenvalues.map(({ im }) => Math.abs(im)), 1e-3 * stepSize);
  const words = eigenvalues.map(({ re, im }) => complexText(re, im));
  return {
    id: "best",
    title: "Eigenvalues of the best B found",
    specification: {
      data: [
        {
          ...{ type: "scatter", mode: "markers", name: "eigenvalues of <i>B</i>" },
          x: eigenvalues.map(({ re }) => re),
          y: eigenvalues.map(({ im }) => im),
          ...{ text: words, hovertemplate: "%{text}<extra></extra>" },
          marker: {
            color: PALETTE.blue.light,
            size: 11,
            symbol: "circle-open",
            line: { width: 2.5 },
          },
        },
        {
          ...{ type: "scatter", mode: "markers", name: "<i>b</i>*", x: [stepSize], y: [0] },
          hovertemplate: `b* = ${numberText(stepSize, 8)}<extra></extra>`,
          marker: { color: PALETTE.vermilion.light, size: 11, symbol: "x" },
        },
      ],
      layout: {
        ...baseLayout(HEIGHT),
        xaxis: axis("real part", { nticks: 7 }),
        yaxis: axis("imaginary part", { range: [-1.3 * spread, 1.3 * spread], zeroline: true }),
      },
    },
    narrowLayout: narrowLayout(HEIGHT),
    caption: `Eigenvalues of the whitened preconditioner B = Σ^½AΣ^½ of least exact loss that the search found${contextLength > 10n ** 15n ? " (real parts differ from b* by less than doubles show)" : ""}. A symmetric B has them on the real axis.`,
    altText: `Eigenvalues ${words.length > 12 ? `${words.slice(0, 12).join(", ")}, …` : words.join(", ")} beside b* = ${numberText(stepSize, 6)}.`,
    numbers: {
      columns: ["Eigenvalue", "Real part", "Imaginary part"],
      rows: eigenvalues.map(({ re, im }, i) => [
        String(i + 1),
        numberText(re, 8),
        numberText(im, 8),
      ]),
    },
  };
}

function complexText(re: number, im: number): string {
  if (im === 0) return numberText(re, 6);
  return `${numberText(re, 6)} ${im < 0 ? "−" : "+"} ${numberText(Math.abs(im), 6)}i`;
}
