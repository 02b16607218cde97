import type { Data } from "plotly.js-dist-min";
import { numberText } from "../../number-text.js";
import { axis, baseLayout, narrowLayout } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { logAxis } from "../log-axis.js";
import { PALETTE } from "../palette.js";
import { series } from "../series.js";
import type { LoopLoss } from "./loop-losses.js";

/** Losses of one model on prompts of one law. */
export interface LawLosses {
  /** "in distribution", or what was changed. */
  readonly name: string;
  readonly losses: readonly LoopLoss[];
}

/**
 * Loss after every loop, to well beyond those trained: mean and median, in and out of distribution.
 *
 * @param options.closedForm  exact losses in distribution of GD at the closed form, where known
 * @param options.shift       what is changed out of distribution, in words
 */
export function loopsBeyondTrainingFigure(options: {
  readonly id: string;
  readonly trainedLoops: number;
  readonly prompts: number;
  readonly laws: readonly LawLosses[];
  readonly closedForm: readonly number[] | null;
  readonly shift: string;
}): Figure {
  const { id, trainedLoops, prompts, laws, closedForm, shift } = options;
  const loops = laws[0]!.losses.map((_, i) => i + 1);
  const [first] = laws;
  const final = first!.losses.at(-1)!;
  const values = laws.flatMap(({ losses }) => losses.flatMap(({ mean, median }) => [mean, median]));
  return {
    id,
    title: "Loss per loop, beyond the trained loops",
    specification: {
      data: [
        ...laws.flatMap((law, i) => lawTraces(law, i, loops)),
        ...(closedForm === null ? [] : [exactTrace(closedForm)]),
      ],
      layout: {
        ...baseLayout(500),
        margin: { l: 72, r: 20, t: 76, b: 56 },
        xaxis: axis("loops <i>T</i>", {
          dtick: Math.max(1, Math.ceil(loops.length / 12)),
          range: [0.7, loops.length + 0.3],
        }),
        yaxis: axis("squared error", logAxis([...values, ...(closedForm ?? [])])),
        shapes: [
          {
            type: "line",
            xref: "x",
            yref: "paper",
            x0: trainedLoops,
            x1: trainedLoops,
            y0: 0,
            y1: 1,
            line: { color: PALETTE.muted.light, width: 1.25, dash: "dot" },
          },
        ],
      },
    },
    narrowLayout: { ...narrowLayout(560), margin: { l: 62, r: 10, t: 150, b: 48 } },
    caption: `Trained for ${trainedLoops} loops (dotted), run for up to ${loops.length}. Means and medians of the squared error over ${prompts.toLocaleString("en")} fresh prompts, sampled, the same at every loop; bars: 5 standard errors of a mean, and for a median the order statistics five standard deviations of its rank away, which no heavy tail spoils. Out of distribution: ${shift}. ${closedForm === null ? "No closed form is known here." : "GD: the exact mean in distribution of gradient descent at the closed form b*; where it leaves the sampled mean, prompts too rare to be drawn dominate it."}`,
    altText: `Squared error against loops. ${laws
      .map(({ name, losses }) => {
        const trained = losses[trainedLoops - 1]!;
        const end = losses.at(-1)!;
        return `${name}: after ${trainedLoops} loops mean ${numberText(trained.mean)}, median ${numberText(trained.median)}; after ${loops.length} mean ${numberText(end.mean)}, median ${numberText(end.median)}.`;
      })
      .join(
        " ",
      )}${closedForm === null ? "" : ` The exact mean of GD at the closed form after ${loops.length} loops is ${numberText(closedForm.at(-1)!)}, the sampled one ${numberText(final.mean)}.`}`,
    numbers: {
      columns: [
        "Loops",
        ...laws.flatMap(({ name }) => [`Mean, ${name}`, "Standard error", `Median, ${name}`]),
        ...(closedForm === null ? [] : ["GD, exact mean"]),
      ],
      rows: loops.map((loop, i) => [
        String(loop),
        ...laws.flatMap(({ losses }) => {
          const { mean, standardError, median } = losses[i]!;
          return [numberText(mean), numberText(standardError, 2), numberText(median)];
        }),
        ...(closedForm === null ? [] : [numberText(closedForm[i]!, 6)]),
      ]),
    },
  };
}

function lawTraces({ name, losses }: LawLosses, index: number, loops: readonly number[]): Data[] {
  const errors = losses.map(({ standardError }) => 5 * standardError);
  return [
    series(2 * index, `mean, ${name}`, {
      x: loops,
      y: losses.map(({ mean }) => mean),
      // A bar below zero has no place on a log axis.
      errors: {
        above: errors,
        below: errors.map((error, i) => Math.min(error, 0.9 * losses[i]!.mean)),
      },
    }),
    series(2 * index + 1, `median, ${name}`, {
      x: loops,
      y: losses.map(({ median }) => median),
      errors: {
        above: losses.map(({ median, medianAbove }) => medianAbove - median),
        below: losses.map(({ median, medianBelow }) => median - medianBelow),
      },
    }),
  ];
}

function exactTrace(losses: readonly number[]): Data {
  return {
    type: "scatter",
    mode: "lines",
    name: "exact mean of GD at <i>b</i>*",
    x: losses.map((_, i) => i + 1),
    y: [...losses],
    line: { color: PALETTE.ink.light, width: 1.5, dash: "longdashdot" },
  };
}
