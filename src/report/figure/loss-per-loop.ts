import type { Data } from "plotly.js-dist-min";
import type { SampledLoss } from "../../compare/sampled-loss.js";
import { numberText } from "../number-text.js";
import { axis, baseLayout, narrowLayout } from "./base-layout.js";
import type { Figure } from "./figure.js";
import { logAxis } from "./log-axis.js";
import { PALETTE } from "./palette.js";

/**
 * Loss after every loop: the learned model, sampled, against gradient descent at the closed form.
 *
 * @param options.initialLoss  E y_q², the loss before the first loop, of either
 * @param options.learned      after loops 1, 2, …
 * @param options.learnedExact exact losses of the learned model after the same loops, for the table
 *                             of numbers; null where out of reach
 * @param options.closedForm   exact losses of GD after steps 1, 2, …; null where not known
 */
export function lossPerLoopFigure(options: {
  readonly id: string;
  readonly initialLoss: number;
  readonly learned: readonly SampledLoss[];
  readonly learnedExact: readonly number[] | null;
  readonly closedForm: readonly number[] | null;
}): Figure {
  const { id, initialLoss, learned, learnedExact, closedForm } = options;
  const means = [initialLoss, ...learned.map(({ mean }) => mean)];
  const errors = [0, ...learned.map(({ standardError }) => 5 * standardError)];
  const exact = closedForm === null ? [] : [initialLoss, ...closedForm];
  const loops = means.map((_, loop) => loop);
  const ends = means.flatMap((mean, loop) => [mean - errors[loop]!, mean + errors[loop]!]);
  const prompts = learned[0]!.prompts.toLocaleString("en");
  return {
    id,
    title: "Loss per loop",
    specification: {
      data: [
        ...(closedForm === null ? [] : [closedFormTrace(exact)]),
        {
          type: "scatter",
          mode: "lines+markers",
          name: "learned, sampled",
          x: loops,
          y: means,
          error_y: {
            type: "data",
            array: errors,
            color: PALETTE.blue.light,
            thickness: 1.5,
            width: 5,
          },
          line: { color: PALETTE.blue.light, width: 2 },
          marker: { color: PALETTE.blue.light, symbol: "circle", size: 8 },
        },
      ],
      layout: {
        ...baseLayout(380),
        xaxis: axis("loops", {
          tick0: 0,
          dtick: Math.max(1, Math.ceil(learned.length / 12)),
          range: [-0.2, learned.length + 0.2],
        }),
        yaxis: axis("loss E(<i>ŷ</i> − <i>y</i><sub>q</sub>)²", logAxis([...ends, ...exact])),
      },
    },
    narrowLayout: narrowLayout(340),
    caption: `Learned: sample means over ${prompts} fresh prompts, the same at every loop, with 5 standard errors${closedForm === null ? "; no closed form is known here" : ". GD: preconditioned gradient descent at the closed form, exact population loss after each step"}. Loop 0 is the prediction 0, exact.`,
    altText: altTextOf(initialLoss, learned, closedForm),
    numbers: {
      columns: [
        "Loops",
        "Learned, sampled",
        "Standard error",
        ...(learnedExact === null ? [] : ["Learned, exact"]),
        ...(closedForm === null ? [] : ["GD, exact"]),
      ],
      rows: means.map((mean, loop) => [
        String(loop),
        numberText(mean, 6),
        loop === 0 ? "exact" : numberText(learned[loop - 1]!.standardError, 2),
        ...(learnedExact === null ? [] : [numberText([initialLoss, ...learnedExact][loop]!, 8)]),
        ...(closedForm === null ? [] : [numberText(exact[loop]!, 8)]),
      ]),
    },
  };
}

function closedFormTrace(losses: readonly number[]): Data {
  return {
    type: "scatter",
    mode: "lines+markers",
    name: "GD at the closed form, exact",
    x: losses.map((_, loop) => loop),
    y: [...losses],
    line: { color: PALETTE.vermilion.light, width: 2, dash: "dash" },
    marker: { color: PALETTE.vermilion.light, symbol: "square-open", size: 12 },
  };
}

function altTextOf(
  initialLoss: number,
  learned: readonly SampledLoss[],
  closedForm: readonly number[] | null,
): string {
  const values = learned.map(
    ({ mean }, i) =>
      `after loop ${i + 1} ${numberText(mean)}${closedForm === null ? "" : ` (GD ${numberText(closedForm[i]!)})`}`,
  );
  const shown = values.length <= 6 ? values : [...values.slice(0, 3), "…", ...values.slice(-2)];
  return `Loss of the learned model, from ${numberText(initialLoss)} before the first loop: ${shown.join(", ")}.`;
}
