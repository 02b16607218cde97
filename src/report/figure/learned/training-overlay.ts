import type { TrainingRun } from "../../../training/training-run.js";
import { numberText } from "../../number-text.js";
import { axis, baseLayout, narrowLayout } from "../base-layout.js";
import type { Figure } from "../figure.js";
import { logAxis } from "../log-axis.js";
import { series } from "../series.js";
import { everyNth, MOST_MEAN_POINTS, runningMeans } from "../training-loss.js";

/** Loss over training of several runs on one pair of axes. */
export function trainingOverlayFigure(options: {
  readonly id: string;
  readonly runs: readonly { readonly name: string; readonly run: TrainingRun }[];
}): Figure {
  const { id, runs } = options;
  const curves = runs.map(({ name, run }) => {
    const history = run.history.filter(({ loss }) => Number.isFinite(loss) && loss > 0);
    const window = run.losses === "exact" ? 1 : 2 * Math.round(history.length / 100) + 1;
    const means = runningMeans(history, window);
    return {
      name,
      window,
      isExact: run.losses === "exact",
      points: everyNth(means, Math.ceil(means.length / MOST_MEAN_POINTS)),
    };
  });
  const losses = curves.flatMap(({ points }) => points.map(({ loss }) => loss));
  return {
    id,
    title: "Loss over training",
    specification: {
      data: curves.map(({ name, points }, i) =>
        series(i, name, {
          x: points.map(({ step }) => step),
          y: points.map(({ loss }) => loss),
          markers: false,
        }),
      ),
      layout: {
        ...baseLayout(400),
        xaxis: axis("training step", { rangemode: "tozero" }),
        yaxis: axis("loss E(<i>ŷ</i> − <i>y</i><sub>q</sub>)²", {
          ...(losses.length === 0 ? {} : logAxis(losses)),
        }),
      },
    },
    narrowLayout: narrowLayout(380),
    caption: `${curves
      .map(({ name, window, isExact }) =>
        isExact
          ? `${name}: the exact population loss before each step`
          : `${name}: sampled, the batch loss averaged over ${window} ${window === 1 ? "step" : "steps"}, centred`,
      )
      .join(". ")}.`,
    altText: curves
      .map(({ name, points }) =>
        points.length === 0
          ? `${name}: no step recorded.`
          : `${name}: from ${numberText(points[0]!.loss)} to ${numberText(points.at(-1)!.loss)} at step ${points.at(-1)!.step}.`,
      )
      .join(" "),
    numbers: {
      columns: ["Run", "First step drawn", "Loss", "Last step", "Loss"],
      rows: curves
        .filter(({ points }) => points.length > 0)
        .map(({ name, points: [first, ...rest] }) => {
          const last = rest.at(-1) ?? first!;
          return [
            name,
            String(first!.step),
            numberText(first!.loss),
            String(last.step),
            numberText(last.loss),
          ];
        }),
    },
  };
}
