import type { Data } from "plotly.js-dist-min";
import type { WeightComparison } from "../../compare/compare-weights.js";
import type { StepRecord, TrainingRun } from "../../training/training-run.js";
import { numberText } from "../number-text.js";
import { axis, baseLayout, narrowLayout } from "./base-layout.js";
import type { Figure } from "./figure.js";
import { logAxis } from "./log-axis.js";
import { PALETTE } from "./palette.js";

/** The flow's loss at the (fractional) step of equal time. */
export interface FlowLoss {
  readonly step: number;
  readonly loss: number;
}

/** Points beyond which the batch loss is thinned to the extremes of equal stretches of steps. */
const MOST_RAW_POINTS = 2000;
export const MOST_MEAN_POINTS = 400;

/**
 * Loss over training against the exact loss of the closed form: every step's batch loss with its
 * running mean, or the exact loss where that was descended, and the trained weights on fresh prompts.
 *
 * @param options.flow  losses of gradient flow from the run's start, at the steps that have had its time
 *                      (plain descent: the sum of learning rates); absent where the optimiser has no such clock
 */
export function trainingLossFigure(options: {
  readonly id: string;
  readonly run: TrainingRun;
  readonly comparison: WeightComparison;
  readonly flow?: readonly FlowLoss[];
}): Figure {
  const { id, run, comparison, flow = [] } = options;
  const history = run.history.filter(({ loss }) => Number.isFinite(loss) && loss > 0);
  const isExact = run.losses === "exact";
  // Odd, so that a mean is centred on its step; exact losses need none.
  const window = isExact ? 1 : 2 * Math.round(history.length / 100) + 1;
  const means = runningMeans(history, window);
  const raw = thinned(history);
  const shownMeans = everyNth(means, Math.ceil(means.length / MOST_MEAN_POINTS));
  const { mean: trained, standardError, prompts } = comparison.sampledLoss.at(-1)!;
  const lastStep = history.at(-1)?.step ?? 0;
  const reference = comparison.reference.kind === "none" ? null : comparison.reference.loss;
  const values = [
    ...raw.map(({ loss }) => loss),
    trained,
    ...(reference === null ? [] : [reference]),
    ...flow.map(({ loss }) => loss),
  ];
  const referenceTrace = reference === null ? [] : [referenceLine(reference, lastStep)];
  return {
    id,
    title: "Loss over training",
    specification: {
      data: [
        ...(isExact ? [] : [batchTrace(raw)]),
        {
          type: "scatter",
          mode: "lines",
          name: isExact ? "exact loss" : `mean of ${window} ${window === 1 ? "step" : "steps"}`,
          x: shownMeans.map(({ step }) => step),
          y: shownMeans.map(({ loss }) => loss),
          line: { color: PALETTE.blue.light, width: 2.25 },
        },
        ...referenceTrace,
        ...(flow.length === 0 ? [] : [flowTrace(flow)]),
        {
          type: "scatter",
          mode: "markers",
          name: "trained, fresh prompts",
          x: [lastStep],
          y: [trained],
          error_y: {
            type: "data",
            array: [5 * standardError],
            color: PALETTE.green.light,
            thickness: 1.5,
            width: 5,
          },
          marker: { color: PALETTE.green.light, symbol: "diamond", size: 9 },
        },
      ],
      layout: {
        ...baseLayout(400),
        xaxis: axis("training step", { rangemode: "tozero" }),
        yaxis: axis("loss E(<i>ŷ</i> − <i>y</i><sub>q</sub>)²", logAxis(values)),
      },
    },
    narrowLayout: narrowLayout(380),
    caption: captionOf(run, comparison, {
      window,
      isThinned: raw.length < history.length,
      hasFlow: flow.length > 0,
      prompts,
    }),
    altText: altTextOf(isExact, means, trained, standardError, reference),
    numbers: {
      columns: [
        "Step",
        ...(isExact ? ["Exact loss"] : ["Batch loss", "Running mean"]),
        "Gradient norm",
        "Learning rate",
      ],
      rows: milestones(history.length).map((index) => {
        const { step, loss, gradientNorm, learningRate } = history[index]!;
        const losses = isExact ? [loss] : [loss, means[index]!.loss];
        const numbers = [...losses, gradientNorm, learningRate];
        return [String(step), ...numbers.map((value) => numberText(value))];
      }),
    },
  };
}

function batchTrace(points: readonly LossPoint[]): Data {
  return {
    type: "scatter",
    mode: "lines",
    name: "batch loss",
    x: points.map(({ step }) => step),
    y: points.map(({ loss }) => loss),
    line: { color: PALETTE.paleBlue.light, width: 1 },
  };
}

