import { describe, expect, it } from "vitest";
import { closedForm } from "../../src/compare/closed-form.js";
import { compareWeights } from "../../src/compare/compare-weights.js";
import { exactLoss } from "../../src/compare/exact-loss.js";
import { loopAgreement } from "../../src/compare/loop-agreement.js";
import { populationEngine } from "../../src/compare/population-objective.js";
import { sampleLoss } from "../../src/compare/sampled-loss.js";
import { HypothesisError } from "../../src/errors.js";
import {
  attentionLayer,
  fullBlock,
  fullWeights,
  type GdPlusPlusLayer,
  gdPlusPlusBlock,
  restrictedBlock,
  restrictedLayer,
  restrictedWeights,
} from "../../src/model/weights.js";
import { Matrix, matrixFrom } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import type { Stream } from "../../src/random/stream.js";
import { gdPlusPlusOptimum } from "../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { trainInContext } from "../../src/training/train-in-context.js";
import { testStream } from "../seed.js";

function randomMatrix(dim: number, centre: number, spread: number, stream: Stream): Matrix {
  const noise = matrixFrom(dim, dim, stream.normals(dim * dim)).mul(spread);
  return noise.add(Matrix.eye(dim).mul(centre));
}

describe("closedForm", () => {
  const law = { dim: 3, contextLength: 12 };

  it("is b*Σ⁻¹ for the inverse prior, whatever Σ", () => {
    const covariance = conditionedCovariance(3, 5, testStream("closed form"));
    const form = closedForm(promptDistribution({ ...law, covariance }), 2);
    const white = closedForm(promptDistribution(law), 2);
    if (form.kind !== "isotropic" || white.kind !== "isotropic") throw new Error("no closed form");
    expect(form.loss).toBe(white.loss);
    const product = form.preconditioner.mmul(covariance);
    const distance = Matrix.sub(product, Matrix.eye(3).mul(form.stepSize.toNumber())).norm();
    expect(distance).toBeLessThan(1e-13);
  });

  it("is the one-layer optimum for another prior at one loop, and nothing at two", () => {
    const distribution = promptDistribution({ ...law, taskCovariance: Matrix.diag([1, 2, 3]) });
    expect(closedForm(distribution, 1).kind).toBe("one-layer");
    expect(closedForm(distribution, 2)).toMatchObject({ kind: "none", reason: /2 loops/ });
  });
});

describe("exactLoss against the sampled loss of the model, within 5 standard errors", () => {
  const settings = [
    { dim: 3, contextLength: 8, layers: 1, loops: 3, noiseVariance: 0, readIn: 0.1 },
    { dim: 2, contextLength: 9, layers: 1, loops: 2, noiseVariance: 0.5, readIn: 0.2 },
    { dim: 4, contextLength: 3, layers: 2, loops: 1, noiseVariance: 0.2, readIn: 0 },
    { dim: 2, contextLength: 6, layers: 2, loops: 2, noiseVariance: 0, readIn: 0.1 },
  ] as const;
  it.each(settings)("%j", ({ dim, contextLength, layers, loops, noiseVariance, readIn }) => {
    const stream = testStream("exact loss").split(dim);
    const distribution = promptDistribution({
      dim,
      contextLength,
      noiseVariance,
      covariance: conditionedCovariance(dim, 4, stream.split("Σ")),
      taskCovariance: conditionedCovariance(dim, 2, stream.split("Ω")),
    });
    const layer = (l: number) =>
      restrictedLayer(
        randomMatrix(dim, 0.3, 0.05, stream.split(`A${l}`)),
        stream
          .split("u")
          .normals(dim)
          .map((entry) => readIn * entry),
      );
    const weights = restrictedBlock(Array.from({ length: layers }, (_, l) => layer(l)));
    const exact = exactLoss(weights, distribution, loops);
    if ("unavailable" in exact) throw new Error(exact.unavailable);
    const sampled = sampleLoss(weights, distribution, {
      loops,
      prompts: 40_000,
      stream: stream.split("prompts"),
    });
    expect(sampled).toHaveLength(layers * loops);
    sampled.forEach(({ mean, standardError }, t) => {
      expect(Math.abs(mean - exact.perLoop[t]!)).toBeLessThan(5 * standardError);
    });
  });

  it.each(["gd++", "full", "own read-ins"] as const)("%s", (family) => {
    const dim = 2;
    const stream = testStream("exact loss").split(family);
    const distribution = promptDistribution({
      dim,
      contextLength: 6,
      noiseVariance: 0.2,
      covariance: conditionedCovariance(dim, 4, stream.split("Σ")),
      taskCovariance: conditionedCovariance(dim, 2, stream.split("Ω")),
    });
    const [first, second] = [0, 1].map((l) => ({
      preconditioner: randomMatrix(dim, 0.3, 0.05, stream.split(`A${l}`)),
      covariateValue: randomMatrix(dim, 0.1, 0.05, stream.split(`C${l}`)),
      readIn: stream
        .split(`u${l}`)
        .normals(dim)
        .map((entry) => (family === "gd++" ? 0 : 0.2 * entry)),
    })) as [GdPlusPlusLayer, GdPlusPlusLayer];
    // The label corner of Q, which no GD++ layer has.
    const layer = attentionLayer(first);
    layer.keyQuery.set(dim, dim, 0.02);
    const [weights, loops] = {
      "gd++": [gdPlusPlusBlock([first]), 2] as const,
      full: [fullBlock([layer]), 2] as const,
      "own read-ins": [restrictedBlock([first, second]), 1] as const,
    }[family];
    const exact = exactLoss(weights, distribution, loops);
    if ("unavailable" in exact) throw new Error(exact.unavailable);
    const options = { loops, prompts: 40_000, stream: stream.split("prompts") };
    sampleLoss(weights, distribution, options).forEach(({ mean, standardError }, t) => {
      expect(Math.abs(mean - exact.perLoop[t]!)).toBeLessThan(5 * standardError);
    });
  });

  it("says why it is out of reach", () => {
    const { value, keyQuery } = attentionLayer(restrictedLayer(Matrix.eye(2)));
    const law = promptDistribution({ dim: 2, contextLength: 5 });
    expect(exactLoss(fullWeights(value, keyQuery), law, 3)).toMatchObject({
      unavailable: /full \(P, Q\) layers reach 2 applications, got 3/,
    });
    const general = restrictedWeights(
      new Matrix([
        [1, 0.5],
        [0, 1],
      ]),
    );
    expect(exactLoss(general, law, 40)).toMatchObject({ unavailable: expect.any(String) });
  });
});

