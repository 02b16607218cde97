import { expect, test } from "vitest";
import {
  gradientDescentIterates,
  iteratePredictions,
} from "../../src/baseline/gradient-descent.js";
import { leastSquares } from "../../src/baseline/least-squares.js";
import type { WeightVectors } from "../../src/identify/optimum/prompt-coordinates.js";
import { stratifiedPrompts } from "../../src/identify/prompt-strata.js";
import { separatingPrompt } from "../../src/identify/separating-prompt.js";
import { Matrix, matrixFrom, symmetricEigen } from "../../src/numeric/matrix.js";
import { diagonalCovariance } from "../../src/prompt/covariance-family.js";
import { gramForm } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { testStream } from "../seed.js";

const covariance = diagonalCovariance([1, 0.25, 2]);
const law = promptDistribution({ dim: 3, contextLength: 6, covariance });
const descent = (step: number): WeightVectors => {
  const preconditioner = Matrix.eye(3).mul(step);
  return (prompt) => gradientDescentIterates(preconditioner, prompt, 2);
};
const pair = [descent(0.4), descent(0.5)] as const;

test("it separates two algorithms more than any of many random prompts, within the law's reach", () => {
  const { prompt, predictions, gap } = separatingPrompt(law, pair, testStream("separating"));
  const apart = (tokens: Parameters<typeof gramForm>[0]) => {
    const gram = gramForm(tokens);
    const [one, other] = pair.map((method) => iteratePredictions(method(gram), gram).at(-1)!);
    return Math.abs(one! - other!) / Math.sqrt(3);
  };
  expect(apart(prompt)).toBeCloseTo(gap, 10);
  expect(Math.abs(predictions[0] - predictions[1]) / Math.sqrt(3)).toBeCloseTo(gap, 10);
  const draw = tokenPromptSampler(law);
  for (let i = 0; i < 300; i++) {
    expect(apart(draw(testStream("random prompts").split(i)))).toBeLessThan(gap);
  }
  // The query has the law's size, x_qᵀΣ⁻¹x_q = d; Ŝ, whitened, stays below (1 + √(d/n))².
  const { gram, query } = gramForm(prompt);
  const size = [1, 0.25, 2].reduce((sum, value, i) => sum + query[i]! ** 2 / value, 0);
  expect(size).toBeCloseTo(3, 10);
  const root = Matrix.diag([1, 2, Math.SQRT1_2]);
  const seen = matrixFrom(4, 4, gram)
    .subMatrix(0, 2, 0, 2)
    .mul(1 / 6);
  const { values } = symmetricEigen(root.mmul(seen).mmul(root));
  expect(Math.max(...values)).toBeLessThan((1 + Math.SQRT1_2) ** 2 + 1e-9);
});

test("algorithms that are one have no such prompt", () => {
  const found = separatingPrompt(law, [leastSquares, leastSquares], testStream("none"));
  expect(found.gap).toBe(0);
});

test("strata of equal size, ordered by condition number, the same for the same seed", () => {
  const options = { prompts: 90, strata: 3, stream: testStream("strata") };
  const { prompts, strata } = stratifiedPrompts(law, options);
  expect(strata.map((stratum) => stratum.prompts)).toEqual([30, 30, 30]);
  for (const { conditionNumber, stratum } of prompts) {
    expect(conditionNumber).toBeGreaterThanOrEqual(strata[stratum]!.lower);
    expect(conditionNumber).toBeLessThanOrEqual(strata[stratum]!.upper);
  }
  expect(stratifiedPrompts(law, options)).toEqual({ prompts, strata });
});

test("fewer examples than dimensions: the condition number is that of the directions seen", () => {
  const few = promptDistribution({ dim: 4, contextLength: 2 });
  const { strata } = stratifiedPrompts(few, { prompts: 60, strata: 2, stream: testStream("few") });
  expect(strata.at(-1)!.upper).toBeLessThan(1e6);
  const line = promptDistribution({ dim: 1, contextLength: 5 });
  const single = stratifiedPrompts(line, { prompts: 60, strata: 3, stream: testStream("line") });
  expect(single.strata).toEqual([{ lower: 1, upper: 1, prompts: 60 }]);
});
