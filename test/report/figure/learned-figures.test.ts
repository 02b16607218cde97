import { describe, expect, it } from "vitest";
import { restrictedWeights } from "../../../src/model/weights.js";
import { Matrix } from "../../../src/numeric/matrix.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import { eigenvaluePlaneFigure } from "../../../src/report/figure/learned/eigenvalue-plane.js";
import {
  layerCosines,
  layerSimilarityFigure,
} from "../../../src/report/figure/learned/layer-similarity.js";
import { sampleLoopLosses } from "../../../src/report/figure/learned/loop-losses.js";
import { loopsBeyondTrainingFigure } from "../../../src/report/figure/learned/loops-beyond-training.js";
import { preconditionerPartsFigure } from "../../../src/report/figure/learned/preconditioner-parts.js";
import { flowAlongTraining } from "../../../src/report/figure/learned/training-flow.js";
import { trainingOverlayFigure } from "../../../src/report/figure/learned/training-overlay.js";
import { trainingLossFigure } from "../../../src/report/figure/training-loss.js";
import { testStream } from "../../seed.js";
import { COMPARISON, RUN } from "../report-fixtures.js";
import { rounded } from "./rounded.js";

const learned = new Matrix([
  [0.625, 0.25],
  [-0.125, 0.75],
]);

describe("figures of learned weights", () => {
  it("symmetric and antisymmetric parts", () => {
    const closedForm = Matrix.eye(2).mul(0.75);
    const figure = preconditionerPartsFigure({ id: "parts", learned, closedForm });
    expect(rounded(figure)).toMatchSnapshot();
    const panels = figure.specification.data.map((trace) => (trace as { z: number[][] }).z);
    // Symmetric and antisymmetric parts of the learned matrix add up to it.
    expect(Matrix.add(new Matrix(panels[0]!), new Matrix(panels[3]!))).toEqual(learned);
    expect(new Matrix(panels[4]!).norm()).toBe(0);
  });

  it("eigenvalues", () => {
    const spectra = [
      {
        name: "learned <i>B</i>",
        origin: "by hand",
        eigenvalues: [
          [0.5, 0.25],
          [0.5, -0.25],
        ],
      },
      { name: "closed form", origin: "by hand", eigenvalues: [[0.75, 0]] },
    ] as const;
    expect(rounded(eigenvaluePlaneFigure({ id: "plane", spectra }))).toMatchSnapshot();
  });

  it("loops beyond training", () => {
    const losses = [1, 0.5, 0.25].map((mean) => ({
      ...{ mean, standardError: mean / 64, median: mean / 4 },
      ...{ medianBelow: mean / 5, medianAbove: mean / 3 },
    }));
    const figure = loopsBeyondTrainingFigure({
      ...{ id: "beyond", trainedLoops: 2, prompts: 1000, shift: "a shift" },
      laws: [
        { name: "in distribution", losses },
        { name: "shifted", losses },
      ],
      closedForm: [0.9, 0.4, 0.2],
    });
    expect(rounded(figure)).toMatchSnapshot();
  });

  it("likeness of layers", () => {
    const cosines = layerCosines([learned, Matrix.eye(2), Matrix.zeros(2, 2)]);
    // ⟨B, I⟩ = tr B.
    expect(cosines.get(0, 1)).toBeCloseTo(1.375 / (learned.norm() * Math.SQRT2), 14);
    expect(cosines.get(0, 2)).toBe(0);
    const stacks = [{ name: "stacked", cosines, loss: 0.5, standardError: 0.01 }];
    const figure = layerSimilarityFigure({ id: "layers", stacks, setting: "By hand." });
    expect(rounded(figure)).toMatchSnapshot();
  });

  it("loss of two runs, and of one beside gradient flow", () => {
    const runs = [
      { name: "a", run: RUN },
      { name: "b", run: { ...RUN, losses: "exact" as const } },
    ];
    expect(rounded(trainingOverlayFigure({ id: "overlay", runs }))).toMatchSnapshot();
    const flow = [
      { step: 0, loss: 2 },
      { step: 1.5, loss: 1 },
    ];
    const figure = trainingLossFigure({ id: "loss", run: RUN, comparison: COMPARISON, flow });
    expect(figure.specification.data.map(({ name }) => name)).toContain("gradient flow");
    expect(figure.caption).toContain("Dotted: gradient flow");
  });
});

describe("sampleLoopLosses", () => {
  it("has the exact mean of one step within its errors, and the median within its limits", () => {
    const distribution = promptDistribution({ dim: 2, contextLength: 6 });
    const weights = restrictedWeights(Matrix.eye(2).mul(2 / 3));
    const [after] = sampleLoopLosses(weights, distribution, {
      ...{ loops: 1, prompts: 4000 },
      stream: testStream("loop losses"),
    });
    // d = 2, n = 6, L = 1: ℓ = d(1 − b*) = 2/3 (theory.md, section 3).
    expect(Math.abs(after!.mean - 2 / 3)).toBeLessThan(5 * after!.standardError);
    expect(after!.medianBelow).toBeLessThan(after!.median);
    expect(after!.median).toBeLessThan(after!.medianAbove);
    expect(after!.median).toBeLessThan(after!.mean);
  });
});

describe("flowAlongTraining", () => {
  it("follows dA/dt = −∇ℓ: one loop from 0 decays like e^{−2λt}", async () => {
    const distribution = promptDistribution({ dim: 2, contextLength: 6 });
    const history = Array.from({ length: 10 }, (_, step) => ({
      ...{ step: step + 1, loss: 1, gradientNorm: 1, learningRate: 0.01 },
    }));
    const shape = { family: "restricted", dim: 2, layers: 1, loops: 1 } as const;
    const flow = await flowAlongTraining(
      { shape, distribution, history },
      restrictedWeights(Matrix.zeros(2, 2)),
    );
    expect(flow[0]).toEqual({ step: 0, loss: 2 });
    const end = flow.at(-1)!;
    expect(end.step).toBeCloseTo(10, 9);
    // ℓ = 2(1 − 2b + (3/2)b²) at b(t) = (2/3)(1 − e^{−3t}), t = 0.1: m₂/n² = (n + d + 1)/n = 3/2.
    const b = (2 / 3) * -Math.expm1(-0.3);
    expect(end.loss).toBeCloseTo(2 * (1 - 2 * b + 1.5 * b * b), 8);
  });
});
