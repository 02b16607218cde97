import type { Annotation, Data, Layout } from "plotly.js-dist-min";
import { requireInteger } from "../../../errors.js";
import { Matrix } from "../../../numeric/matrix.js";
import { numberText } from "../../number-text.js";
import { baseLayout, TYPE } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { axisSuffix, matrixAxes, matrixPanel } from "../matrix-panel.js";
import { PALETTE, SEQUENTIAL_SCALE } from "../palette.js";

/** A trained untied model and its layers' likeness. */
export interface TrainedStack {
  /** "from scratch", "stacked", … */
  readonly name: string;
  /** Cosines between layers, layers × layers. */
  readonly cosines: Matrix;
  /** Loss on fresh prompts, sampled, with its standard error. */
  readonly loss: number;
  readonly standardError: number;
}

/** Cosines cos(A_i, A_j) = ⟨A_i, A_j⟩/(‖A_i‖‖A_j‖) between a model's layers; 0 with a zero layer. */
export function layerCosines(layers: readonly Matrix[]): Matrix {
  requireInteger("layerCosines", "layers", layers.length, 1);
  const entries = layers.map((one) =>
    layers.map((other) => {
      const norms = one.norm() * other.norm();
      return norms === 0 ? 0 : Matrix.mul(one, other).sum() / norms;
    }),
  );
  return new Matrix(entries);
}

/** How alike the layers of untied models are, by how they were trained: one heat map each. */
export function layerSimilarityFigure(options: {
  readonly id: string;
  readonly stacks: readonly TrainedStack[];
  readonly setting: string;
}): Figure {
  const { id, stacks, setting } = options;
  const least = Math.min(...stacks.map(({ cosines }) => cosines.min()));
  // The scale ends at 1 and begins at a round number below every entry.
  const zmin = Math.min(0.9, Math.floor(10 * least) / 10);
  const layers = stacks[0]!.cosines.rows;
  const offDiagonal = ({ cosines }: TrainedStack) =>
    layers === 1 ? 1 : (cosines.sum() - cosines.trace()) / (layers * (layers - 1));
  return {
    id,
    title: "Likeness of layers under stacking and regularisation",
    specification: {
      data: stacks.map(({ cosines }, panel) => heatMap(cosines, panel)),
      layout: {
        ...baseLayout(330),
        margin: { l: 40, r: 70, t: 48, b: 46 },
        ...panels(stacks.length, "row"),
        coloraxis: colourAxis(zmin),
        annotations: stacks.flatMap((stack, panel) => panelNotes(stack, panel, zmin)),
      } as Partial<Layout>,
    },
    narrowLayout: {
      height: 300 * stacks.length + 60,
      margin: { l: 40, r: 66, t: 48, b: 46 },
      ...panels(stacks.length, "column"),
    } as Partial<Layout>,
    caption: `${setting} Cosines ⟨A_i, A_j⟩/(‖A_i‖‖A_j‖) between the preconditioners of the layers, of one training run each, seeded; colours from ${numberText(zmin)} to 1, the same in all panels. Losses under the names: sampled on fresh prompts, one standard error.`,
    altText: stacks
      .map(
        (stack) =>
          `${stack.name}: layers ${numberText(offDiagonal(stack), 3)} alike on average, least ${numberText(stack.cosines.min(), 3)}, loss ${numberText(stack.loss)}.`,
      )
      .join(" "),
    numbers: {
      columns: [
        "Training",
        "Mean cosine off the diagonal",
        "Least cosine",
        "Loss",
        "Standard error",
      ],
      rows: stacks.map((stack) => [
        stack.name,
        numberText(offDiagonal(stack), 5),
        numberText(stack.cosines.min(), 5),
        numberText(stack.loss, 5),
        numberText(stack.standardError, 2),
      ]),
    },
  };
}

function heatMap(cosines: Matrix, panel: number): Data {
  return matrixPanel(cosines, panel, {
    coloraxis: "coloraxis",
    hovertemplate: "layers %{y} and %{x}: %{z:.4f}<extra></extra>",
  });
}

function panels(count: number, direction: "row" | "column"): Record<string, unknown> {
  const gap = direction === "row" ? 0.05 : 0.14;
  const size = (1 - gap * (count - 1)) / count;
  return Object.fromEntries(
    Array.from({ length: count }, (_, panel) => {
      const along = [panel * (size + gap), panel * (size + gap) + size] as const;
      const across = [1 - panel * (size + gap) - size, 1 - panel * (size + gap)] as const;
      const [x, y] = direction === "row" ? [along, [0, 1] as const] : [[0, 1] as const, across];
      return matrixAxes(panel, { x, y, dtick: 1, title: "layer", isTopmost: false });
    }).flat(),
  );
}

function colourAxis(zmin: number) {
  return {
    cmin: zmin,
    cmax: 1,
    colorscale: SEQUENTIAL_SCALE.map(({ position, light }): [number, string] => [position, light]),
    colorbar: {
      title: { text: "cos", font: { size: TYPE.label } },
      thickness: 12,
      outlinewidth: 0,
      nticks: 5,
      tickfont: { size: TYPE.note },
    },
  };
}

function panelNotes(
  { name, cosines, loss, standardError }: TrainedStack,
  panel: number,
  zmin: number,
) {
  const domain = { xref: `x${axisSuffix(panel)}`, yref: `y${axisSuffix(panel)}`, showarrow: false };
  const title = {
    ...domain,
    text: `${name}<br>loss ${numberText(loss)} ± ${numberText(standardError, 2)}`,
    xref: `x${axisSuffix(panel)} domain`,
    yref: `y${axisSuffix(panel)} domain`,
    x: 0.5,
    xanchor: "center",
    y: 1,
    yanchor: "bottom",
    yshift: 3,
    font: { size: TYPE.note, color: PALETTE.ink.light },
  };
  const middle = (zmin + 1) / 2;
  const entries = cosines.to2DArray().flatMap((row, i) =>
    row.map((cosine, j) => ({
      ...domain,
      text: cosine.toFixed(2),
      x: j + 1,
      y: i + 1,
      font: {
        size: TYPE.note,
        color: cosine > middle ? PALETTE.paper.light : PALETTE.ink.light,
      },
    })),
  );
  return [title, ...entries] as Partial<Annotation>[];
}
