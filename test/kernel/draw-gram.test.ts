import { describe, expect, test } from "vitest";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { flatten, Matrix, matrixFrom } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import { wishartMoments } from "../../src/theory/wishart-moments.js";
import { testStream } from "../seed.js";
import { type DrawnPrompt, drawPrompts } from "./drawn-prompts.js";

const stream = testStream("kernel draw");

function law(dim: number, contextLength: number, noiseVariance = 0): PromptDistribution {
  const covariance = conditionedCovariance(dim, dim === 1 ? 1 : 3, stream.split("Σ"));
  const taskCovariance = conditionedCovariance(dim, dim === 1 ? 1 : 2, stream.split("Ω"));
  return promptDistribution({ dim, contextLength, covariance, taskCovariance, noiseVariance });
}

const laws: [string, PromptDistribution][] = [
  ["d=2 n=6", law(2, 6)],
  ["d=2 n=6 with noise", law(2, 6, 0.7)],
  ["d=3 n=2", law(3, 2)],
  ["d=3 n=2 with noise", law(3, 2, 0.7)],
  ["d=3 n=3 with noise", law(3, 3, 0.7)],
  ["d=2 n=1 with noise", law(2, 1, 0.4)],
  ["d=1 n=1", law(1, 1)],
  ["d=1 n=3 with noise", law(1, 3, 0.4)],
  ["isotropic, d=3 n=5", promptDistribution({ dim: 3, contextLength: 5 })],
];

test.each([
  ...laws.map(([name, distribution]) => [name, "float64", distribution] as const),
  ["d=3 n=3 with noise", "float32", law(3, 3, 0.7)] as const,
])("%s, %s: the law of the Gram sampler, by joint moments", (name, precision, distribution) => {
  const COUNT = 8_000;
  const own = stream.split(name);
  const drawn = drawPrompts(distribution, own.split("kernel"), COUNT, { precision });
  const sample = gramPromptSampler(distribution);
  const scale = 1 / distribution.contextLength;
  const kernel = sampleMeans(COUNT, (i) => statistics(drawn[i]!));
  const reference = sampleMeans(COUNT / 2, (i) =>
    statistics({ ...sample(own.split("sampler").split(i)), scale }),
  );
  kernel.means.forEach((mean, k) => {
    const error = Math.hypot(kernel.standardErrors[k]!, reference.standardErrors[k]!);
    expect(Math.abs(mean - reference.means[k]!)).toBeLessThanOrEqual(5 * error + 1e-7);
  });
});

// Long contexts too: the χ variates are then nearly constant, and their spread is all there is to see.
test.each([
  [5, 3],
  [5, 5],
  [5, 20],
  [1, 1],
  [10, 20],
  [4, 1_000_000],
])("E tr S^k is exact: d=%i n=%i", (dim, contextLength) => {
  const distribution = promptDistribution({ dim, contextLength });
  const own = stream.split("moments").split(dim).split(contextLength);
  const drawn = drawPrompts(distribution, own, 5_000, { covariatesOnly: true });
  const n = contextLength;
  const moments = wishartMoments({ dim, contextLength }, 4);
  const expected = [1, 2, 3, 4].map((k) => Number(moments[k]!) / n ** k);
  const { means, standardErrors } = sampleMeans(drawn.length, (i) => {
    const covariance = covariatesOf(drawn[i]!, dim).mul(drawn[i]!.scale);
    const square = covariance.mmul(covariance);
    return [covariance, square, square.mmul(covariance), square.mmul(square)].map((power) =>
      power.trace(),
    );
  });
  expected.forEach((moment, k) => {
    expect(Math.abs(means[k]! - moment)).toBeLessThan(5 * standardErrors[k]!);
  });
});

test("noiseless labels are linear: G_xy = G_xx w, G_yy = wᵀG_xx w and y_q = w·x_q for one w", () => {
  const distribution = law(3, 7);
  for (const { gram, query, target, scale } of drawPrompts(distribution, stream.split("w"), 100)) {
    const whole = matrixFrom(4, 4, gram);
    const covariates = whole.subMatrix(0, 2, 0, 2);
    const cross = whole.subMatrix(0, 2, 3, 3);
    const task = inverse3(covariates).mmul(cross);
    const scaleOfG = Math.max(...gram.map(Math.abs)) + 1;
    expect(Math.abs(task.transpose().mmul(cross).get(0, 0) - gram[15]!)).toBeLessThan(
      1e-9 * scaleOfG,
    );
    const response = task.to1DArray().reduce((sum, value, i) => sum + value * query[i]!, 0);
    expect(response).toBeCloseTo(target, 9);
    expect(flatten(whole)).toEqual(flatten(whole.transpose()));
    expect([query[3], scale]).toEqual([0, 1 / 7]);
  }
});

