import { describe, expect, test } from "vitest";
import { iteratePredictions } from "../../../src/baseline/gradient-descent.js";
import { sampleMeans } from "../../../src/claim/sample-mean.js";
import { HypothesisError } from "../../../src/errors.js";
import {
  availableBaselines,
  BASELINE_IDS,
  type BaselineId,
  optimalBaselines,
} from "../../../src/identify/optimum/optimal-baselines.js";
import { Matrix } from "../../../src/numeric/matrix.js";
import { diagonalCovariance } from "../../../src/prompt/covariance-family.js";
import { gramPromptSampler } from "../../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { testStream } from "../../seed.js";

const DRAWS = 3000;

const laws = {
  "noise-free, identity": { loops: 3, law: promptDistribution({ dim: 3, contextLength: 10 }) },
  "fewer examples than dimensions, noise": {
    loops: 2,
    law: promptDistribution({ dim: 5, contextLength: 2, noiseVariance: 0.3 }),
  },
  "any covariance, tasks of covariance I, noise": {
    loops: 2,
    law: promptDistribution({
      ...{ dim: 3, contextLength: 12, noiseVariance: 0.5 },
      ...{ covariance: diagonalCovariance([1, 0.25, 2]), taskCovariance: Matrix.eye(3) },
    }),
  },
  "any covariance, fewer examples": {
    loops: 1,
    law: promptDistribution({
      ...{ dim: 4, contextLength: 2, covariance: diagonalCovariance([1, 0.25, 2, 1]) },
    }),
  },
};

describe.each(Object.entries(laws))("%s", (name, { loops, law }) => {
  const baselines = optimalBaselines(law, { loops, stream: testStream(name), draws: DRAWS });
  const available = availableBaselines(baselines);
  const lossOf = (id: BaselineId) => available.find((one) => one.id === id)!.loss.value;

  test("every algorithm is there", () => {
    expect(available.map(({ id }) => id)).toEqual([...BASELINE_IDS]);
  });

  test("losses are what the iterates of src/baseline lose on fresh prompts", () => {
    const draw = gramPromptSampler(law);
    const stream = testStream(`${name}, fresh`);
    const { means, standardErrors } = sampleMeans(DRAWS, (i) => {
      const prompt = draw(stream.split(i));
      return available.map(({ weights }) => {
        const prediction = iteratePredictions(weights(prompt), prompt).at(-1)!;
        return (prediction - prompt.target) ** 2;
      });
    });
    available.forEach(({ id, loss }, k) => {
      const own = loss.method === "sampled" ? loss.standardError : 0;
      const budget = 5 * Math.hypot(standardErrors[k]!, own) + 1e-12;
      expect(Math.abs(means[k]! - loss.value), id).toBeLessThan(budget);
    });
  });

  test("more freedom never loses more", () => {
    const atMost = (better: BaselineId, worse: BaselineId) =>
      expect(lossOf(better), `${better} against ${worse}`).toBeLessThanOrEqual(
        lossOf(worse) * (1 + 1e-9),
      );
    const scalar = lossOf("preconditioned-gradient-descent");
    if (name !== "any covariance, tasks of covariance I, noise") {
      atMost("preconditioned-gradient-descent", "gradient-descent");
      atMost("untied-gradient-descent", "heavy-ball");
      for (const id of ["heavy-ball", "chebyshev", "gd++", "newton-schulz"] as const) {
        atMost(id, "preconditioned-gradient-descent");
      }
    }
    atMost("untied-gradient-descent", "chebyshev");
    atMost("heavy-ball", "gradient-descent");
    for (const { id, loss } of available) {
      const slack = loss.method === "sampled" ? 5 * loss.standardError : 1e-9;
      const bayes = available.find((one) => one.id === "bayes-optimal")!.loss;
      const own = bayes.method === "sampled" ? 5 * bayes.standardError : 1e-9;
      expect(bayes.value, id).toBeLessThanOrEqual(loss.value + slack + own);
    }
    expect(scalar).toBeGreaterThan(0);
  });

  test("a step of another length loses more", () => {
    const { parameters, loss } = available.find(({ id }) => id === "gradient-descent")!;
    const step = parameters.stepSize as number;
    for (const factor of [0.98, 1.02]) {
      const preconditioners = [Matrix.eye(law.dim).mul(step * factor)];
      expect(populationLoss(law, { preconditioners, loops }).value).toBeGreaterThan(loss.value);
    }
  });
});

describe("least squares and ridge in closed form", () => {
  const at = (options: Parameters<typeof promptDistribution>[0]) => {
    const found = optimalBaselines(promptDistribution(options), {
      ...{ loops: 1, draws: 50, stream: testStream("closed forms") },
    });
    return (id: BaselineId) => availableBaselines(found).find((one) => one.id === id)!;
  };

  test("σ²d/(n − d − 1) for n ≥ d + 2; infinite for |n − d| ≤ 1; (d − n) + σ²n/(d − n − 1) below", () => {
    const loss = (n: number) =>
      at({ dim: 4, contextLength: n, noiseVariance: 0.5 })("least-squares").loss;
    // By hand: 0.5·4/(11 − 5) = 1/3; n = 2: 2 + 0.5·2/1 = 3.
    expect(loss(11)).toEqual({ value: 1 / 3, method: "exact" });
    for (const n of [3, 4, 5]) expect(loss(n).value).toBe(Number.POSITIVE_INFINITY);
    expect(loss(2).value).toBeCloseTo(3, 12);
  });

  test("ridge with λ = σ²/ω is the Bayes-optimal prediction for tasks of covariance ωI", () => {
    const found = at({
      dim: 3,
      contextLength: 5,
      noiseVariance: 0.6,
      taskCovariance: Matrix.eye(3).mul(2),
    });
    expect(found("ridge").parameters.penalty).toBeCloseTo(0.3, 14);
    const law = promptDistribution({ dim: 3, contextLength: 5 });
    const prompt = gramPromptSampler(law)(testStream("ridge prompt"));
    const bayes = found("bayes-optimal").weights(prompt);
    found("ridge")
      .weights(prompt)
      .forEach((value, i) => {
        expect(value).toBeCloseTo(bayes[i]!, 11);
      });
  });
});

test("what is out of reach says so; laws without exact theory are refused", () => {
  const law = promptDistribution({ dim: 3, contextLength: 6 });
  const found = optimalBaselines(law, { loops: 40, draws: 20, stream: testStream("deep") });
  const reasons = Object.fromEntries(
    found.map((one) => [one.id, "unavailable" in one ? one.unavailable : ""]),
  );
  expect(reasons["newton-schulz"]).toMatch(/up to 7 loops, got 40/);
  expect(reasons["heavy-ball"]).toMatch(/reaches 32 loops, got 40/);
  expect(reasons["gd++"]).toMatch(/layers, got 40/);
  expect(reasons["conjugate-gradient"]).toBe("");
  const uniform = promptDistribution({ ...law, covariateLaw: { kind: "uniform" } });
  expect(() => optimalBaselines(uniform, { loops: 2, stream: testStream("no") })).toThrow(
    HypothesisError,
  );
});
