import { describe, expect, it } from "vitest";
import { Enclosure } from "../../../src/numeric/enclosure.js";
import { Matrix } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { closedFormLosses } from "../../../src/report/closed-form-losses.js";
import type { Figure } from "../../../src/report/figure/figure.js";
import { lossPerLoopFigure } from "../../../src/report/figure/loss-per-loop.js";
import { optimumRateFigure } from "../../../src/report/figure/optimum-rate.js";
import { optimumRates } from "../../../src/report/figure/optimum-rates.js";
import { preconditionerHeatMap } from "../../../src/report/figure/preconditioner-heat-map.js";
import { trainingLossFigure } from "../../../src/report/figure/training-loss.js";
import { trainingFigures } from "../../../src/report/training-figures.js";
import { COMPARISON, COMPARISON_WITHOUT_CLOSED_FORM, RUN } from "../report-fixtures.js";

const learned = new Matrix([
  [0.625, 0.03125],
  [-0.0625, 0.6875],
]);

describe("figure specifications", () => {
  it("training loss against the closed form", () => {
    expect(trainingLossFigure({ id: "loss", run: RUN, comparison: COMPARISON })).toMatchSnapshot();
  });

  it("training loss where no closed form is known", () => {
    const comparison = COMPARISON_WITHOUT_CLOSED_FORM;
    expect(trainingLossFigure({ id: "loss", run: RUN, comparison })).toMatchSnapshot();
  });

  it("learned beside closed-form preconditioner", () => {
    const closedForm = new Matrix([
      [0.75, 0],
      [0, 0.75],
    ]);
    const options = { id: "heat", title: "Learned preconditioner", learned };
    expect(preconditionerHeatMap({ ...options, closedForm })).toMatchSnapshot();
  });

  it("learned preconditioner alone", () => {
    const options = { id: "heat", title: "Learned preconditioner", learned };
    expect(preconditionerHeatMap({ ...options, closedForm: null })).toMatchSnapshot();
  });

  it("loss per loop against GD", () => {
    const figure = lossPerLoopFigure({
      id: "loops",
      initialLoss: 2,
      learned: [1, 0.5, 0.25].map((mean) => ({ mean, standardError: mean / 64, prompts: 4000 })),
      learnedExact: [1.0078125, 0.5078125, 0.2578125],
      closedForm: [0.96875, 0.484375, 0.25],
    });
    expect(figure).toMatchSnapshot();
  });

  it("|b* − 1| and the paper's c", () => {
    const points = [1n, 10n, 10n ** 20n].map((contextLength, i) => ({
      contextLength,
      distance: 2 ** -(8 * i + 1),
      bound: 2 ** (5 - 4 * i),
    }));
    const rates = [
      { loops: 1, contextForNonVacuous: 10n ** 12n, points },
      { loops: 2, contextForNonVacuous: 10n ** 16n, points },
    ];
    expect(optimumRateFigure({ id: "rate", dim: 10, rates })).toMatchSnapshot();
  });
});

describe("trainingLossFigure", () => {
  it("says so where the losses are exact, and draws no batch noise", () => {
    const run = { ...RUN, losses: "exact" } as const;
    const figure = trainingLossFigure({ id: "loss", run, comparison: COMPARISON });
    const names = figure.specification.data.map((trace) => trace.name);
    expect(names).toContain("exact loss");
    expect(names).not.toContain("batch loss");
    expect(figure.caption).toMatch(/^Line: the exact population loss before each step\./);
    expect(figure.altText).toMatch(/^The exact loss starts at/);
    expect(figure.numbers.columns).not.toContain("Running mean");
  });

  it("thins long histories to the extremes and keeps mean and ends", () => {
    const history = Array.from({ length: 50_001 }, (_, step) => ({
      step,
      loss: step === 31_415 ? 1000 : 2 + (step % 2),
      gradientNorm: 1,
      learningRate: 0.1,
    }));
    const figure = trainingLossFigure({
      id: "loss",
      run: { ...RUN, history },
      comparison: COMPARISON,
    });
    const [raw, mean] = series(figure);
    expect(raw!.x.length).toBeLessThanOrEqual(2001);
    expect(Math.max(...raw!.y)).toBe(1000);
    expect(Math.min(...raw!.y)).toBe(2);
    expect(raw!.x.toSorted((a, b) => a - b)).toEqual(raw!.x);
    expect(mean!.x.length).toBeLessThanOrEqual(401);
    expect(mean!.x.at(-1)).toBe(50_000);
    // An odd window over losses 2, 3, 2, …: half a loss over its width away from 2.5.
    expect(mean!.y.at(-1)).toBeCloseTo(2.5, 2);
    expect(figure.caption).toContain("least and greatest");
  });

  it("draws a diverged run and one without a step", () => {
    const diverged = [...RUN.history, { ...RUN.history[0]!, step: 12, loss: Number.NaN }];
    const run = { ...RUN, history: diverged, status: "diverged" } as const;
    const figure = trainingLossFigure({ id: "loss", run, comparison: COMPARISON });
    expect(series(figure)[0]!.y.every(Number.isFinite)).toBe(true);
    expect(figure.caption).toContain("diverged");
    const empty = { ...RUN, history: [] };
    const { altText } = trainingLossFigure({ id: "loss", run: empty, comparison: COMPARISON });
    expect(altText).toContain("No step was recorded.");
  });
});