function referenceLine(loss: number, lastStep: number): Data {
  return {
    type: "scatter",
    mode: "lines",
    name: `closed form, exact: ${numberText(loss, 6)}`,
    x: [0, lastStep],
    y: [loss, loss],
    line: { color: PALETTE.vermilion.light, width: 2, dash: "dash" },
  };
}

function flowTrace(flow: readonly FlowLoss[]): Data {
  return {
    type: "scatter",
    mode: "lines",
    name: "gradient flow",
    x: flow.map(({ step }) => step),
    y: flow.map(({ loss }) => loss),
    line: { color: PALETTE.purple.light, width: 2.5, dash: "dot" },
  };
}

function captionOf(
  run: TrainingRun,
  comparison: WeightComparison,
  shown: {
    readonly window: number;
    readonly isThinned: boolean;
    readonly hasFlow: boolean;
    readonly prompts: number;
  },
): string {
  const { reference } = comparison;
  const against =
    reference.kind === "none"
      ? `No reference line: ${reference.reason}.`
      : `Dashed: the population loss of the ${reference.kind === "isotropic" ? "best multiple of Σ⁻¹" : "one-layer optimum"}, exact.`;
  const ending = {
    converged: "",
    "max-steps": "",
    diverged: " The run diverged; steps with a loss that is not finite are not drawn.",
    interrupted: " The run was interrupted.",
  }[run.status];
  const course =
    run.losses === "exact"
      ? ["Line: the exact population loss before each step"]
      : [
          "Pale: the loss on each step's batch, sampled",
          shown.isThinned ? " (of each stretch of steps, its least and greatest value)" : "",
          `; line: its mean over ${shown.window} steps, centred`,
        ];
  return [
    ...course,
    `. ${against}`,
    shown.hasFlow
      ? " Dotted: gradient flow on the exact population loss from the run’s starting weights, at time the sum of learning rates, solved to 9 digits."
      : "",
    ` Diamond: the trained weights on ${shown.prompts.toLocaleString("en")} fresh prompts, sampled, with 5 standard errors.`,
    ending,
  ].join("");
}

function altTextOf(
  isExact: boolean,
  means: readonly LossPoint[],
  trained: number,
  standardError: number,
  reference: number | null,
): string {
  const course =
    means.length === 0
      ? "No step was recorded."
      : `The ${isExact ? "exact" : "batch"} loss starts at ${numberText(means[0]!.loss)}; ${isExact ? "it" : "its running mean"} ends at ${numberText(means.at(-1)!.loss)} after ${means.at(-1)!.step} steps.`;
  const exact =
    reference === null
      ? ""
      : ` The exact loss of the closed form, drawn as a level line, is ${numberText(reference, 7)}.`;
  return `${course} On fresh prompts the trained weights have loss ${numberText(trained, 6)} ± ${numberText(standardError, 2)} (one standard error).${exact}`;
}

export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

/** Means over about `window` records around each, over fewer at the ends. */
export function runningMeans(history: readonly StepRecord[], window: number): LossPoint[] {
  const sums = [0];
  for (const { loss } of history) sums.push(sums.at(-1)! + loss);
  const reach = window >> 1;
  return history.map(({ step }, i) => {
    const from = Math.max(0, i - reach);
    const to = Math.min(history.length, i + reach + 1);
    return { step, loss: (sums[to]! - sums[from]!) / (to - from) };
  });
}

/** At most MOST_RAW_POINTS records, the least and the greatest loss of each stretch among them. */
function thinned(history: readonly StepRecord[]): readonly LossPoint[] {
  if (history.length <= MOST_RAW_POINTS) return history;
  const stretch = Math.ceil((2 * history.length) / MOST_RAW_POINTS);
  const kept: LossPoint[] = [];
  for (let start = 0; start < history.length; start += stretch) {
    const part = history.slice(start, start + stretch);
    const least = part.reduce((a, b) => (b.loss < a.loss ? b : a));
    const greatest = part.reduce((a, b) => (b.loss > a.loss ? b : a));
    kept.push(...[...new Set([least, greatest])].sort((a, b) => a.step - b.step));
  }
  return kept;
}

/** Every n-th point, counted from the end so that the last one stays. */
export function everyNth(points: readonly LossPoint[], n: number): LossPoint[] {
  return points.filter((_, i) => (points.length - 1 - i) % n === 0);
}

/** At most nine indices, evenly spread, the first and the last among them. */
function milestones(count: number): number[] {
  const rows = Math.min(count, 9);
  return Array.from({ length: rows }, (_, i) =>
    rows === 1 ? 0 : Math.round((i * (count - 1)) / (rows - 1)),
  );
}
