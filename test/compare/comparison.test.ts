import { describe, expect, it, test } from "vitest";
import { closedForm } from "../../src/compare/closed-form.js";
import { compareWeights } from "../../src/compare/compare-weights.js";
import { exactLoss } from "../../src/compare/exact-loss.js";
import { loopAgreement } from "../../src/compare/loop-agreement.js";
import { optimalLosses } from "../../src/compare/optimal-losses.js";
import { populationObjective } from "../../src/compare/population-objective.js";
import { comparePreconditioner } from "../../src/compare/preconditioner-comparison.js";
import { sampleLoss } from "../../src/compare/sampled-loss.js";
import { ArgumentError } from "../../src/errors.js";
import {
  attentionLayer,
  fullWeights,
  gdPlusPlusBlock,
  restrictedBlock,
  restrictedWeights,
} from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { testStream } from "../seed.js";

describe("comparePreconditioner", () => {
  // A rotation by 3/5 + 4i/5 scaled by 2, and √Σ = diag(2, 1): all norms below are by hand.
  const layer = {
    preconditioner: new Matrix([
      [3, 4],
      [-4, 3],
    ]),
    readIn: Float64Array.of(3, 4),
  };

  it("tells the symmetric from the antisymmetric part, and knows the eigenvalues", () => {
    const compared = comparePreconditioner(layer, Matrix.eye(2), Matrix.eye(2).mul(2));
    // Symmetric part 3I beside 2I: ‖I‖/‖2I‖ = 1/2. Antisymmetric part ±4 of a matrix of norm √50.
    expect(compared.symmetricDistance).toBeCloseTo(0.5, 14);
    expect(compared.antisymmetricNorm).toBeCloseTo(Math.sqrt(32 / 50), 14);
    expect(compared.readInNorm).toBeCloseTo(5, 14);
    expect(compared.eigenvalues.flat()).toEqual(
      [3, 4, 3, -4].map((value) => expect.closeTo(value, 12)),
    );
  });

  it("whitens both sides", () => {
    const covariance = Matrix.diag([4, 1]);
    const inverse = Matrix.diag([0.25, 1]);
    const compared = comparePreconditioner(
      { preconditioner: inverse, readIn: Float64Array.of(1, 0) },
      covariance,
      Matrix.diag([0.5, 2]),
    );
    // √Σ A √Σ = I against 2I.
    expect(compared.whitened.to1DArray()).toEqual([1, 0, 0, 1].map((v) => expect.closeTo(v, 14)));
    expect(compared.symmetricDistance).toBeCloseTo(0.5, 14);
    expect(compared.readInNorm).toBeCloseTo(2, 14);
  });

  it("orders eigenvalues by falling real part", () => {
    const preconditioner = Matrix.diag([1, 3, 2]);
    const readIn = new Float64Array(3);
    const { eigenvalues } = comparePreconditioner({ preconditioner, readIn }, Matrix.eye(3), null);
    expect(eigenvalues.map(([real]) => real)).toEqual([3, 2, 1]);
  });

  it("has no distance without a closed form, and no share of zero", () => {
    const zero = { preconditioner: Matrix.zeros(2, 2), readIn: Float64Array.of(0, 0) };
    const compared = comparePreconditioner(zero, Matrix.eye(2), null);
    expect(compared).toMatchObject({
      symmetricDistance: null,
      antisymmetricNorm: 0,
      readInNorm: 0,
    });
  });
});

