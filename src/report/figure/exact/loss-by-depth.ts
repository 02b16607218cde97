import { integerText, numberText } from "../../number-text.js";
import { axis, baseLayout, narrowLayout } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { logAxis } from "../log-axis.js";
import { series } from "../series.js";
import type { DepthLosses } from "./depth-losses.js";

/** Looped against untied against k⊗L, at equal depth. */
export function lossByDepthFigure(options: {
  readonly id: string;
  readonly losses: DepthLosses;
}): Figure {
  const { id, losses } = options;
  const { dim, contextLength, blocks, untied } = losses;
  const lines = [
    ...blocks.map(({ blockLayers, points }) => ({
      name: blockLayers === 1 ? "looped, 1 ⊗ <i>L</i>" : `${blockLayers} ⊗ <i>L</i>`,
      plain: blockLayers === 1 ? "Looped" : `${blockLayers} ⊗ L`,
      points,
    })),
    { name: "untied", plain: "Untied", points: untied },
  ];
  const deepest = untied.at(-1)!;
  const lossAt = (points: DepthLosses["untied"], depth: number) =>
    points.find((point) => point.depth === depth)?.loss;
  const looped = lossAt(lines[0]!.points, deepest.depth)!;
  return {
    id,
    title: "Looped, untied and k ⊗ L at equal depth",
    specification: {
      data: lines.map(({ name, points }, i) =>
        series(i, name, {
          x: points.map(({ depth }) => depth),
          y: points.map(({ loss }) => loss),
        }),
      ),
      layout: {
        ...baseLayout(440),
        xaxis: axis("depth, layers applied", { dtick: Math.ceil(deepest.depth / 12) }),
        yaxis: axis(
          "best loss <i>ℓ</i>",
          logAxis(lines.flatMap(({ points }) => points.map(({ loss }) => loss))),
        ),
      },
    },
    narrowLayout: narrowLayout(420),
    caption: `d = ${dim}, n = ${integerText(BigInt(contextLength))}, prior Ω = Σ⁻¹, no noise. Every point is the exact global optimum over scalar steps A = bΣ⁻¹, from proved enclosures: of one layer applied at every depth (looped), of k layers applied L times (k ⊗ L), of free steps in every layer (untied).`,
    altText: `Best loss against depth. At depth ${deepest.depth} the looped model has ${numberText(looped, 6)}, the untied one ${numberText(deepest.loss, 6)}, a factor of ${numberText(looped / deepest.loss, 3)} less.`,
    numbers: {
      columns: ["Depth", ...lines.map(({ plain }) => plain)],
      rows: untied.map(({ depth }) => [
        String(depth),
        ...lines.map(({ points }) => {
          const loss = lossAt(points, depth);
          return loss === undefined ? "–" : numberText(loss, 8);
        }),
      ]),
    },
  };
}
