import { describe, expect, test } from "vitest";
import { type SampleMeans, sampleMeans } from "../../src/claim/sample-mean.js";
import { type ModelShape, packWeights } from "../../src/model/model-shape.js";
import { type RestrictedLayer, restrictedBlock } from "../../src/model/weights.js";
import { Matrix, matrixFrom } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../src/random/stream.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { populationGradient } from "../../src/theory/population/population-gradient.js";
import { kernelEngine } from "../../src/training/kernel-engine.js";
import {
  type KernelObjectiveOptions,
  kernelObjective,
} from "../../src/training/kernel-objective.js";
import { trainInContext } from "../../src/training/train-in-context.js";
import { testStream } from "../seed.js";

const stream = testStream("kernel engine");
const ESTIMATORS = ["plain", "conditional"] as const;

function law(dim: number, contextLength: number, noiseVariance = 0): PromptDistribution {
  const covariance = conditionedCovariance(dim, dim === 1 ? 1 : 3, stream.split("Σ"));
  const taskCovariance = conditionedCovariance(dim, dim === 1 ? 1 : 2, stream.split("Ω"));
  return promptDistribution({ dim, contextLength, covariance, taskCovariance, noiseVariance });
}

describe("in expectation it is the exact population loss and gradient", () => {
  const settings: [string, PromptDistribution, Pick<ModelShape, "layers" | "loops">][] = [
    ["d=2 n=5 L=2 with noise", law(2, 5, 0.5), { layers: 1, loops: 2 }],
    ["d=3 n=2 L=2", law(3, 2), { layers: 1, loops: 2 }],
    ["d=2 n=30 L=3", law(2, 30), { layers: 1, loops: 3 }],
    ["d=3 n=8 L=1 with noise", law(3, 8, 0.5), { layers: 1, loops: 1 }],
    ["d=2 n=7, two layers, with noise", law(2, 7, 0.5), { layers: 2, loops: 1 }],
  ];
  const cases = settings.flatMap(([name, ...setting]) =>
    ESTIMATORS.map((estimator) => [name, estimator, ...setting] as const),
  );

  test.each(cases)("%s, %s estimator", async (name, estimator, distribution, { layers, loops }) => {
    const { dim } = distribution;
    const own = stream.split(name).split(estimator);
    const preconditioners = Array.from({ length: layers }, (_, l) => {
      const spread = matrixFrom(
        dim,
        dim,
        own
          .split("A")
          .split(l)
          .normals(dim * dim),
      ).mul(0.1);
      return Matrix.eye(dim).mul(0.5).add(spread);
    });
    // The exact engine has one read-in for all layers: with several, it is left at zero.
    const readIn = own
      .split("u")
      .normals(dim)
      .map((value) => (layers === 1 ? 0.2 * value : 0));
    const exact = populationGradient(distribution, { preconditioners, loops, readIn: [...readIn] });
    const expected = [
      exact.value,
      ...exact.preconditioners.flatMap((slopes) => slopes.to1DArray()),
      ...(layers === 1 ? exact.readIn : []),
    ];
    const weights = restrictedBlock(
      preconditioners.map((preconditioner) => ({ preconditioner, readIn })),
    );
    const shape = { family: "restricted", dim, layers, loops } as const;
    const { means, standardErrors } = await sampleSteps(
      { shape, distribution, estimator, batch: 64 },
      packWeights(weights),
      own,
    );
    const slopesOfLayer = dim * dim + dim;
    const found = [
      0,
      ...preconditioners.flatMap((_, l) => range(dim * dim, l * slopesOfLayer + 1)),
    ];
    if (layers === 1) found.push(...range(dim, dim * dim + 1));
    expect(expected).toHaveLength(found.length);
    expected.forEach((value, k) => {
      const at = found[k]!;
      expect(Math.abs(means[at]! - value)).toBeLessThan(5 * standardErrors[at]!);
    });
  });
});

/** Means over 300 steps of the loss and then every slope. */
async function sampleSteps(
  options: KernelObjectiveOptions,
  parameters: Float64Array,
  own: Stream,
): Promise<SampleMeans> {
  const objective = kernelObjective(options);
  const draws: number[][] = [];
  for (let k = 0; k < 300; k++) {
    const { loss, gradient } = await objective.evaluate(parameters, own.split(k));
    draws.push([loss, ...gradient]);
  }
  objective.dispose?.();
  return sampleMeans(draws.length, (k) => draws[k]!);
}

test("trains as an engine: a looped model comes close to its exact optimum", async () => {
  const distribution = promptDistribution({ dim: 2, contextLength: 10 });
  const shape = { family: "restricted", dim: 2, layers: 1, loops: 2 } as const;
  const run = await trainInContext({
    ...{ distribution, shape, steps: 400, learningRate: 0.03, stream: stream.split("training") },
    engine: kernelEngine({ shape, distribution, batch: 256 }),
  });
  expect(run).toMatchObject({ status: "max-steps", losses: "sampled" });
  expect(run.engine).toBe("fused kernel, float64");
  const { preconditioner, readIn } = run.weights.layers[0] as RestrictedLayer;
  const exact = populationGradient(distribution, {
    ...{ preconditioners: [preconditioner], loops: 2, readIn: [...readIn] },
  });
  const optimum = isotropicOptimum({ dim: 2, contextLength: 10, loops: 2 });
  expect(exact.value / optimum.loss.toNumber()).toBeLessThan(1.02);
});

function range(count: number, start: number): number[] {
  return Array.from({ length: count }, (_, k) => start + k);
}
