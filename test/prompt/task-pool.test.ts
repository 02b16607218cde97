import { describe, expect, it } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { closedForm } from "../../src/compare/closed-form.js";
import { exactLoss } from "../../src/compare/exact-loss.js";
import { populationSetting } from "../../src/compare/population-setting.js";
import { HypothesisError } from "../../src/errors.js";
import { restrictedWeights } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { autoregressiveCovariance } from "../../src/prompt/covariance-family.js";
import { gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { responseVariance } from "../../src/prompt/response-variance.js";
import { drawTaskPool } from "../../src/prompt/task-pool.js";
import { tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { testStream } from "../seed.js";

const taskCovariance = autoregressiveCovariance(2, -0.5);

describe("a pool of tasks", () => {
  it("has the task covariance, and is nested", () => {
    const stream = testStream("pool");
    const pool = drawTaskPool(taskCovariance, 20_000, stream);
    const { means, standardErrors } = sampleMeans(pool.length, (i) => {
      const [a, b] = pool[i] as unknown as [number, number];
      return [a, b, a * a, a * b, b * b];
    });
    [0, 0, 1, -0.5, 1].forEach((value, k) => {
      expect(Math.abs(means[k]! - value)).toBeLessThan(5 * standardErrors[k]!);
    });
    expect(drawTaskPool(taskCovariance, 7, stream)).toEqual(pool.slice(0, 7));
    expect(() => drawTaskPool(taskCovariance, 0, stream)).toThrow(
      "size must be a positive integer",
    );
  });

  it.each([
    ["token", tokenPromptSampler],
    ["Gram", gramPromptSampler],
  ])("is where the tasks of %s prompts come from, each as often", (_form, sampler) => {
    const taskPool = drawTaskPool(taskCovariance, 4, testStream("pool of four"));
    const distribution = promptDistribution({ dim: 2, contextLength: 3, taskCovariance, taskPool });
    const draw = sampler(distribution);
    const stream = testStream(`tasks ${_form}`);
    const counts = [0, 0, 0, 0];
    const { means, standardErrors } = sampleMeans(8_000, (i) => {
      const { task, target } = draw(stream.split(i));
      counts[taskPool.indexOf(task)]! += 1;
      return [target * target];
    });
    // Binomial(8000, 1/4): standard deviation 38.7.
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(5 * 38.8);
    expect(Math.abs(means[0]! - responseVariance(distribution))).toBeLessThan(
      5 * standardErrors[0]!,
    );
  });
});

describe("exact theory", () => {
  const taskPool = drawTaskPool(Matrix.eye(2), 3, testStream("pool of three"));
  it.each([
    ["tasks from a pool", { taskPool }, "not a pool of 3 tasks"],
    ["other covariates", { covariateLaw: { kind: "sphere" } as const }, "not sphere covariates"],
    [
      "both",
      { taskPool, covariateLaw: { kind: "uniform" } as const },
      "not uniform covariates and a pool of 3 tasks",
    ],
  ])("says that it does not apply to %s", (_name, changes, reason) => {
    const law = promptDistribution({ dim: 2, contextLength: 5, ...changes });
    expect(closedForm(law, 1)).toMatchObject({
      kind: "none",
      reason: expect.stringContaining(reason),
    });
    expect(exactLoss(restrictedWeights(Matrix.eye(2)), law, 2)).toMatchObject({
      unavailable: expect.stringContaining(reason),
    });
    expect(() => populationSetting(law)).toThrow(HypothesisError);
    expect(() => populationSetting(law)).toThrow(reason);
  });
});