describe("sampleLoss", () => {
  it("is the mean of the squared errors with its standard error, recomputed prompt by prompt", () => {
    const distribution = promptDistribution({ dim: 2, contextLength: 4, noiseVariance: 0.1 });
    const weights = restrictedWeights(Matrix.eye(2).mul(0.5));
    const stream = testStream("sampled loss");
    const prompts = 30;
    const sampled = sampleLoss(weights, distribution, { loops: 2, prompts, stream });
    const draw = gramPromptSampler(distribution);
    const errors = Array.from({ length: prompts }, (_, i) => {
      const { gram, query, target } = draw(stream.split(i));
      // Two steps of A = I/2 by hand: w ← w + (Xyᵀ/n − Ŝw)/2.
      const entry = (row: number, column: number) => gram[row * 3 + column]! / 4;
      let w = [0, 0];
      return [0, 1].map(() => {
        w = w.map(
          (value, k) => value + (entry(k, 2) - entry(k, 0) * w[0]! - entry(k, 1) * w[1]!) / 2,
        );
        return (w[0]! * query[0]! + w[1]! * query[1]! - target) ** 2;
      });
    });
    expect(sampled).toHaveLength(2);
    for (const [t, one] of sampled.entries()) {
      const column = errors.map((row) => row[t]!);
      const mean = column.reduce((sum, error) => sum + error, 0) / prompts;
      const spread = column.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (prompts - 1);
      expect(one.mean / mean).toBeCloseTo(1, 12);
      expect(one.standardError / Math.sqrt(spread / prompts)).toBeCloseTo(1, 10);
      expect(one.prompts).toBe(prompts);
    }
  });

  it("refuses a single prompt, which has no spread", () => {
    const law = promptDistribution({ dim: 1, contextLength: 2 });
    const one = () =>
      sampleLoss(restrictedWeights(Matrix.eye(1)), law, {
        ...{ loops: 1, prompts: 1, stream: testStream("one prompt") },
      });
    expect(one).toThrow("sampleLoss: prompts must be an integer of at least 2, got 1");
  });
});

