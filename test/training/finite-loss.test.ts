import { describe, expect, it } from "vitest";
import { HypothesisError } from "../../src/errors.js";
import { type ModelShape, parameterCount, unpackWeights } from "../../src/model/model-shape.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { layersOf } from "../../src/model/weights.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { lossMoment, requireFiniteLoss } from "../../src/training/finite-loss.js";
import { testStream } from "../seed.js";

describe("the moments an in-context loss takes", () => {
  it.each<[ModelShape["family"], number, number]>([
    ["restricted", 1, 2],
    ["restricted", 2, 1],
    ["restricted", 1, 3],
    ["gd++", 1, 1],
    ["gd++", 2, 1],
    ["full", 1, 2],
  ])("%s, %i layers looped %i times: the growth of ŷ² in one token", (family, layers, loops) => {
    const shape = { family, dim: 2, layers, loops };
    const stream = testStream(`moments ${JSON.stringify(shape)}`);
    const prompt = tokenPromptSampler(promptDistribution({ dim: 2, contextLength: 2 }))(stream);
    const stack = layersOf(unpackWeights(shape, stream.normals(parameterCount(shape))), loops);
    const logAt = (size: number) => {
      // The first context token and its label, which is linear in it, grow together.
      const tokens = prompt.tokens.map((entry, k) => (k % 3 === 0 ? size * entry : entry));
      return Math.log(tokenPredictions(stack, { ...prompt, tokens }).at(-1)! ** 2);
    };
    const order = (logAt(1e8) - logAt(1e6)) / Math.log(100);
    expect(order).toBeCloseTo(lossMoment(shape), 3);
  });

  it("are refused where a Student law lacks them", () => {
    const shape = { family: "restricted", dim: 2, layers: 1, loops: 2 } as const;
    const law = (degreesOfFreedom: number) =>
      promptDistribution({
        ...{ dim: 2, contextLength: 4 },
        covariateLaw: { kind: "student", degreesOfFreedom },
      });
    expect(() => requireFiniteLoss("test", shape, law(8.5))).not.toThrow();
    expect(() => requireFiniteLoss("test", shape, law(8))).toThrow(HypothesisError);
    expect(() => requireFiniteLoss("test", shape, law(8))).toThrow(
      "the loss of 2 restricted layers takes moments of order 8, which student:8 covariates do not have",
    );
  });
});
