import type { Annotation, Data, Layout } from "plotly.js-dist-min";
import type { Matrix } from "../../numeric/matrix.js";
import { numberText } from "../number-text.js";
import { baseLayout, TYPE } from "./base-layout.js";
import type { Figure } from "./figure.js";
import { axisSuffix, matrixAxes, matrixPanel } from "./matrix-panel.js";
import { DIVERGING_SCALE, PALETTE } from "./palette.js";

/**
 * The learned whitened preconditioner beside the closed form, on one colour scale, and their
 * difference on its own.
 *
 * @param options.closedForm  B* = Σ^{1/2} A* Σ^{1/2}; null where none is known: one panel only
 * @param options.title       e.g. "Preconditioner of layer 2"
 */
export function preconditionerHeatMap(options: {
  readonly id: string;
  readonly title: string;
  readonly learned: Matrix;
  readonly closedForm: Matrix | null;
  readonly words?: HeatMapWords;
}): Figure {
  const { id, title, learned, closedForm, words = LEARNED_WORDS } = options;
  const shared = scaleLimit(closedForm === null ? [learned] : [learned, closedForm]);
  const panels: Panel[] = [{ name: words.first, matrix: learned, limit: shared }];
  if (closedForm !== null) {
    const difference = learned.clone().sub(closedForm);
    panels.push(
      { name: words.second, matrix: closedForm, limit: shared },
      {
        name: words.difference,
        matrix: difference,
        limit: scaleLimit([difference]),
      },
    );
  }
  return {
    id,
    title,
    specification: {
      data: panels.map(heatMap),
      layout: {
        ...baseLayout(panels.length === 1 ? 460 : 390),
        margin: { l: 28, r: 12, t: 30, b: 70 },
        ...panelAxes(learned.rows, panels.length, "row"),
        ...colourAxes(panels, "row"),
        annotations: panels.map(panelTitle),
      },
    },
    narrowLayout: {
      height: panels.length === 1 ? 400 : 1010,
      margin: { l: 36, r: 64, t: 34, b: 30 },
      ...panelAxes(learned.rows, panels.length, "column"),
      ...colourAxes(panels, "column"),
    },
    caption: words.caption ?? captionOf(closedForm !== null),
    altText: altTextOf(learned, closedForm, words),
    numbers: {
      columns: ["Entries", words.columns[0], ...(closedForm === null ? [] : [words.columns[1]])],
      rows: SUMMARIES.map(([name, summary]) => [
        name,
        ...[learned, ...(closedForm === null ? [] : [closedForm])].map((matrix) =>
          numberText(summary(matrix), 5),
        ),
      ]),
    },
  };
}

/** What the two matrices are called, where they are not a learned one and its closed form. */
export interface HeatMapWords {
  readonly first: string;
  readonly second: string;
  readonly difference: string;
  readonly columns: readonly [string, string];
  readonly alt: readonly [string, string];
  readonly caption?: string;
}

const LEARNED_WORDS: HeatMapWords = {
  first: "learned <i>B</i>",
  second: "closed form <i>B</i>*",
  difference: "difference <i>B</i> − <i>B</i>*",
  columns: ["Learned B", "Closed form B*"],
  alt: ["Learned", "Closed form"],
};

interface Panel {
  readonly name: string;
  readonly matrix: Matrix;
  /** The colour scale runs from −limit to limit. */
  readonly limit: number;
}

/** Half of the space between panels, as a share of the figure. */
const GAP = 0.025;

/** The colour axis of a panel: the difference, third, has one of its own. */
function colourAxisOf(panel: number): "coloraxis" | "coloraxis2" {
  return panel === 2 ? "coloraxis2" : "coloraxis";
}

function heatMap({ matrix }: Panel, panel: number): Data {
  return matrixPanel(matrix, panel, {
    coloraxis: colourAxisOf(panel),
    hovertemplate: "row %{y}, column %{x}: %{z:.5g}<extra></extra>",
  });
}

function panelAxes(dim: number, panels: number, direction: "row" | "column"): Partial<Layout> {
  const size = (1 - GAP * 2 * (panels - 1)) / panels;
  const dtick = Math.max(1, Math.ceil(dim / 10));
  const entries = Array.from({ length: panels }, (_, panel) => {
    const start = panel * (size + 2 * GAP);
    const along = [start, start + size] as const;
    const across = [1 - start - size, 1 - start] as const;
    const [x, y] = direction === "row" ? [along, [0, 1] as const] : [[0, 1] as const, across];
    return matrixAxes(panel, { x, y, dtick, isTopmost: true });
  });
  return Object.fromEntries(entries.flat()) as Partial<Layout>;
}

