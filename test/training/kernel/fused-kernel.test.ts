import { statSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packWeights } from "../../../src/model/model-shape.js";
import type { RestrictedWeights } from "../../../src/model/weights.js";
import { flatten, Matrix, matrixFrom } from "../../../src/numeric/matrix.js";
import type { Stream } from "../../../src/random/stream.js";
import type { KernelProblem } from "../../../src/training/kernel/kernel-problem.js";
import { checkProperty, testStream } from "../../seed.js";
import {
  type Batch,
  drawBlock,
  drawPrompts,
  relativeDistance,
  runConditionalTwin,
  runKernel,
  runTwin,
} from "./run-kernel.js";

const families = ["full", "restricted", "gd++"] as const;

const settings = fc
  .record({
    dim: fc.integer({ min: 1, max: 9 }),
    contextLength: fc.integer({ min: 1, max: 30 }),
    layers: fc.integer({ min: 1, max: 3 }),
    loops: fc.integer({ min: 1, max: 4 }),
    batch: fc.integer({ min: 1, max: 9 }),
    noiseVariance: fc.constantFrom(0, 0.5),
    seed: fc.nat(1e6),
  })
  .chain((setting) =>
    fc.record({
      setting: fc.constant(setting),
      earlier: fc.array(fc.constantFrom(0, 0, 0.3, 2), {
        minLength: setting.loops,
        maxLength: setting.loops,
      }),
      counted: fc.nat(setting.loops - 1),
    }),
  )
  .map(({ setting, earlier, counted }) => ({
    ...setting,
    // Some loop counts, not always the last.
    lossWeights: earlier.map((weight, t) => (t === counted ? 1 : weight)),
  }));

describe.each(families)("%s family", (family) => {
  test("equals the twin to rounding, whatever the shape and the loss weights", () => {
    let compared = 0;
    checkProperty(
      fc.property(settings, (setting) => {
        const { problem, weights, batch } = draw(family, setting);
        const expected = runTwin(weights, batch);
        // A model that explodes leaves float32, or what the twin can follow; of the others none may be far.
        if (!(Math.hypot(...expected.gradient) < 1e6)) return;
        compared++;
        const { losses, gradient } = runKernel(problem, batch);
        // 2⁻⁵³ times the few hundred roundings on the longest path.
        expect(relativeDistance(gradient, expected.gradient)).toBeLessThan(1e-13);
        losses.forEach((loss, t) => {
          expect(Math.abs(loss - expected.losses[t]!)).toBeLessThanOrEqual(
            1e-12 * expected.losses[t]!,
          );
        });
        const single = runKernel({ ...problem, element: "float32" }, batch);
        expect(relativeDistance(single.gradient, gradient)).toBeLessThan(1e-4);
        expect(relativeDistance(single.losses, losses)).toBeLessThan(1e-4);
      }),
      { numRuns: 60 },
    );
    expect(compared).toBeGreaterThan(40);
  });

  test.each([1, 3, 4, 16, 23])(
    "chunks of %i prompts: the same bits in any order",
    (chunkPrompts) => {
      const setting = {
        ...{
          dim: 4,
          contextLength: 9,
          layers: 1,
          loops: 3,
          batch: 23,
          noiseVariance: 0.1,
          seed: 1,
        },
        lossWeights: [0, 0.5, 1],
      };
      const { problem, batch } = draw(family, setting);
      const first = runKernel(problem, batch, { chunkPrompts });
      const chunks = Math.ceil(23 / chunkPrompts);
      const reversed = Array.from({ length: chunks }, (_, i) => chunks - 1 - i);
      expect(new Set(reversed).size).toBe(chunks);
      expect(runKernel(problem, batch, { chunkPrompts, order: reversed })).toEqual(first);
    },
  );
});

describe("conditional estimator", () => {
  test.each(["white", "general"] as const)("%s law: equals the twin to rounding", (kind) => {
    let compared = 0;
    checkProperty(
      fc.property(settings, (setting) => {
        const { problem, weights, batch, stream } = draw("restricted", setting);
        const { dim, noiseVariance } = setting;
        const covarianceOf = (name: string) =>
          kind === "white" ? Matrix.eye(dim) : drawCovariance(dim, stream.split(name));
        const [covariance, taskCovariance] = ["covariance", "task covariance"].map(covarianceOf);
        const law = { covariance: covariance!, taskCovariance: taskCovariance!, noiseVariance };
        const expected = runConditionalTwin(weights as RestrictedWeights, law, batch);
        if (!(Math.hypot(...expected.gradient) < 1e6)) return;
        compared++;
        const conditional = { ...problem, estimator: "conditional" } as const;
        const numbers = [...flatten(law.covariance), ...flatten(law.taskCovariance), noiseVariance];
        const { losses, gradient } = runKernel(conditional, { ...batch, law: numbers });
        expect(relativeDistance(gradient, expected.gradient)).toBeLessThan(1e-12);
        expect(relativeDistance(losses, expected.losses)).toBeLessThan(1e-12);
        const single = runKernel(
          { ...conditional, element: "float32" },
          { ...batch, law: numbers },
        );
        expect(relativeDistance(single.gradient, gradient)).toBeLessThan(1e-3);
        expect(relativeDistance(single.losses, losses)).toBeLessThan(1e-4);
      }),
      { numRuns: 60 },
    );
    expect(compared).toBeGreaterThan(30);
  });
});

test("the module is small enough to ship", () => {
  expect(statSync(new URL(import.meta.resolve("#fused-kernel"))).size).toBeLessThan(60_000);
});

function drawCovariance(dim: number, stream: Stream): Matrix {
  const factor = matrixFrom(dim, dim, stream.normals(dim * dim));
  return factor.mmul(factor.transpose()).div(dim).add(Matrix.eye(dim).mul(0.3));
}

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly layers: number;
  readonly loops: number;
  readonly batch: number;
  readonly noiseVariance: number;
  readonly seed: number;
  readonly lossWeights: readonly number[];
}

function draw(family: KernelProblem["family"], setting: Setting) {
  const { dim, contextLength, layers, loops, noiseVariance, lossWeights, seed } = setting;
  const problem: KernelProblem = {
    ...{ family, dim, layers, loops },
    estimator: "plain",
    element: "float64",
  };
  const stream = testStream(`fused kernel ${family} ${seed}`);
  const weights = drawBlock(problem, stream.split("weights"));
  const law = { dim, contextLength, noiseVariance };
  const batch: Batch = {
    parameters: packWeights(weights),
    lossWeights,
    prompts: drawPrompts(law, setting.batch, stream.split("prompts")),
  };
  return { problem, weights, batch, stream };
}
