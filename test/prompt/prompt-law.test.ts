import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { type GramPrompt, gramPromptSampler, toGramPrompt } from "../../src/prompt/gram-prompt.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import { type TokenPrompt, tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { anyDistribution, anyStream } from "../arbitraries.js";
import { checkProperty, testStream } from "../seed.js";

test("a token prompt is what it says: labels, target, masked query", () => {
  checkProperty(
    fc.property(anyDistribution, anyStream, (distribution, stream) => {
      const prompt = tokenPromptSampler({ ...distribution, noiseVariance: 0 })(stream);
      const { dim, contextLength, tokens, task, target } = prompt;
      const columns = contextLength + 1;
      const response = (column: number) =>
        task.reduce((sum, value, i) => sum + value * tokens[i * columns + column]!, 0);
      for (let k = 0; k < contextLength; k++) {
        expect(tokens[dim * columns + k]).toBeCloseTo(response(k), 12);
      }
      expect(tokens[dim * columns + contextLength]).toBe(0);
      expect(target).toBeCloseTo(response(contextLength), 12);
    }),
  );
});

test("the Gram form is the sum over context tokens and leaves the query out", () => {
  const tokens = Float64Array.of(1, 2, 5, 3, 4, 0);
  const prompt: TokenPrompt = {
    ...{ dim: 1, contextLength: 2, tokens, target: 7 },
    task: Float64Array.of(1),
  };
  const { gram, query, ...rest } = toGramPrompt(prompt);
  expect([...gram]).toEqual([1 + 4, 3 + 8, 3 + 8, 9 + 16]);
  expect([...query]).toEqual([5, 0]);
  expect(rest).toEqual({ dim: 1, contextLength: 2, target: 7, task: prompt.task });
});

test("a Gram prompt is symmetric, with labels w·x when there is no noise", () => {
  checkProperty(
    fc.property(anyDistribution, anyStream, (distribution, stream) => {
      const { dim, gram, task, query, target } = gramPromptSampler({
        ...distribution,
        noiseVariance: 0,
      })(stream);
      const size = dim + 1;
      const scale = gram.reduce((most, value) => Math.max(most, Math.abs(value)), 0) + 1;
      for (let i = 0; i < size; i++) {
        const labelled = task.reduce((sum, value, j) => sum + value * gram[i * size + j]!, 0);
        expect(Math.abs(gram[i * size + dim]! - labelled)).toBeLessThan(1e-12 * scale);
        for (let j = 0; j < size; j++) expect(gram[i * size + j]).toBe(gram[j * size + i]);
      }
      expect(query[dim]).toBe(0);
      expect(target).toBeCloseTo(
        task.reduce((sum, value, i) => sum + value * query[i]!, 0),
        12,
      );
    }),
  );
});

describe("token form and Gram form have one law", () => {
  const stream = testStream("laws");
  const laws: [string, PromptDistribution][] = [
    ["d=2 n=6", law(2, 6, 0)],
    ["d=2 n=6 with noise", law(2, 6, 0.7)],
    ["d=3 n=2", law(3, 2, 0)],
    ["d=3 n=2 with noise", law(3, 2, 0.7)],
    ["d=2 n=1 with noise", law(2, 1, 0.4)],
    ["d=1 n=3 with noise", law(1, 3, 0.4)],
  ];

  function law(dim: number, contextLength: number, noiseVariance: number): PromptDistribution {
    const covariance = conditionedCovariance(dim, dim === 1 ? 1 : 3, stream.split("Σ"));
    const taskCovariance = conditionedCovariance(dim, dim === 1 ? 1 : 2, stream.split("Ω"));
    return promptDistribution({ dim, contextLength, covariance, taskCovariance, noiseVariance });
  }

  test.each(laws)("%s: equal first and second moments, joint ones too", (name, distribution) => {
    const sampleToken = tokenPromptSampler(distribution);
    const sampleGram = gramPromptSampler(distribution);
    const own = stream.split(name);
    const tokens = sampleMeans(6_000, (i) =>
      statistics(toGramPrompt(sampleToken(own.split("token").split(i)))),
    );
    const grams = sampleMeans(6_000, (i) => statistics(sampleGram(own.split("gram").split(i))));
    tokens.means.forEach((mean, k) => {
      const error = Math.hypot(tokens.standardErrors[k]!, grams.standardErrors[k]!);
      expect(Math.abs(mean - grams.means[k]!)).toBeLessThanOrEqual(5 * error);
    });
  });

  test.each(laws)("%s: the Gram entries have their exact means", (name, distribution) => {
    const { dim, contextLength, covariance, taskCovariance, noiseVariance } = distribution;
    const sample = gramPromptSampler(distribution);
    const own = stream.split("means").split(name);
    const { means, standardErrors } = sampleMeans(6_000, (i) => {
      const { gram, query, target, task } = sample(own.split(i));
      return [...gram, ...products(query.subarray(0, dim)), ...products(task), target * target];
    });
    // E G = n [[Σ, 0], [0, tr(ΩΣ) + σ²]]: the task is independent of the covariates.
    const signal = taskCovariance.mmul(covariance).trace();
    const gram = Matrix.zeros(dim + 1, dim + 1);
    gram.setSubMatrix(Matrix.mul(covariance, contextLength), 0, 0);
    gram.set(dim, dim, contextLength * (signal + noiseVariance));
    const expected = [
      ...gram.to1DArray(),
      ...covariance.to1DArray(),
      ...taskCovariance.to1DArray(),
      signal,
    ];
    means.forEach((mean, k) => {
      expect(Math.abs(mean - expected[k]!)).toBeLessThan(5 * standardErrors[k]!);
    });
  });

  /** Gram entries, their products, and products with the target that tie query, task and context. */
  function statistics({ dim, gram, query, target, task }: GramPrompt): number[] {
    const size = dim + 1;
    const upper = [...gram].filter((_, k) => k % size >= Math.floor(k / size));
    const signed = Array.from(query.subarray(0, dim), (value) => value * target);
    const labels = Array.from(task, (value, i) => value * gram[i * size + dim]!);
    return [
      ...upper,
      ...products(upper),
      target * target,
      ...signed,
      ...products(labels),
      ...upper.map((value) => value * target * target),
    ];
  }
});

function products(values: ArrayLike<number>): number[] {
  const list = Array.from(values);
  return list.flatMap((one) => list.map((other) => one * other));
}

test("equal streams draw equal prompts", () => {
  checkProperty(
    fc.property(anyDistribution, anyStream, (distribution, stream) => {
      for (const sampler of [tokenPromptSampler, gramPromptSampler]) {
        const sample = sampler(distribution);
        expect(sample(stream.split("same"))).toEqual(sampler(distribution)(stream.split("same")));
      }
    }),
    { numRuns: 20 },
  );
});
