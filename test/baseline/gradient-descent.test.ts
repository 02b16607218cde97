import fc from "fast-check";
import { expect, test } from "vitest";
import {
  gradientDescentIterates,
  iteratePredictions,
} from "../../src/baseline/gradient-descent.js";
import { ArgumentError } from "../../src/errors.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { gramPromptSampler, toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { anyDistribution, anyStream } from "../arbitraries.js";
import { checkProperty, testStream } from "../seed.js";

test("two steps by hand", () => {
  // d = 1, x = (1, 2), y = (3, 4), n = 2: Ŝ = 5/2, xy/n = 11/2, A = 1/5.
  // w₁ = 11/10, w₂ = 11/10 + (11/2 − 11/4)/5 = 33/20.
  const tokens = Float64Array.of(1, 2, 10, 3, 4, 0);
  const prompt = toGramPrompt({
    ...{ dim: 1, contextLength: 2, tokens, target: 0 },
    task: Float64Array.of(0),
  });
  const iterates = gradientDescentIterates(new Matrix([[0.2]]), prompt, 2);
  expect(iterates[0]).toBeCloseTo(1.1, 14);
  expect(iterates[1]).toBeCloseTo(1.65, 14);
  expect([...iteratePredictions(iterates, prompt)]).toEqual([...iterates].map((w) => w * 10));
});

test("a step is minus Aᵀ times the gradient of (1/2n) Σ (w·x_i − y_i)², by finite differences", () => {
  checkProperty(
    fc.property(anyDistribution, anyStream, (distribution, stream) => {
      const prompt = tokenPromptSampler(distribution)(stream);
      const { dim } = prompt;
      const preconditioner = Matrix.zeros(dim, dim).apply(function (this: Matrix, i, j) {
        this.set(i, j, 0.3 * stream.normal());
      });
      const iterates = gradientDescentIterates(preconditioner, toGramPrompt(prompt), 3);
      for (const t of [1, 2]) {
        const before = iterates.slice((t - 1) * dim, t * dim);
        const gradient = Array.from(before, (_, i) => {
          // The loss is quadratic: a central difference of any step is exact.
          const shifted = (step: number) =>
            squaredLoss(
              prompt,
              before.map((value, j) => value + (i === j ? step : 0)),
            );
          return (shifted(1) - shifted(-1)) / 2;
        });
        const step = preconditioner.transpose().mmul(Matrix.columnVector(gradient)).to1DArray();
        const scale = 1 + Math.max(...gradient.map(Math.abs), ...before.map(Math.abs));
        before.forEach((value, i) => {
          const expected = value - step[i]!;
          expect(Math.abs(iterates[t * dim + i]! - expected)).toBeLessThan(1e-10 * scale);
        });
      }
    }),
  );
});

function squaredLoss({ dim, contextLength, tokens }: TokenPrompt, w: Float64Array): number {
  const columns = contextLength + 1;
  let sum = 0;
  for (let k = 0; k < contextLength; k++) {
    const predicted = w.reduce((total, value, i) => total + value * tokens[i * columns + k]!, 0);
    sum += (predicted - tokens[dim * columns + k]!) ** 2;
  }
  return sum / (2 * contextLength);
}

test("zero loops are refused", () => {
  const sample = gramPromptSampler(promptDistribution({ dim: 1, contextLength: 2 }));
  const prompt = sample(testStream("zero loops"));
  expect(() => gradientDescentIterates(Matrix.eye(1), prompt, 0)).toThrow(ArgumentError);
});
