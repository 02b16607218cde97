import { describe, expect, test } from "vitest";
import { ArgumentError, HypothesisError } from "../../src/errors.js";
import { gramGradient } from "../../src/model/gram-backward.js";
import { type ModelShape, packWeights } from "../../src/model/model-shape.js";
import type { Weights } from "../../src/model/weights.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { type GramPrompt, gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import {
  type KernelObjectiveOptions,
  kernelObjective,
} from "../../src/training/kernel-objective.js";
import type { LossAndGradient } from "../../src/training/objective.js";
import { type DrawnPrompt, drawPrompts, drawSequences } from "../kernel/drawn-prompts.js";
import { testStream } from "../seed.js";
import { drawBlock, relativeDistance } from "./kernel/run-kernel.js";

const stream = testStream("kernel objective");
const ESTIMATORS = ["plain", "conditional"] as const;

function law(dim: number, contextLength: number, noiseVariance = 0): PromptDistribution {
  const covariance = conditionedCovariance(dim, dim === 1 ? 1 : 3, stream.split("Σ"));
  const taskCovariance = conditionedCovariance(dim, dim === 1 ? 1 : 2, stream.split("Ω"));
  return promptDistribution({ dim, contextLength, covariance, taskCovariance, noiseVariance });
}

/** One evaluation of an objective that is then disposed of. */
async function evaluateOnce(
  options: KernelObjectiveOptions,
  parameters: Float64Array,
  own = stream.split("prompts"),
): Promise<LossAndGradient> {
  const objective = kernelObjective(options);
  try {
    return await objective.evaluate(parameters, own);
  } finally {
    objective.dispose?.();
  }
}

/** Mean loss and gradient by the twin. */
function twinMean(
  weights: Weights,
  lossWeights: readonly number[],
  prompts: readonly GramPrompt[],
): LossAndGradient {
  const evaluate = gramGradient(weights, lossWeights);
  const gradient = new Float64Array(packWeights(weights).length);
  let loss = 0;
  for (const prompt of prompts) {
    const own = evaluate(prompt);
    own.errors.forEach((error, t) => {
      loss += (lossWeights[t]! * error * error) / prompts.length;
    });
    own.gradient.forEach((slope, i) => {
      gradient[i]! += slope / prompts.length;
    });
  }
  return { loss, gradient };
}

