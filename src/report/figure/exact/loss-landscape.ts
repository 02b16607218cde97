import type { Data } from "plotly.js-dist-min";
import { integerText, numberText } from "../../number-text.js";
import { axis, baseLayout, narrowLayout, TYPE } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { PALETTE, SEQUENTIAL_SCALE } from "../palette.js";
import type { RotationLandscape } from "./rotation-landscape.js";

/** The loss over (c, ε) on B = cI + εJ, with the isotropic optimum and the best of the family marked. */
export function lossLandscapeFigure(options: {
  readonly id: string;
  readonly landscape: RotationLandscape;
}): Figure {
  const { id, landscape } = options;
  const { dim, contextLength, loops, stepSizes, antisymmetric, losses, isotropic, best } =
    landscape;
  const excess = losses.map((row) => row.map((loss) => Math.log10(loss / best.loss)));
  // Beyond ten times the optimum the levels would crowd the rim and flatten the middle.
  const highest = Math.min(1, Math.max(...excess.flat()));
  const isLower = best.antisymmetric > 0;
  const gain = 1 - best.loss / isotropic.loss;
  const ticks = [1, 1.1, 1.2, 1.5, 2, 3, 5, 10].filter((ratio) => Math.log10(ratio) <= highest);
  return {
    id,
    title: "Loss landscape of B = cI + εJ",
    specification: {
      data: [
        {
          type: "contour",
          x: [...stepSizes],
          y: [...antisymmetric],
          z: excess,
          zmin: 0,
          zmax: highest,
          colorscale: SEQUENTIAL_SCALE.map(({ position, light }): [number, string] => [
            position,
            light,
          ]),
          contours: { start: 0, end: highest, size: highest / 14 },
          line: { width: 0.6, color: PALETTE.muted.light },
          colorbar: {
            title: { text: "<i>ℓ</i>/<i>ℓ</i><sub>best</sub>", font: { size: TYPE.label } },
            tickvals: ticks.map(Math.log10),
            ticktext: ticks.map((ratio) => numberText(ratio)),
            thickness: 12,
            outlinewidth: 0,
          },
          hovertemplate: "c = %{x:.4f}, ε = %{y:.4f}<extra></extra>",
        },
        marked("<i>b</i>*<i>I</i>, best isotropic", [[isotropic.stepSize, 0]], "square"),
        ...(isLower
          ? [
              marked(
                "best <i>cI</i> + <i>εJ</i>",
                [
                  [best.stepSize, best.antisymmetric],
                  [best.stepSize, -best.antisymmetric],
                ],
                "diamond",
              ),
            ]
          : []),
      ],
      layout: {
        ...baseLayout(460),
        xaxis: axis("<i>c</i>", { showgrid: false }),
        yaxis: axis("<i>ε</i>", { showgrid: false }),
      },
    },
    narrowLayout: narrowLayout(400),
    caption: `d = ${dim}, n = ${integerText(BigInt(contextLength))}, L = ${loops}, prior Ω = Σ⁻¹, no noise; J block-diagonal with [[0, 1], [−1, 0]]. Every loss is exact before rounding; levels are of ℓ over the least found on the family, on a log scale, cut off at ${numberText(10 ** highest, 3)}. Square: the certified isotropic optimum b* = ${numberText(isotropic.stepSize, 6)}, loss ${numberText(isotropic.loss, 8)}. ${isLower ? `Diamonds: the best found, c = ${numberText(best.stepSize, 6)}, ε = ±${numberText(best.antisymmetric, 6)}, loss ${numberText(best.loss, 8)}; that no better one exists is observed, not proved.` : "No better point of the family was found."}`,
    altText: `Contour plot of the loss over c and ε. The isotropic optimum c = ${numberText(isotropic.stepSize)}, ε = 0 has loss ${numberText(isotropic.loss, 6)}; ${isLower ? `the best, at c = ${numberText(best.stepSize)}, ε = ±${numberText(best.antisymmetric)}, has ${numberText(best.loss, 6)}, ${numberText(100 * gain, 3)} % less.` : "nothing better was found."}`,
    numbers: {
      columns: ["Optimum", "c", "ε", "Loss"],
      rows: [
        ["Best isotropic", numberText(isotropic.stepSize, 8), "0", numberText(isotropic.loss, 8)],
        [
          "Best cI + εJ found",
          numberText(best.stepSize, 8),
          isLower ? `±${numberText(best.antisymmetric, 8)}` : "0",
          numberText(best.loss, 8),
        ],
      ],
    },
  };
}

function marked(
  name: string,
  points: readonly (readonly [number, number])[],
  symbol: "square" | "diamond",
): Data {
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: points.map(([c]) => c),
    y: points.map(([, epsilon]) => epsilon),
    marker: {
      color: symbol === "square" ? PALETTE.vermilion.light : PALETTE.blue.light,
      symbol,
      size: 12,
      line: { color: PALETTE.paper.light, width: 1.5 },
    },
  };
}
