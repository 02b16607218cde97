import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { gramGradient } from "../../src/model/gram-backward.js";
import { type ModelShape, packWeights } from "../../src/model/model-shape.js";
import type { Weights } from "../../src/model/weights.js";
import { attentionLayer, fullWeights, restrictedWeights } from "../../src/model/weights.js";
import { Matrix, matrixFrom } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { type GramPrompt, gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import { populationGradient } from "../../src/theory/population/population-gradient.js";
import {
  type KernelObjectiveOptions,
  kernelObjective,
} from "../../src/training/kernel-objective.js";
import type { LossAndGradient } from "../../src/training/objective.js";
import { type DrawnPrompt, drawPrompts, drawSequences } from "../kernel/drawn-prompts.js";
import { testStream } from "../seed.js";
import { drawBlock, relativeDistance } from "./kernel/run-kernel.js";

const stream = testStream("kernel objective");

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
      // Workers take longer to start than the first steps: repeat until they share the work.
      for (let step = 0; step < 20; step++) {
        expect(await objective.evaluate(parameters, stream.split("prompts"))).toEqual(alone);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      objective.dispose?.();
    }
  }
});

describe("in expectation it is the exact population loss and gradient", () => {
  const settings: [string, PromptDistribution, number, ("plain" | "conditional")[]][] = [
    ["d=2 n=5 L=2 with noise", law(2, 5, 0.5), 2, ["plain"]],
    ["d=3 n=2 L=2", law(3, 2), 2, ["plain"]],
    ["d=2 n=30 L=3", law(2, 30), 3, ["plain"]],
    ["d=3 n=8 L=1 with noise", law(3, 8, 0.5), 1, ["plain"]],
  ];
  const cases = settings.flatMap(([name, distribution, loops, estimators]) =>
    estimators.map((estimator) => [name, estimator, distribution, loops] as const),
  );

  test.each(cases)("%s, %s estimator", async (name, estimator, distribution, loops) => {
    const { dim } = distribution;
    const own = stream.split(name).split(estimator);
    const spread = matrixFrom(dim, dim, own.split("A").normals(dim * dim)).mul(0.1);
    const preconditioner = Matrix.eye(dim).mul(0.5).add(spread);
    const readIn = own
      .split("u")
      .normals(dim)
      .map((value) => 0.2 * value);
    const exact = populationGradient(distribution, {
      preconditioners: [preconditioner],
      loops,
      readIn: [...readIn],
    });
    const expected = [exact.value, ...exact.preconditioners[0]!.to1DArray(), ...exact.readIn];
    const restricted = restrictedWeights(preconditioner, readIn);
    const layer = attentionLayer(restricted.layers[0]!);
    const objective = kernelObjective({
      shape: { family: "full", dim, layers: 1, loops },
      ...{ distribution, estimator, batch: 64 },
    });
    const parameters = packWeights(fullWeights(layer.value, layer.keyQuery));
    const draws: number[][] = [];
    for (let k = 0; k < 300; k++) {
      const { loss, gradient } = await objective.evaluate(parameters, own.split(k));
      draws.push([loss, ...restrictedSlopes(dim, gradient)]);
    }
    objective.dispose?.();
    const { means, standardErrors } = sampleMeans(draws.length, (k) => draws[k]!);
    expected.forEach((value, k) => {
      expect(Math.abs(means[k]! - value)).toBeLessThan(5 * standardErrors[k]!);
    });
  });
});

function lastLoop({ loops }: ModelShape): number[] {
  return Array.from({ length: loops }, (_, t) => (t === loops - 1 ? 1 : 0));
}

function gramPrompt({ gram, query, target, scale }: DrawnPrompt): GramPrompt {
  const dim = query.length - 1;
  const contextLength = Math.round(1 / scale);
  return { dim, contextLength, gram, query, target, task: new Float64Array(dim) };
}

/** Slopes in A and u of a full layer's, for Q = −A in the corner and P's last row (u, 1). */
function restrictedSlopes(dim: number, gradient: Float64Array): number[] {
  const size = dim + 1;
  const entries = Array.from({ length: dim }, (_, i) => i);
  const keyQuery = size * size;
  return [
    ...entries.flatMap((i) => entries.map((j) => -gradient[keyQuery + i * size + j]!)),
    ...entries.map((j) => gradient[dim * size + j]!),
  ];
}