/** Colour bars below the panels they belong to; to their right where the panels are stacked. */
function colourAxes(panels: readonly Panel[], direction: "row" | "column"): Partial<Layout> {
  const scale = (limit: number, bar: object) => ({
    cmin: -limit,
    cmax: limit,
    colorscale: DIVERGING_SCALE.map(({ position, light }) => [position, light] as [number, string]),
    colorbar: {
      thickness: 10,
      outlinewidth: 0,
      nticks: 5,
      tickfont: { size: TYPE.note },
      ...bar,
    },
  });
  const below = (from: number, to: number) => ({
    orientation: "h",
    lenmode: "fraction",
    len: (to - from) * 0.8,
    x: (from + to) / 2,
    xanchor: "center",
    y: -0.09,
    yanchor: "top",
  });
  const beside = (from: number, to: number) => ({
    orientation: "v",
    lenmode: "fraction",
    len: (to - from) * 0.9,
    x: 1.02,
    xanchor: "left",
    y: (from + to) / 2,
    yanchor: "middle",
  });
  const isSingle = panels.length === 1;
  const [first, second] =
    direction === "row"
      ? [below(0, isSingle ? 1 : 2 / 3 - GAP), below(2 / 3 + GAP, 1)]
      : [beside(isSingle ? 0 : 1 / 3 + GAP, 1), beside(0, 1 / 3 - GAP)];
  return {
    coloraxis: scale(panels[0]!.limit, first),
    ...(isSingle ? {} : { coloraxis2: scale(panels[2]!.limit, second) }),
  } as Partial<Layout>;
}

function panelTitle({ name }: Panel, panel: number): Partial<Annotation> {
  return {
    text: name,
    showarrow: false,
    xref: `x${axisSuffix(panel)} domain`,
    yref: `y${axisSuffix(panel)} domain`,
    x: 0.5,
    xanchor: "center",
    y: 1,
    yanchor: "bottom",
    yshift: 4,
    font: { size: TYPE.label, color: PALETTE.ink.light },
  } as Partial<Annotation>;
}

function captionOf(hasClosedForm: boolean): string {
  const learned =
    "Learned: the whitened preconditioner B = Σ¹ᐟ² A Σ¹ᐟ² of the trained weights, in canonical gauge.";
  if (!hasClosedForm) return `${learned} No closed form is known here.`;
  return `${learned} Closed form: B*, exact, rounded to doubles. The two share one colour scale; the difference has its own, or it would be blank.`;
}

function altTextOf(learned: Matrix, closedForm: Matrix | null, { alt }: HeatMapWords): string {
  const size = `${learned.rows} by ${learned.rows}`;
  const describe = (matrix: Matrix) =>
    `diagonal ${numberText(meanDiagonal(matrix))} on average, off-diagonal entries at most ${numberText(largestOffDiagonal(matrix), 3)} in size`;
  if (closedForm === null) return `Heat map of the learned ${size} matrix: ${describe(learned)}.`;
  const difference = largestEntry(learned.clone().sub(closedForm));
  return `Three ${size} heat maps. ${alt[0]}: ${describe(learned)}. ${alt[1]}: ${describe(closedForm)}. Their difference is at most ${numberText(difference, 3)} in any entry.`;
}

const SUMMARIES: readonly (readonly [string, (matrix: Matrix) => number])[] = [
  ["Mean of the diagonal", meanDiagonal],
  ["Least on the diagonal", (matrix) => Math.min(...matrix.diagonal())],
  ["Greatest on the diagonal", (matrix) => Math.max(...matrix.diagonal())],
  ["Largest size off the diagonal", largestOffDiagonal],
  ["Frobenius norm", (matrix) => matrix.norm()],
];

function meanDiagonal(matrix: Matrix): number {
  return matrix.trace() / matrix.rows;
}

function largestEntry(matrix: Matrix): number {
  return matrix.clone().abs().max();
}

/** The largest entry in size; 1 where all are 0, since a colour scale needs a width. */
function scaleLimit(matrices: readonly Matrix[]): number {
  return Math.max(...matrices.map(largestEntry)) || 1;
}

function largestOffDiagonal(matrix: Matrix): number {
  const rest = matrix.clone();
  for (let i = 0; i < rest.rows; i++) rest.set(i, i, 0);
  return largestEntry(rest);
}