describe("compareWeights", () => {
  const distribution = promptDistribution({ dim: 2, contextLength: 20 });
  const compare = (preconditioner: Matrix) =>
    compareWeights(restrictedWeights(preconditioner), distribution, {
      loops: 2,
      prompts: 2000,
      stream: testStream("compare"),
    });

  it("ranks the optima: best ≤ symmetric = isotropic, and none beats the best found", () => {
    const {
      reference,
      optimalLosses,
      exactLoss: exact,
      excessLoss,
    } = compare(Matrix.eye(2).mul(0.8));
    if (reference.kind !== "isotropic" || "unavailable" in exact) throw new Error("out of reach");
    expect(optimalLosses.symmetric).toBeCloseTo(reference.loss, 14);
    // theory.md §3, d = 2, n = 20, L = 2.
    expect(optimalLosses.best).toBeCloseTo(0.07580377, 8);
    expect(exact.perLoop[1]).toBeGreaterThan(reference.loss);
    expect(excessLoss).toBeCloseTo(exact.perLoop[1]! / reference.loss - 1, 12);
  });

  it("gives a negative excess to the rotation that beats every multiple of the identity", () => {
    // theory.md §3: c = 0.83257, ε = 0.10194.
    const { excessLoss, layers } = compare(
      new Matrix([
        [0.83257, 0.10194],
        [-0.10194, 0.83257],
      ]),
    );
    expect(excessLoss).toBeCloseTo(0.07580377 / 0.07601737 - 1, 6);
    expect(layers[0]!.eigenvalues.map(([, imaginary]) => imaginary).sort()).toEqual([
      expect.closeTo(-0.10194, 12),
      expect.closeTo(0.10194, 12),
    ]);
  });

  it("refuses weights of another dim", () => {
    expect(() => compare(Matrix.eye(3))).toThrow(/weights must be of dim 2, got 3/);
  });
});

describe("loopAgreement", () => {
  it("is perfect for the GD construction and not for another preconditioner", () => {
    const distribution = promptDistribution({ dim: 3, contextLength: 7, noiseVariance: 0.3 });
    const preconditioner = randomMatrix(3, 0.4, 0.1, testStream("agreement"));
    const options = { loops: 3, prompts: 50, stream: testStream("agreement prompts") };
    const same = loopAgreement(
      restrictedWeights(preconditioner),
      preconditioner,
      distribution,
      options,
    );
    for (const { predictionDistance, sensitivityCosine } of same) {
      expect(predictionDistance).toBeLessThan(1e-13);
      expect(sensitivityCosine).toBeCloseTo(1, 12);
    }
    const transposed = restrictedWeights(preconditioner.transpose());
    const other = loopAgreement(transposed, preconditioner, distribution, options);
    expect(other[2]!.predictionDistance).toBeGreaterThan(0.01);
  });
});

