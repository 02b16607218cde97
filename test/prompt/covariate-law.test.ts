import { describe, expect, it } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { ArgumentError } from "../../src/errors.js";
import { autoregressiveCovariance } from "../../src/prompt/covariance-family.js";
import {
  describeCovariateLaw,
  parseCovariateLaw,
  standardCovariateSampler,
} from "../../src/prompt/covariate-law.js";
import { gramPromptSampler, toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { tokenPromptSampler } from "../../src/prompt/token-prompt.js";
import { testStream } from "../seed.js";

// E z_i⁴ and E z_i² z_j² by hand, d = 2. Uniform: 9/5 and 1. Sphere of radius √d: 3d/(d + 2) and
// d/(d + 2). Student: Gaussian moments times E((ν − 2)/χ²_ν)² = (ν − 2)/(ν − 4); ν = 12 has the eighth
// moment that the standard error needs. Mixtures, a = 3/4: of two, centres ±1 in the first coordinate:
// a² + 6a(1 − a) + 3(1 − a)² = 15/8; of three, centres √(3/2)(1, 0, −1) and (1, −2, 1)/√2 have fourth
// moments 3/2 and squares that average to 1/2: a²·3/2 + 6a/4 + 3/16 = 69/32 and a²/2 + 2a/4 + 1/16 = 23/32.
const laws: [string, number[], number][] = [
  ["gaussian", [3, 3], 1],
  ["uniform", [9 / 5, 9 / 5], 1],
  ["sphere", [3 / 2, 3 / 2], 1 / 2],
  ["student:12", [(3 * 10) / 8, (3 * 10) / 8], 10 / 8],
  ["mixture:2", [15 / 8, 3], 1],
  ["mixture:3", [69 / 32, 69 / 32], 23 / 32],
];

describe("laws of covariates", () => {
  it.each(laws)("%s: mean 0, covariance I, its fourth moments", (spec, fourth, mixed) => {
    const draw = standardCovariateSampler(parseCovariateLaw(spec), 2);
    const stream = testStream(`covariates ${spec}`);
    const result = new Float64Array(2);
    const { means, standardErrors } = sampleMeans(40_000, () => {
      draw(stream, result);
      const [x, y] = result as unknown as [number, number];
      return [x, y, x * x, x * y, y * y, x ** 4, y ** 4, x * x * y * y, x ** 3, x * x * y];
    });
    const expected = [0, 0, 1, 0, 1, ...fourth, mixed];
    expected.forEach((value, k) => {
      // A law on a sphere has |z|² = d exactly; its other moments vary.
      expect(Math.abs(means[k]! - value)).toBeLessThan(5 * standardErrors[k]! + 1e-12);
    });
  });

  it.each(["uniform", "sphere", "student:9", "mixture:4"])(
    "%s prompts: covariates of the covariance asked for, labels of their tasks",
    (spec) => {
      const covariance = autoregressiveCovariance(2, 0.6);
      const distribution = promptDistribution({
        ...{ dim: 2, contextLength: 3, covariance, covariateLaw: parseCovariateLaw(spec) },
      });
      const draw = tokenPromptSampler(distribution);
      const stream = testStream(`prompts ${spec}`);
      const { means, standardErrors } = sampleMeans(8_000, (i) => {
        const { tokens, task, target } = draw(stream.split(i));
        const label = task[0]! * tokens[1]! + task[1]! * tokens[5]!;
        expect(tokens[9]).toBeCloseTo(label, 12);
        // Token 1 and the query token, and both together: independent.
        const [a, b, p, q] = [tokens[1]!, tokens[5]!, tokens[3]!, tokens[7]!];
        return [a * a, a * b, b * b, p * p, p * q, q * q, a * p, b * q, target * target];
      });
      [1, 0.6, 1, 1, 0.6, 1, 0, 0, 2].forEach((value, k) => {
        expect(Math.abs(means[k]! - value)).toBeLessThan(5 * standardErrors[k]!);
      });
    },
  );

  it("keeps the radius of the sphere and the bounds of the cube", () => {
    const result = new Float64Array(3);
    const stream = testStream("support");
    const sphere = standardCovariateSampler({ kind: "sphere" }, 3);
    const cube = standardCovariateSampler({ kind: "uniform" }, 3);
    for (let k = 0; k < 100; k++) {
      sphere(stream, result);
      expect(Math.hypot(...result)).toBeCloseTo(Math.sqrt(3), 12);
      cube(stream, result);
      expect(Math.max(...result.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(3));
    }
  });

  it("draws Gram prompts of other laws token by token", () => {
    const covariateLaw = parseCovariateLaw("uniform");
    const distribution = promptDistribution({ dim: 2, contextLength: 4, covariateLaw });
    const found = gramPromptSampler(distribution)(testStream("one").split(3));
    expect(found).toEqual(
      toGramPrompt(tokenPromptSampler(distribution)(testStream("one").split(3))),
    );
  });

  it("are read from what they are written as, and nothing else", () => {
    for (const [spec] of laws) expect(describeCovariateLaw(parseCovariateLaw(spec))).toBe(spec);
    for (const spec of [
      "",
      "normal",
      "uniform:2",
      "student",
      "student:4",
      "student:Infinity",
      "student:5:1",
      "mixture:1",
      "mixture:2.5",
      "mixture:",
    ]) {
      expect(() => parseCovariateLaw(spec, "--covariates"), spec).toThrow(ArgumentError);
      expect(() => parseCovariateLaw(spec, "--covariates")).toThrow(`got "${spec}"`);
    }
  });
});
