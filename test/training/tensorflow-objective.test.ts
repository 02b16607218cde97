import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type ModelShape, parameterCount } from "../../src/model/model-shape.js";
import { autoregressiveCovariance } from "../../src/prompt/covariance-family.js";
import { parseCovariateLaw } from "../../src/prompt/covariate-law.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { drawTaskPool } from "../../src/prompt/task-pool.js";
import { tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { selectBackend } from "../../src/training/backend.js";
import { vectorNorm } from "../../src/training/clip-gradient.js";
import { float64Objective } from "../../src/training/float64-objective.js";
import { tensorflowObjective } from "../../src/training/tensorflow-objective.js";
import { tokenBatchDrawer } from "../../src/training/token-batch.js";
import { checkProperty, testStream } from "../seed.js";

beforeAll(async () => {
  await selectBackend({ requested: "wasm" });
});

const law = (dim: number, contextLength: number, noiseVariance: number) =>
  promptDistribution({
    ...{ dim, contextLength, noiseVariance },
    covariance: autoregressiveCovariance(dim, 0.5),
  });

describe("tokenBatchDrawer", () => {
  it("draws what the sampler draws, prompt by prompt, token by token", () => {
    const sizes = fc.record({
      dim: fc.integer({ min: 1, max: 5 }),
      contextLength: fc.integer({ min: 1, max: 6 }),
      noise: fc.constantFrom(0, 0.25),
      covariates: fc.constantFrom("gaussian", "uniform", "sphere", "student:9", "mixture:3"),
      pool: fc.constantFrom(undefined, 3),
      batch: fc.integer({ min: 1, max: 4 }),
    });
    checkProperty(
      fc.property(
        sizes,
        fc.nat(),
        ({ dim, contextLength, noise, covariates, pool, batch }, label) => {
          const plain = law(dim, contextLength, noise);
          const tasks = testStream("tasks of a token batch");
          const distribution = promptDistribution({
            ...{ ...plain, covariateLaw: parseCovariateLaw(covariates) },
            ...(pool && { taskPool: drawTaskPool(plain.taskCovariance, pool, tasks) }),
          });
          const stream = testStream("token batch").split(label);
          const { tokens, targets } = tokenBatchDrawer(distribution, batch)(stream);
          const sample = tokenPromptSampler(distribution);
          const size = dim + 1;
          const columns = contextLength + 1;
          for (let b = 0; b < batch; b++) {
            const prompt = sample(stream.split(b));
            expect(targets[b]).toBe(Math.fround(prompt.target));
            for (let column = 0; column < columns; column++) {
              for (let row = 0; row < size; row++) {
                const entry = Math.fround(prompt.tokens[row * columns + column]!);
                expect(tokens[(b * columns + column) * size + row]).toBe(entry);
              }
            }
          }
        },
      ),
    );
  });
});

describe("tensorflowObjective", () => {
  const shapes: [ModelShape, number, number, number[]?][] = [
    [{ family: "restricted", dim: 3, layers: 1, loops: 1 }, 8, 0],
    [{ family: "restricted", dim: 3, layers: 1, loops: 3 }, 2, 0.25],
    [{ family: "full", dim: 2, layers: 1, loops: 2 }, 6, 0.25],
    [{ family: "restricted", dim: 3, layers: 2, loops: 1 }, 5, 0],
    [{ family: "gd++", dim: 2, layers: 2, loops: 2 }, 5, 0.25],
    [{ family: "restricted", dim: 1, layers: 1, loops: 2 }, 1, 0],
    [{ family: "restricted", dim: 3, layers: 1, loops: 3 }, 8, 0, [0.2, 0, 0.7]],
    [{ family: "gd++", dim: 2, layers: 2, loops: 2 }, 5, 0.25, [1, 0]],
  ];

  // Float32 against float64 on the same prompts: 10⁻⁶ of the norm is what is seen; a wrong factor or
  // transpose is off by 10⁻² at least.
  it.each(shapes)("agrees with the Float64 twin: %o, context %d, noise %d", async (...setting) => {
    const [shape, contextLength, noise, lossWeights] = setting;
    const stream = testStream(`twin ${JSON.stringify(setting)}`);
    const options = {
      ...{ shape, distribution: law(shape.dim, contextLength, noise), batch: 16 },
      ...(lossWeights !== undefined && { lossWeights }),
    };
    const parameters = stream.normals(parameterCount(shape)).map((value) => 0.3 * value);
    const prompts = stream.split("prompts");
    const found = await tensorflowObjective(options).evaluate(parameters, prompts);
    const expected = await float64Objective(options).evaluate(parameters, prompts);
    const error = vectorNorm(found.gradient.map((value, i) => value - expected.gradient[i]!));
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(2e-5 * expected.loss);
    expect(error).toBeLessThan(2e-5 * vectorNorm(expected.gradient));
  });

  it("weighs the error after each loop: that of t loops is the loss of a model of t loops", async () => {
    const shape = { family: "restricted", dim: 2, layers: 2, loops: 3 } as const;
    const distribution = law(2, 5, 0.1);
    const parameters = testStream("loss weights").normals(parameterCount(shape));
    const evaluate = (options: object) =>
      tensorflowObjective({ shape, distribution, batch: 8, ...options }).evaluate(
        parameters.map((value) => 0.3 * value),
        testStream("loss weights"),
      );
    const parts = await Promise.all(
      [1, 2, 3].map((loops) => evaluate({ shape: { ...shape, loops } })),
    );
    const lossWeights = [0.5, 2, 1];
    const { loss, gradient } = await evaluate({ lossWeights });
    const sum = (of: (part: (typeof parts)[number]) => number) =>
      parts.reduce((total, part, t) => total + lossWeights[t]! * of(part), 0);
    expect(loss / sum((part) => part.loss)).toBeCloseTo(1, 5);
    gradient.forEach((slope, i) => {
      expect(Math.abs(slope - sum((part) => part.gradient[i]!))).toBeLessThan(
        1e-5 * vectorNorm(gradient),
      );
    });
  });

  it("gives equal bits for equal streams, and leaves the parameters alone", async () => {
    const shape = { family: "restricted", dim: 2, layers: 1, loops: 2 } as const;
    const objective = tensorflowObjective({ shape, distribution: law(2, 4, 0), batch: 8 });
    const parameters = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
    const stream = testStream("equal bits");
    const first = await objective.evaluate(parameters, stream.split(0));
    const other = await objective.evaluate(parameters, stream.split(1));
    expect(await objective.evaluate(parameters, stream.split(0))).toEqual(first);
    expect(other.loss).not.toBe(first.loss);
    expect([...parameters]).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  });

  it("holds no tensor beyond a step", async () => {
    for (const family of ["restricted", "gd++", "full"] as const) {
      const shape = { family, dim: 2, layers: 1, loops: 2 };
      const objective = tensorflowObjective({ shape, distribution: law(2, 4, 0), batch: 4 });
      const parameters = new Float64Array(parameterCount(shape));
      const counts: number[] = [];
      for (let k = 0; k < 5; k++) {
        await objective.evaluate(parameters, testStream("memory").split(k));
        counts.push(tf.memory().numTensors);
      }
      expect(new Set(counts).size).toBe(1);
    }
  });

  it("tells objectives apart that differ in anything", () => {
    const shape = { family: "restricted", dim: 2, layers: 1, loops: 2 } as const;
    const describeOf = (changes: object) =>
      tensorflowObjective({ shape, distribution: law(2, 4, 0), batch: 8, ...changes }).describe();
    const texts = [
      describeOf({}),
      describeOf({ batch: 9 }),
      describeOf({ lossWeights: [1, 1] }),
      describeOf({ lossWeights: [0, 2] }),
      describeOf({ shape: { ...shape, loops: 3 } }),
      describeOf({ shape: { ...shape, layers: 2 } }),
      describeOf({ shape: { ...shape, family: "full" } }),
      describeOf({ distribution: law(2, 5, 0) }),
      describeOf({ distribution: law(2, 4, 0.1) }),
      describeOf({ distribution: promptDistribution({ dim: 2, contextLength: 4 }) }),
      ...["uniform", "student:9", "student:10"].map((covariates) =>
        describeOf({
          distribution: { ...law(2, 4, 0), covariateLaw: parseCovariateLaw(covariates) },
        }),
      ),
      ...[1, 2].map((first) =>
        describeOf({ distribution: { ...law(2, 4, 0), taskPool: [Float64Array.of(first, 0)] } }),
      ),
    ];
    expect(new Set(texts).size).toBe(texts.length);
    expect(describeOf({})).toBe(texts[0]);
    expect(describeOf({ lossWeights: [0, 1] })).toBe(texts[0]);
  });

  it("refuses a batch, a shape or parameters that do not fit", async () => {
    const shape = { family: "restricted", dim: 2, layers: 1, loops: 2 } as const;
    const distribution = law(2, 4, 0);
    const objective = (changes: object) =>
      tensorflowObjective({ shape, distribution, batch: 8, ...changes });
    expect(() => objective({ batch: 0 })).toThrow("batch must be a positive integer, got 0");
    expect(() => objective({ shape: { ...shape, dim: 3 } })).toThrow("prompts' dim 2, got dim 3");
    for (const lossWeights of [[1], [0, 0], [1, -1], [Number.NaN, 1], []]) {
      expect(() => objective({ lossWeights })).toThrow(
        "lossWeights must be one finite weight ≥ 0 for each of 2 loops, not all 0, got [",
      );
    }
    await expect(objective({}).evaluate(new Float64Array(5), testStream("refuse"))).rejects.toThrow(
      "parameters must be a vector of length 6, got length 5",
    );
  });
});