describe("compareWeights", () => {
  const law = promptDistribution({ dim: 2, contextLength: 10 });
  const preconditioner = Matrix.diag([0.6, 0.7]);
  const readIn = Float64Array.of(0.1, -0.2);
  const options = { loops: 2, prompts: 50, stream: testStream("one layer in three families") };

  it("sees the same layer in all three families, and what lies outside the restricted one", () => {
    // Two full layers take a minute.
    const once = { ...options, loops: 1 };
    const restricted = compareWeights(restrictedWeights(preconditioner, readIn), law, once);
    const full = attentionLayer({ preconditioner, readIn });
    const others = [
      fullWeights(full.value, full.keyQuery),
      gdPlusPlusBlock([{ preconditioner, readIn, covariateValue: Matrix.zeros(2, 2) }]),
    ];
    expect(restricted).toMatchObject({ family: "restricted", offFamily: 0, loops: 1 });
    for (const weights of others) {
      const compared = compareWeights(weights, law, once);
      expect(compared.family).toBe(weights.family);
      expect(compared.offFamily).toBe(0);
      expect(compared.layers[0]!.symmetricDistance).toBe(restricted.layers[0]!.symmetricDistance);
      expect(compared.excessLoss! / restricted.excessLoss!).toBeCloseTo(1, 8);
      expect(compared.agreement.map(({ loop }) => loop)).toEqual([1]);
    }
    // C = I/2 of norm 1/√2 beside A and (u, 1): a share of the whole layer's norm.
    const covariateValue = Matrix.eye(2).mul(0.5);
    const plusPlus = compareWeights(
      gdPlusPlusBlock([{ preconditioner, readIn, covariateValue }]),
      law,
      once,
    );
    const whole = 0.5 + 0.6 ** 2 + 0.7 ** 2 + 0.1 ** 2 + 0.2 ** 2 + 1;
    expect(plusPlus.offFamily).toBeCloseTo(Math.sqrt(0.5 / whole), 12);
  });

  it("measures the distance to the closed form, the excess exactly, the agreement on a tenth", () => {
    const form = closedForm(law, 2);
    if (form.kind !== "isotropic") throw new Error("no closed form");
    const b = form.stepSize.toNumber();
    const compared = compareWeights(restrictedWeights(preconditioner), law, options);
    const [first] = compared.layers;
    expect(first!.symmetricDistance).toBeCloseTo(
      Math.hypot(0.6 - b, 0.7 - b) / (b * Math.SQRT2),
      12,
    );
    expect(compared.excessLossStandardError).toBe(0);
    const agreement = loopAgreement(restrictedWeights(preconditioner), form.preconditioner, law, {
      loops: 2,
      prompts: 5,
      stream: options.stream.split("agreement"),
    });
    expect(compared.agreement).toEqual(agreement);
  });

  it("falls back on the sampled loss where the exact one is out of reach", () => {
    // Nine loops of a general matrix; one dimension has a closed form.
    const line = promptDistribution({ dim: 2, contextLength: 40 });
    const compared = compareWeights(
      restrictedWeights(
        new Matrix([
          [0.8, 0.1],
          [-0.2, 0.7],
        ]),
      ),
      line,
      { ...options, loops: 9 },
    );
    expect(compared.exactLoss).toHaveProperty("unavailable");
    const reference = compared.reference;
    if (reference.kind !== "isotropic") throw new Error("no closed form");
    const last = compared.sampledLoss.at(-1)!;
    expect(compared.excessLoss).toBeCloseTo(last.mean / reference.loss - 1, 10);
    expect(compared.excessLossStandardError).toBeCloseTo(last.standardError / reference.loss, 10);
    expect(compared.optimalLosses).toMatchObject({ symmetric: null, best: null });
  });

  it("has neither excess nor agreement where no closed form is known", () => {
    const distribution = promptDistribution({
      ...{ dim: 2, contextLength: 10 },
      taskCovariance: Matrix.diag([1, 3]),
    });
    const compared = compareWeights(restrictedWeights(preconditioner), distribution, options);
    expect(compared).toMatchObject({
      excessLoss: null,
      excessLossStandardError: null,
      agreement: [],
      optimalLosses: { symmetric: null, best: null },
    });
    expect(compared.layers[0]!.symmetricDistance).toBeNull();
    expect(compared.reference.kind).toBe("none");
  });

  it.each([
    ["loops", { ...options, loops: 0 }, "compareWeights: loops must be a positive integer, got 0"],
    [
      "prompts",
      { ...options, prompts: 0 },
      "sampleLoss: prompts must be an integer of at least 2, got 0",
    ],
  ])("refuses %s that cannot be", (_, broken, message) => {
    const weights = restrictedWeights(preconditioner);
    expect(() => compareWeights(weights, law, broken)).toThrow(message);
  });
});

test("loopAgreement refuses no prompts, and has a cosine of zero with a model that does nothing", () => {
  const law = promptDistribution({ dim: 2, contextLength: 5 });
  const still = restrictedWeights(Matrix.zeros(2, 2));
  const options = { loops: 2, prompts: 3, stream: testStream("still") };
  expect(() => loopAgreement(still, Matrix.eye(2), law, { ...options, prompts: 0 })).toThrow(
    "loopAgreement: prompts must be a positive integer, got 0",
  );
  for (const one of loopAgreement(still, Matrix.eye(2), law, options)) {
    // ŷ = 0 is as far from the iterate's prediction as that is large.
    expect(one).toMatchObject({ predictionDistance: 1, sensitivityCosine: 0 });
  }
});

test("exactLoss tells stacks whose read-ins differ from those that share one", () => {
  const law = promptDistribution({ dim: 2, contextLength: 6 });
  const layer = (b: number, u: number) => ({
    preconditioner: Matrix.eye(2).mul(b),
    readIn: Float64Array.of(u, 0),
  });
  const lossOf = (first: number, second: number) => {
    const loss = exactLoss(restrictedBlock([layer(0.4, first), layer(0.6, second)]), law, 1);
    if ("unavailable" in loss) throw new Error(loss.unavailable);
    return loss.perLoop;
  };
  const [shared, apart, swapped] = [lossOf(0.3, 0.3), lossOf(0.3, -0.3), lossOf(-0.3, 0.3)];
  expect(shared).toHaveLength(2);
  expect(shared[0]).toBeCloseTo(apart[0]!, 12);
  expect(Math.abs(shared[1]! - apart[1]!)).toBeGreaterThan(1e-3);
  // (u₁, u₂) → (−u₁, −u₂) is the reflection w → −w.
  expect(swapped[1]).toBeCloseTo(apart[1]!, 12);
});

