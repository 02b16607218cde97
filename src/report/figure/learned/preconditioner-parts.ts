import type { Annotation, Data, Layout } from "plotly.js-dist-min";
import { antisymmetricPart, type Matrix, symmetricPart } from "../../../numeric/matrix.js";
import { numberText } from "../../number-text.js";
import { baseLayout, TYPE } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { axisSuffix, matrixAxes, matrixPanel } from "../matrix-panel.js";
import { DIVERGING_SCALE, PALETTE } from "../palette.js";

/** Whitespace between panels, and what the colour bar of a row takes, as shares of the figure. */
const GAP = 0.035;

/**
 * Learned, closed-form and difference heat maps, the symmetric part above the antisymmetric one.
 *
 * Two colour scales, one a row: an antisymmetric part is often a tenth of the symmetric one.
 *
 * @param options.closedForm  B* = Σ^{1/2} A* Σ^{1/2}, symmetric
 */
export function preconditionerPartsFigure(options: {
  readonly id: string;
  readonly learned: Matrix;
  readonly closedForm: Matrix;
}): Figure {
  const { id, learned, closedForm } = options;
  const difference = learned.clone().sub(closedForm);
  const columns = [
    { name: "learned <i>B</i>", matrix: learned },
    { name: "closed form <i>B</i>*", matrix: closedForm },
    { name: "<i>B</i> − <i>B</i>*", matrix: difference },
  ];
  const rows = [
    { name: "symmetric part", part: symmetricPart },
    { name: "antisymmetric part", part: antisymmetricPart },
  ];
  const limits = rows.map(
    ({ part }) => Math.max(...columns.map(({ matrix }) => part(matrix).abs().max())) || 1,
  );
  const norms = rows.map(({ part }) => columns.map(({ matrix }) => part(matrix).norm()));
  return {
    id,
    title: "Learned preconditioner, symmetric and antisymmetric parts apart",
    specification: {
      data: rows.flatMap(({ part }, row) =>
        columns.map(({ matrix }, column) => heatMap(part(matrix), row, column)),
      ),
      layout: {
        ...baseLayout(640),
        margin: { l: 34, r: 70, t: 30, b: 26 },
        ...panels(learned.rows, "wide"),
        coloraxis: colourScale(limits[0]!, "wide", 0),
        coloraxis2: colourScale(limits[1]!, "wide", 1),
        annotations: rows.flatMap(({ name: part }, row) =>
          columns.map(({ name }, column) =>
            panelTitle(`${name}, ${part.split(" ")[0]}`, row, column),
          ),
        ),
      } as Partial<Layout>,
    },
    narrowLayout: {
      height: 1500,
      margin: { l: 30, r: 62, t: 30, b: 26 },
      ...panels(learned.rows, "narrow"),
      coloraxis: colourScale(limits[0]!, "narrow", 0),
      coloraxis2: colourScale(limits[1]!, "narrow", 1),
    } as Partial<Layout>,
    caption:
      "Learned: the whitened preconditioner B = Σ¹ᐟ² A Σ¹ᐟ² of the trained weights, in canonical gauge. Closed form: B*, exact, rounded to doubles; it is symmetric. Difference: B − B*. Each of the two parts has one colour scale, symmetric about 0, for its three panels. The parts stand apart because an antisymmetric part can lower the exact loss: its size is no error by itself.",
    altText: `Six heat maps of ${learned.rows} by ${learned.rows} matrices. Frobenius norms, symmetric: learned ${numberText(norms[0]![0]!)}, closed form ${numberText(norms[0]![1]!)}, difference ${numberText(norms[0]![2]!)}; antisymmetric: learned ${numberText(norms[1]![0]!)}, difference ${numberText(norms[1]![2]!)}.`,
    numbers: {
      columns: ["Part", "‖B‖ learned", "‖B*‖ closed form", "‖B − B*‖", "Largest |entry| of B − B*"],
      rows: rows.map(({ name, part }, row) => [
        name,
        ...norms[row]!.map((norm) => numberText(norm, 5)),
        numberText(part(difference).abs().max(), 4),
      ]),
    },
  };
}

/** Panels are counted along the rows. */
const panelOf = (row: number, column: number): number => 3 * row + column;

function heatMap(matrix: Matrix, row: number, column: number): Data {
  return matrixPanel(matrix, panelOf(row, column), {
    coloraxis: row === 0 ? "coloraxis" : "coloraxis2",
    hovertemplate: "row %{y}, column %{x}: %{z:.5g}<extra></extra>",
  });
}

/** Two rows of three where wide, six below each other where narrow. */
function panels(dim: number, width: "wide" | "narrow"): Record<string, unknown> {
  const dtick = Math.max(1, Math.ceil(dim / 8));
  const share = (index: number, count: number, gap: number): [number, number] => {
    const size = (1 - gap * (count - 1)) / count;
    return [index * (size + gap), index * (size + gap) + size];
  };
  return Object.fromEntries(
    [0, 1].flatMap((row) =>
      [0, 1, 2].flatMap((column) => {
        const panel = panelOf(row, column);
        const x = width === "wide" ? share(column, 3, GAP) : ([0, 1] as const);
        const y = width === "wide" ? share(1 - row, 2, 0.11) : share(5 - panel, 6, 0.028);
        return matrixAxes(panel, { x, y, dtick, isTopmost: true });
      }),
    ),
  );
}

function colourScale(limit: number, width: "wide" | "narrow", row: number) {
  return {
    cmin: -limit,
    cmax: limit,
    colorscale: DIVERGING_SCALE.map(({ position, light }): [number, string] => [position, light]),
    colorbar: {
      thickness: 10,
      outlinewidth: 0,
      nticks: 5,
      tickfont: { size: TYPE.note },
      x: 1.01,
      xanchor: "left",
      lenmode: "fraction",
      len: width === "wide" ? 0.42 : 0.46,
      y: row === 0 ? 0.99 : 0.44,
      yanchor: "top",
    },
  };
}

function panelTitle(text: string, row: number, column: number): Partial<Annotation> {
  const name = axisSuffix(panelOf(row, column));
  return {
    text,
    showarrow: false,
    xref: `x${name} domain`,
    yref: `y${name} domain`,
    x: 0.5,
    xanchor: "center",
    y: 1,
    yanchor: "bottom",
    yshift: 3,
    font: { size: TYPE.note, color: PALETTE.ink.light },
  } as Partial<Annotation>;
}