describe("the population loss as an objective", () => {
  const distribution = promptDistribution({ dim: 2, contextLength: 20, noiseVariance: 0.1 });
  it.each([
    [1, 2],
    [2, 1],
    [2, 2],
  ])("%i layers looped %i times: gradient against central differences", (layers, loops) => {
    const shape = { family: "restricted", dim: 2, layers, loops } as const;
    const stream = testStream("objective");
    const engine = populationEngine(shape, distribution);
    const start = engine.start!(shape, stream);
    const objective = engine.objective(shape, distribution);
    const evaluate = (parameters: Float64Array) => {
      const result = objective.evaluate(parameters, stream);
      if (result instanceof Promise) throw new Error("the population objective is synchronous");
      return result;
    };
    const { gradient } = evaluate(start);
    const step = 1e-5;
    start.forEach((entry, i) => {
      // u = 0 stays: its entries follow the four of each A.
      if (i % 6 >= 4) return;
      const at = (value: number) => evaluate(start.map((old, j) => (j === i ? value : old))).loss;
      const difference = (at(entry + step) - at(entry - step)) / (2 * step);
      expect(gradient[i]).toBeCloseTo(difference, 7);
    });
  });

  it("trains past the isotropic saddle to the best found loss", async () => {
    const shape = { family: "restricted", dim: 2, layers: 1, loops: 2 } as const;
    const law = promptDistribution({ dim: 2, contextLength: 200 });
    const stream = testStream("saddle");
    const run = await trainInContext({
      distribution: law,
      shape,
      engine: populationEngine(shape, law),
      steps: 8000,
      learningRate: 0.02,
      stream,
    });
    const { optimalLosses, exactLoss: exact } = compareWeights(run.weights, law, {
      loops: 2,
      prompts: 100,
      stream,
    });
    if ("unavailable" in exact) throw new Error(exact.unavailable);
    expect(exact.perLoop[1]! / optimalLosses.best! - 1).toBeLessThan(1e-4);
    expect(optimalLosses.best!).toBeLessThan(0.999 * optimalLosses.symmetric!);
  });

  it.each([
    { family: "gd++", dim: 2, layers: 2, loops: 1 },
    { family: "full", dim: 2, layers: 1, loops: 1 },
  ] as const)("has the gradient of $family weights as they are packed", (shape) => {
    const stream = testStream("packed").split(shape.family);
    const engine = populationEngine(shape, distribution);
    const objective = engine.objective(shape, distribution);
    const start = engine.start!(shape, stream);
    const loss = (parameters: Float64Array) => {
      const result = objective.evaluate(parameters, stream);
      if (result instanceof Promise) throw new Error("the population objective is synchronous");
      return result;
    };
    const point = start.map((entry) => 3 * entry);
    const { gradient } = loss(point);
    const step = 1e-5;
    point.forEach((entry, i) => {
      // u = 0 stays.
      if (entry === 0) return;
      const at = (value: number) => loss(point.map((old, j) => (j === i ? value : old))).loss;
      const difference = (at(entry + step) - at(entry - step)) / (2 * step);
      expect(gradient[i]).toBeCloseTo(difference, 7);
    });
  });

  it("trains GD++ to its best exact loss", async () => {
    const shape = { family: "gd++", dim: 2, layers: 1, loops: 2 } as const;
    const law = promptDistribution({ dim: 2, contextLength: 10 });
    const stream = testStream("GD++ training");
    const run = await trainInContext({
      distribution: law,
      shape,
      engine: populationEngine(shape, law),
      steps: 1500,
      learningRate: 0.02,
      stream,
    });
    const exact = exactLoss(run.weights, law, 2);
    if ("unavailable" in exact) throw new Error(exact.unavailable);
    const { loss } = gdPlusPlusOptimum({ dim: 2, contextLength: 10, loops: 2 });
    expect(Math.abs(exact.perLoop[1]! / loss - 1)).toBeLessThan(1e-4);
  });

  it("refuses full layers beyond two before a run begins", () => {
    const shape = { family: "full", dim: 2, layers: 1, loops: 3 } as const;
    expect(() => populationEngine(shape, distribution)).toThrow(HypothesisError);
  });
});
