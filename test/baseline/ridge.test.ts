import { expect, test } from "vitest";
import { leastSquares } from "../../src/baseline/least-squares.js";
import { ridge } from "../../src/baseline/ridge.js";
import { gramPromptSampler, toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { testStream } from "../seed.js";

test("one dimension by hand: w = Σxy/(Σx² + λ)", () => {
  const tokens = Float64Array.of(1, 2, 10, 3, 4, 0);
  const prompt = toGramPrompt({
    ...{ dim: 1, contextLength: 2, tokens, target: 0 },
    task: Float64Array.of(0),
  });
  // Σxy = 11, Σx² = 5.
  expect(ridge(6, prompt)[0]).toBeCloseTo(1, 15);
});

test("no change of w lowers ‖Xᵀw − y‖² + λ‖w‖², and a small λ is least squares", () => {
  const law = promptDistribution({ dim: 3, contextLength: 7, noiseVariance: 1 });
  const prompt = gramPromptSampler(law)(testStream("ridge"));
  const { gram } = prompt;
  const objective = (w: readonly number[]) => {
    const extended = [...w, -1];
    const squared = extended.reduce(
      (sum, a, i) => sum + extended.reduce((row, b, j) => row + a * b * gram[i * 4 + j]!, 0),
      0,
    );
    return squared + 0.8 * w.reduce((sum, entry) => sum + entry * entry, 0);
  };
  const solution = [...ridge(0.8, prompt)];
  for (let i = 0; i < 3; i++) {
    // Quadratic: a central difference of any step is exact.
    const moved = (step: number) => objective(solution.map((w, k) => w + (k === i ? step : 0)));
    expect(moved(1) - moved(-1)).toBeCloseTo(0, 9);
  }
  leastSquares(prompt).forEach((value, i) => {
    expect(ridge(1e-10, prompt)[i]).toBeCloseTo(value, 8);
  });
});

test("a penalty of 0 is refused", () => {
  const law = promptDistribution({ dim: 2, contextLength: 3 });
  const prompt = gramPromptSampler(law)(testStream("ridge"));
  expect(() => ridge(0, prompt)).toThrow("ridge: penalty must be a finite number > 0, got 0");
});
