import { describe, expect, it } from "vitest";
import { tokenPredictions } from "../../../src/model/token-forward.js";
import { attentionLayer } from "../../../src/model/weights.js";
import { Matrix } from "../../../src/numeric/matrix.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import { tokenPromptSampler } from "../../../src/prompt/token-prompt.js";
import { populationLossPerLoop } from "../../../src/theory/population/population-loss.js";
import { testStream } from "../../seed.js";

const PROMPTS = 6000;

const first = new Matrix([
  [0.3, 0.12],
  [-0.15, 0.2],
]);
const second = new Matrix([
  [0.15, -0.1],
  [0.05, 0.25],
]);
const covariance = new Matrix([
  [1.5, 0.4],
  [0.4, 0.8],
]);
const taskCovariance = new Matrix([
  [0.7, -0.2],
  [-0.2, 1.1],
]);

/** Second route: transformers on tokens, from their (P, Q), prompt by prompt. */
describe("exact losses against sampled prompts", () => {
  it.each([
    ["looped, Ω = Σ⁻¹", { covariance }, { preconditioners: [first], loops: 3 }],
    ["noise", { noiseVariance: 0.6 }, { preconditioners: [first], loops: 3 }],
    [
      "any prior, noise, read-in",
      { covariance, taskCovariance, noiseVariance: 0.3 },
      { preconditioners: [first], loops: 2, readIn: [0.5, -0.8] },
    ],
    [
      "read-in, Ω = Σ⁻¹",
      { covariance },
      { preconditioners: [first], loops: 3, readIn: [-0.6, 0.4] },
    ],
    [
      "untied layers, noise, read-in",
      { taskCovariance, noiseVariance: 0.5 },
      { preconditioners: [first, second], loops: 1, readIn: [0.3, 0.4] },
    ],
    [
      "two layers looped",
      { covariance, noiseVariance: 0.2 },
      { preconditioners: [second, first], loops: 2 },
    ],
  ])("%s: within 5 standard errors after every loop", (name, law, weights) => {
    const sizes = { dim: 2, contextLength: 6 };
    const exact = populationLossPerLoop({ ...sizes, ...law }, weights);
    const readIn = Float64Array.from("readIn" in weights ? weights.readIn : [0, 0]);
    const stack = weights.preconditioners.map((preconditioner) =>
      attentionLayer({ preconditioner, readIn }),
    );
    const layers = Array.from({ length: weights.loops }, () => stack).flat();
    const draw = tokenPromptSampler(promptDistribution({ ...sizes, ...law }));
    const stream = testStream(`population sampled ${name}`);
    const sums = exact.map(() => 0);
    const squares = exact.map(() => 0);
    for (let prompt = 0; prompt < PROMPTS; prompt++) {
      const tokens = draw(stream.split(prompt));
      const predictions = tokenPredictions(layers, tokens);
      for (let loop = 1; loop <= weights.loops; loop++) {
        const error = (predictions[loop * stack.length - 1]! - tokens.target) ** 2;
        sums[loop]! += error;
        squares[loop]! += error * error;
      }
    }
    for (let loop = 1; loop <= weights.loops; loop++) {
      const mean = sums[loop]! / PROMPTS;
      const standardError = Math.sqrt((squares[loop]! / PROMPTS - mean * mean) / PROMPTS);
      expect(Math.abs(mean - exact[loop]!.value)).toBeLessThan(5 * standardError);
      // The budget must be able to see a wrong term.
      expect(standardError).toBeLessThan(0.06 * mean);
    }
  });
});