describe("prompt i", () => {
  const distribution = law(3, 5, 0.3);
  const own = stream.split("index");

  test.each(["float64", "float32"] as const)(
    "is the same in any batch and lane, %s",
    (precision) => {
      const whole = drawPrompts(distribution, own, 48, { precision });
      for (const firstPrompt of [1, 2, 5, 33]) {
        expect(drawPrompts(distribution, own, 7, { precision, firstPrompt })).toEqual(
          whole.slice(firstPrompt, firstPrompt + 7),
        );
      }
    },
  );

  test("beyond 2³² and 2⁵² too, and not the same as others", () => {
    for (const firstPrompt of [0, 2 ** 32, 2 ** 52]) {
      const [one, next] = drawPrompts(distribution, own, 2, { firstPrompt });
      expect(drawPrompts(distribution, own, 1, { firstPrompt: firstPrompt + 1 })).toEqual([next]);
      expect(one).not.toEqual(next);
    }
    const [low] = drawPrompts(distribution, own, 1);
    const [high] = drawPrompts(distribution, own, 1, { firstPrompt: 2 ** 32 });
    expect(low).not.toEqual(high);
  });

  test("has the same covariates without labels, and without noise", () => {
    const covariates = (drawn: DrawnPrompt[]) =>
      drawn.map((prompt) => flatten(covariatesOf(prompt, 3)));
    const full = covariates(drawPrompts(distribution, own, 20));
    expect(covariates(drawPrompts(distribution, own, 20, { covariatesOnly: true }))).toEqual(full);
    const noiseless = { ...distribution, noiseVariance: 0 };
    expect(covariates(drawPrompts(noiseless, own, 20))).toEqual(full);
  });

  test("in float32 is that of float64 to its rounding", () => {
    const [double, single] = (["float64", "float32"] as const).map((precision) =>
      drawPrompts(distribution, own, 200, { precision }),
    );
    double!.forEach(({ gram, query, target }, k) => {
      const other = single![k]!;
      const size = Math.max(...gram.map(Math.abs), ...query.map(Math.abs), 1);
      for (const [i, value] of gram.entries()) {
        expect(Math.abs(value - other.gram[i]!)).toBeLessThan(4e-6 * size);
      }
      expect(Math.abs(target - other.target)).toBeLessThan(4e-6 * size);
    });
  });

  test("is independent of its neighbours, which share its vector", () => {
    const drawn = drawPrompts(distribution, own.split("lanes"), 20_000);
    const feature = ({ gram, target }: DrawnPrompt) => [gram[0]!, gram[5]!, gram[15]!, target];
    const { means } = sampleMeans(drawn.length, (i) => feature(drawn[i]!));
    const { means: products, standardErrors } = sampleMeans(drawn.length - 2, (i) => {
      const [here, next, after] = [0, 1, 2].map((k) =>
        feature(drawn[i + k]!).map((value, j) => value - means[j]!),
      );
      return here!.flatMap((value) => [...next!, ...after!].map((other) => value * other));
    });
    products.forEach((product, k) => {
      expect(Math.abs(product)).toBeLessThan(5 * standardErrors[k]!);
    });
  });
});

function covariatesOf({ gram }: DrawnPrompt, dim: number): Matrix {
  return new Matrix(matrixFrom(dim + 1, dim + 1, gram).subMatrix(0, dim - 1, 0, dim - 1));
}

/** Cramer's rule. */
function inverse3(matrix: Matrix): Matrix {
  const [a, b, c, d, e, f, g, h, i] = matrix.to1DArray() as [
    ...[number, number, number],
    ...[number, number, number],
    ...[number, number, number],
  ];
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return new Matrix([
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ]).div(determinant);
}

/** Gram entries, their products, and products with query and target that tie them together. */
function statistics({ gram, query, target, scale }: DrawnPrompt): number[] {
  const size = query.length;
  const upper = [...gram].filter((_, k) => k % size >= Math.floor(k / size));
  const queries = [...query].slice(0, -1);
  return [
    scale,
    ...upper,
    ...upper.flatMap((one) => upper.map((other) => one * other)),
    ...queries.flatMap((one) => queries.map((other) => one * other)),
    target * target,
    ...queries.map((value) => value * target),
    // Not zero in the mean, for query and context share the task.
    ...queries.map((value, i) => value * target * gram[i * size + size - 1]!),
    ...upper.map((value) => value * target * target),
  ];
}