describe("kernelObjective is the mean over its prompts that the twin computes", () => {
  const shapes: [ModelShape, number[]?][] = [
    [{ family: "full", dim: 3, layers: 1, loops: 2 }],
    [{ family: "full", dim: 2, layers: 2, loops: 2 }, [0.5, 1]],
    [{ family: "restricted", dim: 3, layers: 1, loops: 3 }, [0, 0.2, 1]],
    [{ family: "gd++", dim: 2, layers: 2, loops: 1 }],
  ];

  test.each(shapes)("of given prompts, %o, loss weights %o", async (shape, lossWeights) => {
    const distribution = law(shape.dim, 6, 0.2);
    const weights = drawBlock(shape, stream.split("block"));
    const sample = gramPromptSampler(distribution);
    const own = stream.split("given");
    for (const batch of [1, 3, 33, 100]) {
      const found = await evaluateOnce(
        {
          ...{ shape, distribution, batch, workers: 2 },
          prompts: { draw: sample, describe: () => "the sampler's" },
          ...(lossWeights !== undefined && { lossWeights }),
        },
        packWeights(weights),
        own,
      );
      const prompts = Array.from({ length: batch }, (_, i) => sample(own.split(i)));
      const expected = twinMean(weights, lossWeights ?? lastLoop(shape), prompts);
      expect(found.loss / expected.loss).toBeCloseTo(1, 12);
      expect(relativeDistance(found.gradient, expected.gradient)).toBeLessThan(1e-12);
    }
  });

  test("of prompts each thread samples, with the same bits whatever their number", async () => {
    const shape = { family: "full", dim: 2, layers: 1, loops: 2 } as const;
    const gaussian = law(2, 6, 0.2);
    const taskPool = [Float64Array.of(1, 2), Float64Array.of(-1, 0.5)];
    const parameters = packWeights(drawBlock(shape, stream.split("block")));
    for (const distribution of [
      promptDistribution({ ...gaussian, covariateLaw: { kind: "uniform" } }),
      promptDistribution({ ...gaussian, taskPool }),
    ]) {
      const draw = gramPromptSampler(distribution);
      const base = { shape, distribution, batch: 150 };
      const prompts = { draw, describe: () => "drawn by gramPromptSampler" };
      const given = kernelObjective({ ...base, prompts });
      for (const workers of [1, 3]) {
        const sampled = kernelObjective({ ...base, prompts: "sampled", workers });
        expect(sampled.describe()).toBe(given.describe());
        // The second time, workers have had the time to start.
        for (const step of [0, 1]) {
          const own = stream.split("sampled").split(step);
          expect(await sampled.evaluate(parameters, own)).toEqual(
            await given.evaluate(parameters, own),
          );
          if (step === 0 && workers > 1) await new Promise((resolve) => setTimeout(resolve, 300));
        }
        sampled.dispose?.();
      }
      given.dispose?.();
    }
  });

  test.each(["float64", "float32"] as const)("of prompts it draws, in %s", async (precision) => {
    const shape = { family: "full", dim: 3, layers: 1, loops: 2 } as const;
    const distribution = law(3, 5, 0.3);
    const weights = drawBlock(shape, stream.split("block"));
    const own = stream.split("drawn");
    for (const batch of [1, 7, 75]) {
      const found = await evaluateOnce(
        { shape, distribution, batch, precision },
        packWeights(weights),
        own,
      );
      const prompts = drawPrompts(distribution, own, batch, { precision }).map(gramPrompt);
      const expected = twinMean(weights, lastLoop(shape), prompts);
      const tolerance = precision === "float64" ? 1e-12 : 1e-4;
      expect(Math.abs(found.loss / expected.loss - 1)).toBeLessThan(tolerance);
      expect(relativeDistance(found.gradient, expected.gradient)).toBeLessThan(tolerance);
    }
  });

  // Sequences shorter and longer than a chunk's records, and lanes left over in the last group.
  test.each([
    ["float64", 4, 7],
    ["float64", 75, 3],
    ["float32", 70, 6],
  ] as const)("of every position, in %s, n=%i, %i sequences", async (precision, n, batch) => {
    const shape = { family: "full", dim: 2, layers: 1, loops: 2 } as const;
    const distribution = law(2, n, 0.3);
    const weights = drawBlock(shape, stream.split("block"));
    const own = stream.split("positions");
    const found = await evaluateOnce(
      { shape, distribution, batch, precision, positions: "all" },
      packWeights(weights),
      own,
    );
    const lanes = precision === "float64" ? 2 : 4;
    const sequences = Array.from({ length: Math.ceil(batch / lanes) }, (_, group) =>
      drawSequences(distribution, own, [n], { precision, firstPrompt: group * lanes }),
    );
    const prompts = sequences.flat().slice(0, batch).flat().map(gramPrompt);
    expect(prompts).toHaveLength(batch * n);
    const expected = twinMean(weights, lastLoop(shape), prompts);
    const tolerance = precision === "float64" ? 1e-12 : 1e-4;
    expect(Math.abs(found.loss / expected.loss - 1)).toBeLessThan(tolerance);
    expect(relativeDistance(found.gradient, expected.gradient)).toBeLessThan(tolerance);
  });
});