describe("closedForm and exactLoss", () => {
  const weights = restrictedWeights(Matrix.eye(2).mul(0.5));

  it("say why nothing exact is known of covariates that are not Gaussian, and of a pool of tasks", () => {
    const uniform = promptDistribution({
      ...{ dim: 2, contextLength: 6, covariateLaw: { kind: "uniform" } },
    });
    const reason = /^exact theory is about Gaussian covariates and fresh tasks, not uniform/;
    expect(closedForm(uniform, 2)).toEqual({ kind: "none", reason: expect.stringMatching(reason) });
    expect(exactLoss(weights, uniform, 2)).toEqual({
      unavailable: expect.stringMatching(/^populationSetting: exact theory .* uniform covariates$/),
    });
  });

  it("refuse what is no model: only what is out of reach is unavailable", () => {
    const law = promptDistribution({ dim: 2, contextLength: 6 });
    expect(() => exactLoss(weights, law, 0)).toThrow(ArgumentError);
    expect(() => closedForm(law, 0)).toThrow(ArgumentError);
  });
});

describe("optimalLosses", () => {
  const stream = testStream("optimal losses");

  it("refuse what is no setting", () => {
    const law = promptDistribution({ dim: 1, contextLength: 4 });
    expect(() =>
      optimalLosses(closedForm(law, 1), law, { depth: 0, isLooped: true }, stream),
    ).toThrow(ArgumentError);
  });

  it("are null beyond five loops and without an isotropic closed form, with the reason", () => {
    const law = promptDistribution({ dim: 1, contextLength: 4 });
    const deep = optimalLosses(closedForm(law, 6), law, { depth: 6, isLooped: true }, stream);
    expect(deep).toMatchObject({ symmetric: null, best: null, gdPlusPlus: null });
    expect(deep.unavailable.best).toContain("searched up to 5 layers");
    const other = promptDistribution({ ...law, taskCovariance: Matrix.diag([2]) });
    const shape = { depth: 1, isLooped: true };
    expect(optimalLosses(closedForm(other, 1), other, shape, stream)).toMatchObject({
      ...{ symmetric: null, best: null, untied: null, untiedSteps: null },
      unavailable: { symmetric: expect.stringContaining("the prior Ω = Σ⁻¹ only") },
    });
  });

  it("are those of b* in one dimension, noise included", () => {
    const law = promptDistribution({ dim: 1, contextLength: 4, noiseVariance: 0.5 });
    const form = closedForm(law, 2);
    if (form.kind !== "isotropic") throw new Error("no closed form");
    const { symmetric, best } = optimalLosses(form, law, { depth: 2, isLooped: true }, stream);
    expect(symmetric).toBeCloseTo(form.loss, 12);
    expect(best).toBeCloseTo(form.loss, 12);
  });
});

describe("populationObjective", () => {
  const law = promptDistribution({ dim: 2, contextLength: 5 });
  const shape = { family: "restricted", dim: 2, layers: 1, loops: 2 } as const;

  it("says what it is", () => {
    expect(populationObjective(shape, law).describe()).toMatch(
      /^exact population loss; .*restricted, 1 layer looped 2 times/,
    );
  });

  it("refuses a read-in, since it would stay where it is", () => {
    const parameters = Float64Array.of(1, 0, 0, 1, 0.5, 0);
    expect(() =>
      populationObjective(shape, law).evaluate(parameters, testStream("nothing is drawn")),
    ).toThrow("populationObjective: parameters must be with u = 0, got u ≠ 0");
  });
});