describe("preconditionerHeatMap", () => {
  it("draws learned and closed form on one scale that is symmetric about 0", () => {
    const { specification } = preconditionerHeatMap({
      id: "heat",
      title: "B",
      learned,
      closedForm: Matrix.eye(2).mul(0.75),
    });
    const { layout, data } = specification;
    expect(data.map((trace) => (trace as { coloraxis: string }).coloraxis)).toEqual([
      "coloraxis",
      "coloraxis",
      "coloraxis2",
    ]);
    // The greatest entries: 0.75 of B*, and 0.625 − 0.75 of the difference.
    expect(layout.coloraxis).toMatchObject({ cmin: -0.75, cmax: 0.75 });
    expect(layout.coloraxis2).toMatchObject({ cmin: -0.125, cmax: 0.125 });
  });

  it("still has a scale where learned and closed form are equal", () => {
    const { specification } = preconditionerHeatMap({
      id: "heat",
      title: "B",
      learned,
      closedForm: learned,
    });
    const { cmin, cmax } = specification.layout.coloraxis2 as { cmin: number; cmax: number };
    expect(cmin).toBeLessThan(cmax);
  });
});

describe("optimumRates", () => {
  it("is (d + 1)/(n + d + 1) for one loop, to n = 10³⁰", () => {
    const [rate] = optimumRates({ dim: 10, loops: [1], decades: 30 });
    expect(rate!.points).toHaveLength(61);
    for (const { contextLength, distance } of rate!.points) {
      // One layer, prior Ω = Σ⁻¹: A* = n/(n + d + 1) Σ⁻¹ (theory.md, section 3).
      const expected = 11 / (Number(contextLength) + 11);
      expect(Math.abs(distance / expected - 1)).toBeLessThan(1e-12);
    }
  });

  it("has c cross 1 where it says", () => {
    for (const { points, contextForNonVacuous } of optimumRates({
      dim: 10,
      loops: [1, 2, 3, 5],
      decades: 30,
    })) {
      for (const { contextLength, bound } of points) {
        expect(bound < 1).toBe(contextLength >= contextForNonVacuous);
      }
    }
  });
});

describe("trainingFigures", () => {
  it("draws one heat map per layer and the exact losses of GD", () => {
    const layers = [COMPARISON.layers[0]!, COMPARISON.layers[0]!];
    const comparison = { ...COMPARISON, layers };
    const figures = trainingFigures({ run: RUN, comparison, idPrefix: "a" });
    expect(figures.map(({ id }) => id)).toEqual([
      "a-loss",
      "a-preconditioner-1",
      "a-preconditioner-2",
      "a-loops",
    ]);
    // d = 2 before the first loop, then d(1 − b*) = 2/3.
    const [closedForm] = series(figures.at(-1)!);
    expect(closedForm!.y[0]).toBe(2);
    expect(closedForm!.y[1]).toBeCloseTo(2 / 3, 15);
  });

  it("has the losses of the table of exact optima after the last loop", () => {
    // d = 10, n = 20, L = 2: b* = 0.628077…, loss 2.10527675 (theory.md, section 3), with enough
    // digits of b* that its error, squared in the loss, does not show.
    const { distribution } = COMPARISON;
    const losses = closedFormLosses({
      ...COMPARISON,
      distribution: { ...distribution, dim: 10, contextLength: 20 },
      loops: 2,
      reference: {
        kind: "isotropic",
        preconditioner: Matrix.eye(10).mul(0.628077),
        stepSize: Enclosure.point(Rational.parse("0.6280770566855638")),
        lossEnclosure: Enclosure.point(Rational.parse("2.10527675")),
        loss: 2.10527675,
      },
    });
    expect(losses).toHaveLength(2);
    expect(losses![1]).toBeCloseTo(2.10527675, 8);
  });
});

function series(figure: Figure): { x: number[]; y: number[] }[] {
  return figure.specification.data as { x: number[]; y: number[] }[];
}