test("results are those of one worker, bit for bit", async () => {
  const shape = { family: "full", dim: 3, layers: 1, loops: 2 } as const;
  const parameters = packWeights(drawBlock(shape, stream.split("block")));
  for (const options of [
    { batch: 5 },
    { batch: 203 },
    { batch: 203, precision: "float32" },
    { batch: 37, positions: "all" },
  ] as const) {
    const whole = { shape, distribution: law(3, 9, 0.2), ...options };
    const alone = await evaluateOnce({ ...whole, workers: 1 }, parameters);
    for (const workers of [2, 3, 8]) {
      const objective = kernelObjective({ ...whole, workers });
      // Whether workers are up yet is left to chance: kernel-threads.test.ts makes them share.
      for (let step = 0; step < 4; step++) {
        expect(await objective.evaluate(parameters, stream.split("prompts"))).toEqual(alone);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      objective.dispose?.();
    }
  }
});

test("describe tells apart whatever changes the path of a run, and not the workers", () => {
  const base = {
    shape: { family: "restricted", dim: 2, layers: 1, loops: 2 },
    ...{ distribution: law(2, 5), batch: 8 },
  } as const;
  const describeOf = (changes: Partial<KernelObjectiveOptions>) => {
    const objective = kernelObjective({ ...base, ...changes });
    objective.dispose?.();
    return objective.describe();
  };
  const sample = gramPromptSampler(base.distribution);
  const texts = [
    ...[{}, { batch: 9 }, { precision: "float32" as const }, { positions: "all" as const }],
    ...[{ lossWeights: [1, 1] }, { distribution: law(2, 6) }, { distribution: law(2, 5, 0.1) }],
    { shape: { ...base.shape, loops: 3 } },
    { shape: { ...base.shape, layers: 2 } },
    { shape: { ...base.shape, family: "gd++" as const } },
    ...ESTIMATORS.slice(1).map((estimator) => ({ estimator })),
    { prompts: { draw: sample, describe: () => "one" } },
    { prompts: { draw: sample, describe: () => "other" } },
  ].map(describeOf);
  expect(new Set(texts).size).toBe(texts.length);
  expect(describeOf({ workers: 3, lossWeights: [0, 1] })).toBe(texts[0]);
});

describe("refuses before any work", () => {
  const shape = { family: "restricted", dim: 2, layers: 1, loops: 2 } as const;
  const base = { shape, distribution: law(2, 5), batch: 8 };
  const prompts = { draw: gramPromptSampler(base.distribution), describe: () => "the sampler's" };

  test.each<[Partial<KernelObjectiveOptions>, string]>([
    [{ batch: 0 }, "batch must be a positive integer, got 0"],
    [{ batch: 2.5 }, "batch must be a positive integer, got 2.5"],
    [{ workers: 0 }, "workers must be a positive integer, got 0"],
    [{ shape: { ...shape, dim: 3 } }, "shape must be of the prompts' dim 2, got dim 3"],
    [{ shape: { ...shape, loops: 0 } }, "loops must be a positive integer, got 0"],
    [{ lossWeights: [1] }, "lossWeights must be one finite weight ≥ 0 for each of 2 loops"],
  ])("%o: ArgumentError", (changes, message) => {
    expect(() => kernelObjective({ ...base, ...changes })).toThrow(ArgumentError);
    expect(() => kernelObjective({ ...base, ...changes })).toThrow(message);
  });

  test.each<[Partial<KernelObjectiveOptions>, string]>([
    [{ shape: { ...shape, family: "full" }, estimator: "conditional" }, 'use estimator "plain"'],
    [{ shape: { ...shape, family: "gd++" }, estimator: "conditional" }, 'use estimator "plain"'],
    [{ prompts, estimator: "conditional" }, 'use estimator "plain" for given prompts'],
    [{ prompts, positions: "all" }, 'use positions "last" for given prompts'],
  ])("%o: HypothesisError with what to do instead", (changes, message) => {
    expect(() => kernelObjective({ ...base, ...changes })).toThrow(HypothesisError);
    expect(() => kernelObjective({ ...base, ...changes })).toThrow(message);
  });

  test("parameters of another length", () => {
    const objective = kernelObjective(base);
    expect(() => objective.evaluate(new Float64Array(5), stream)).toThrow(
      "parameters must be a vector of length 6, got length 5",
    );
    objective.dispose?.();
  });
});

test("memory stays flat over ten thousand steps", async () => {
  const shape = { family: "restricted", dim: 2, layers: 1, loops: 2 } as const;
  const objective = kernelObjective({ shape, distribution: law(2, 5), batch: 4 });
  const parameters = new Float64Array(6).fill(0.1);
  const steps = async (count: number): Promise<number> => {
    for (let k = 0; k < count; k++) await objective.evaluate(parameters, stream.split(k));
    return process.memoryUsage().rss;
  };
  const before = await steps(2_000);
  // A step that kept its gradient, key or a view alive would keep a kilobyte: 10 MB in all.
  expect((await steps(10_000)) - before).toBeLessThan(30e6);
  objective.dispose?.();
});

function lastLoop({ loops }: ModelShape): number[] {
  return Array.from({ length: loops }, (_, t) => (t === loops - 1 ? 1 : 0));
}

function gramPrompt({ gram, query, target, scale }: DrawnPrompt): GramPrompt {
  const dim = query.length - 1;
  const contextLength = Math.round(1 / scale);
  return { dim, contextLength, gram, query, target, task: new Float64Array(dim) };
}
