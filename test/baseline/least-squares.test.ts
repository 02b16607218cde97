import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leastSquares } from "../../src/baseline/least-squares.js";
import { toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { anyDistribution, anyStream } from "../arbitraries.js";
import { checkProperty } from "../seed.js";

test("a fit by hand: x = (1, 2), y = (3, 4) gives w = 11/5", () => {
  const tokens = Float64Array.of(1, 2, 10, 3, 4, 0);
  const prompt = toGramPrompt({
    ...{ dim: 1, contextLength: 2, tokens, target: 0 },
    task: Float64Array.of(0),
  });
  expect(leastSquares(prompt)[0]).toBeCloseTo(2.2, 14);
});

test("fewer examples than dimensions: the solution of least norm", () => {
  // One example x = (3, 4), y = 10: w = 10 (3, 4)/25.
  const tokens = Float64Array.of(3, 0, 4, 0, 10, 0);
  const prompt = toGramPrompt({
    ...{ dim: 2, contextLength: 1, tokens, target: 0 },
    task: Float64Array.of(0, 0),
  });
  const solution = leastSquares(prompt);
  expect(solution[0]).toBeCloseTo(1.2, 12);
  expect(solution[1]).toBeCloseTo(1.6, 12);
});

describe("on random prompts", () => {
  test("the residual is orthogonal to the covariates", () => {
    checkProperty(
      fc.property(anyDistribution, anyStream, (distribution, stream) => {
        const prompt = toGramPrompt(tokenPromptSampler(distribution)(stream));
        const { dim, gram } = prompt;
        const size = dim + 1;
        const solution = leastSquares(prompt);
        const scale = Math.max(...gram.map(Math.abs)) * (1 + Math.max(...solution.map(Math.abs)));
        for (let i = 0; i < dim; i++) {
          const fitted = solution.reduce((sum, w, j) => sum + w * gram[i * size + j]!, 0);
          expect(Math.abs(fitted - gram[i * size + dim]!)).toBeLessThan(1e-9 * scale);
        }
      }),
    );
  });

  test("without noise and with n ≥ d it is the task", () => {
    checkProperty(
      fc.property(anyDistribution, anyStream, (distribution, stream) => {
        // 4 more examples than dimensions keep the sample covariance well conditioned.
        const law = { ...distribution, contextLength: distribution.dim + 4, noiseVariance: 0 };
        const prompt = toGramPrompt(tokenPromptSampler(law)(stream));
        leastSquares(prompt).forEach((value, i) => {
          expect(value).toBeCloseTo(prompt.task[i]!, 6);
        });
      }),
    );
  });
});
