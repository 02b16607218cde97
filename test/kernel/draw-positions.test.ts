import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { toGramPrompt } from "../../src/prompt/gram-prompt.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import { tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { testStream } from "../seed.js";
import { type DrawnPrompt, drawSequences } from "./drawn-prompts.js";

const stream = testStream("kernel positions");

function law(dim: number, contextLength: number, noiseVariance: number): PromptDistribution {
  const covariance = conditionedCovariance(dim, 3, stream.split("Σ"));
  const taskCovariance = conditionedCovariance(dim, 2, stream.split("Ω"));
  return promptDistribution({ dim, contextLength, covariance, taskCovariance, noiseVariance });
}

describe.each([
  ["float64", 1e-12],
  ["float32", 1e-5],
] as const)("the positions of a sequence drawn in %s", (precision, tolerance) => {
  test("add the query of one, with its label, to the context of the next", () => {
    const sequences = drawSequences(law(3, 8, 0), stream.split("increments"), [8], { precision });
    expect(sequences).toHaveLength(precision === "float64" ? 2 : 4);
    for (const positions of sequences) {
      expect(positions.map(({ scale }) => scale)).toEqual(
        positions.map((_, i) => (precision === "float64" ? 1 / (i + 1) : Math.fround(1 / (i + 1)))),
      );
      for (const [i, { gram, query, target }] of positions.slice(0, -1).entries()) {
        const token = [...query.slice(0, 3), target];
        const size = Math.max(...positions.at(-1)!.gram.map(Math.abs), 1);
        for (const [k, value] of positions[i + 1]!.gram.entries()) {
          const added = token[Math.floor(k / 4)]! * token[k % 4]!;
          expect(Math.abs(value - gram[k]! - added)).toBeLessThan(tolerance * size);
        }
      }
    }
  });

  test("are the same in any runs, and those of sequence i in any lane", () => {
    const distribution = law(2, 9, 0.5);
    const own = stream.split("runs");
    const whole = drawSequences(distribution, own, [9], { precision });
    expect(drawSequences(distribution, own, [1, 4, 3, 1], { precision })).toEqual(whole);
    const later = drawSequences(distribution, own, [9], { precision, firstPrompt: 1 });
    expect(later.slice(0, -1)).toEqual(whole.slice(1));
    expect(whole[0]).not.toEqual(whole[1]);
  });
});

test.each([
  ["first", 1, 0.6],
  ["second", 2, 0],
  ["last", 5, 0.6],
])("the %s position has the law of token prompts of that length", (name, length, noise) => {
  const COUNT = 6_000;
  const own = stream.split(name);
  const drawn: DrawnPrompt[] = [];
  for (let firstPrompt = 0; firstPrompt < COUNT; firstPrompt += 2) {
    const sequences = drawSequences(law(2, 5, noise), own, [5], { firstPrompt });
    drawn.push(...sequences.map((positions) => positions[length - 1]!));
  }
  const sample = tokenPromptSampler(law(2, length, noise));
  const kernel = sampleMeans(COUNT, (i) => statistics(drawn[i]!));
  const tokens = sampleMeans(COUNT, (i) =>
    statistics({ ...toGramPrompt(sample(own.split("tokens").split(i))), scale: 1 / length }),
  );
  kernel.means.forEach((mean, k) => {
    const error = Math.hypot(kernel.standardErrors[k]!, tokens.standardErrors[k]!);
    expect(Math.abs(mean - tokens.means[k]!)).toBeLessThanOrEqual(5 * error);
  });
});

test("drawn without labels, a sequence's Gram matrices grow by its covariates' products", () => {
  const [positions] = drawSequences(law(2, 6, 0.5), stream.split("covariates"), [6], {
    covariatesOnly: true,
  });
  for (const [i, { gram }] of positions!.entries()) {
    const before = positions![i - 1]?.gram ?? new Float64Array(9);
    const [a, b, , , c] = gram.map((value, k) => value - before[k]!);
    // A product x xᵀ has determinant 0 and a positive trace.
    expect(Math.abs(a! * c! - b! * b!)).toBeLessThan(1e-9 * (a! + c!) ** 2);
    expect(a! + c!).toBeGreaterThan(0);
  }
});

function statistics({ gram, query, target, scale }: DrawnPrompt): number[] {
  const upper = [0, 1, 2, 4, 5, 8].map((k) => gram[k]!);
  const [first, second] = query;
  return [
    ...upper,
    ...upper.flatMap((one) => upper.map((other) => one * other)),
    ...[scale, first! * first!, first! * second!, second! * second!, target * target],
    ...[first! * target, second! * target, first! * target * gram[2]!, target ** 2 * gram[8]!],
  ];
}
