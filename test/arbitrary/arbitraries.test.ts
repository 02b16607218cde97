import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  contextLengths,
  covariances,
  fullLayers,
  gramPrompts,
  preconditioners,
  promptLaws,
  rotations,
  settings,
  smallNumber,
  taskPriors,
  tokenPrompts,
} from "../../src/arbitraries.js";
import { canonicalGauge } from "../../src/model/gauge.js";
import { Matrix, symmetricEigen } from "../../src/numeric/matrix.js";
import { toGramPrompt } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { checkProperty, TEST_SEED } from "../seed.js";

const dims = fc.integer({ min: 1, max: 5 });

/** What a value shrinks to when everything fails. */
function least<Value>(arbitrary: fc.Arbitrary<Value>): Value {
  const property = fc.property(arbitrary, () => false);
  return fc.check(property, { seed: TEST_SEED, numRuns: 1 }).counterexample![0] as Value;
}

function conditionNumber(matrix: Matrix): number {
  const { values } = symmetricEigen(matrix);
  return Math.max(...values) / Math.min(...values);
}

describe("covariances", () => {
  test.each([1, 10, 1e4, Number.POSITIVE_INFINITY])(
    "are symmetric and positive definite with condition number at most %d",
    (bound) => {
      checkProperty(
        fc.property(
          dims.chain((dim) => covariances(dim, { conditionNumber: bound })),
          (matrix) => {
            expect(matrix.isSymmetric()).toBe(true);
            expect(conditionNumber(matrix)).toBeLessThan(Math.min(bound, 1e10) * (1 + 1e-4));
            // Also by the prompt law's own check, on which every user of covariances stands.
            promptDistribution({ dim: matrix.rows, contextLength: 1, covariance: matrix });
          },
        ),
      );
    },
  );

  test("are near-singular on request", () => {
    checkProperty(
      fc.property(covariances(3, { nearSingular: true }), (matrix) => {
        expect(conditionNumber(matrix)).toBeGreaterThan(0.9e10);
      }),
    );
  });

  test("repeat eigenvalues often, and also do not", () => {
    const drawn = fc.sample(covariances(3), { seed: TEST_SEED, numRuns: 200 });
    const distinct = drawn.map((matrix) => {
      const [a, b, c] = symmetricEigen(matrix).values as [number, number, number];
      const near = (x: number, y: number) => Math.abs(x - y) < 1e-9 * Math.abs(x);
      return 3 - [near(a, b), near(b, c)].filter(Boolean).length;
    });
    for (const count of [1, 2, 3]) {
      expect(distinct.filter((found) => found === count).length).toBeGreaterThan(10);
    }
  });

  test("shrink to the identity", () => {
    expect(least(covariances(3)).to2DArray()).toEqual(Matrix.eye(3).to2DArray());
    expect(least(taskPriors(Matrix.diag([2, 4]))).to2DArray()).toEqual([
      [0.5, 0],
      [0, 0.25],
    ]);
  });

  test.each([0, 2.5])("of dim %d are refused", (dim) => {
    expect(() => covariances(dim)).toThrow(/covariances: dim must be/);
  });

  test("with a condition number below 1 are refused", () => {
    expect(() => covariances(2, { conditionNumber: 0.5 })).toThrow(/at least 1, got 0.5/);
  });
});

test("rotations are orthogonal, of both determinants, and shrink to the identity", () => {
  checkProperty(
    fc.property(dims.chain(rotations), (rotation) => {
      const error = rotation.mmul(rotation.transpose()).sub(Matrix.eye(rotation.rows));
      expect(error.norm()).toBeLessThan(1e-13);
    }),
  );
  expect(least(rotations(4)).to2DArray()).toEqual(Matrix.eye(4).to2DArray());
});

describe("settings", () => {
  test("hit d = 1, n = 1, n < d, n = d and n > d often", () => {
    const drawn = fc.sample(settings(), { seed: TEST_SEED, numRuns: 400 });
    const share = (test: (setting: (typeof drawn)[number]) => boolean) =>
      drawn.filter(test).length / drawn.length;
    expect(share(({ dim }) => dim === 1)).toBeGreaterThan(0.15);
    expect(share(({ contextLength }) => contextLength === 1)).toBeGreaterThan(0.15);
    expect(share(({ dim, contextLength }) => contextLength < dim)).toBeGreaterThan(0.15);
    expect(share(({ dim, contextLength }) => contextLength === dim)).toBeGreaterThan(0.1);
    expect(share(({ dim, contextLength }) => contextLength > dim)).toBeGreaterThan(0.15);
  });

  test("shrink to ones", () => {
    expect(least(settings())).toEqual({ dim: 1, contextLength: 1, loops: 1 });
    expect(least(contextLengths(4))).toBe(1);
  });
});

describe("prompts", () => {
  test("have labels w·x plus noise, and the query's own as target", () => {
    checkProperty(
      fc.property(
        dims.chain((dim) => tokenPrompts(dim, { noise: false })),
        ({ dim, contextLength, tokens, target, task }) => {
          const columns = contextLength + 1;
          for (let column = 0; column < columns; column++) {
            let label = 0;
            for (let i = 0; i < dim; i++) label += task[i]! * tokens[i * columns + column]!;
            // Entries are multiples of 1/16 below 2: these sums are exact.
            expect(column === contextLength ? target : tokens[dim * columns + column]).toBe(label);
          }
          expect(tokens.at(-1)).toBe(0);
        },
      ),
    );
  });

  test("come with noise unless told otherwise, at a length when told one, and in Gram form", () => {
    const noisy = fc.sample(tokenPrompts(1, { contextLength: 3 }), {
      seed: TEST_SEED,
      numRuns: 50,
    });
    expect(noisy.every(({ contextLength }) => contextLength === 3)).toBe(true);
    expect(noisy.some(({ tokens, task }) => tokens[4] !== task[0]! * tokens[0]!)).toBe(true);
    const options = { seed: TEST_SEED, numRuns: 10 };
    expect(fc.sample(gramPrompts(2), options)).toEqual(
      fc.sample(tokenPrompts(2), options).map(toGramPrompt),
    );
    expect(() => tokenPrompts(2, { contextLength: 0 })).toThrow(/contextLength must be/);
  });

  test("shrink to zeros", () => {
    const { contextLength, tokens } = least(tokenPrompts(2));
    expect(contextLength).toBe(1);
    expect(tokens.every((entry) => entry === 0)).toBe(true);
    expect(least(smallNumber(2))).toBe(0);
  });

  test("shrink a failure to small whole numbers", () => {
    const property = fc.property(smallNumber(8), (value) => Math.abs(value) < 2.5);
    const { counterexample } = fc.check(property, { seed: TEST_SEED });
    expect(Math.abs(counterexample![0])).toBe(3);
  });

  test("laws are admissible and shrink to one dimension without noise", () => {
    const law = least(promptLaws());
    expect(law).toMatchObject({ dim: 1, contextLength: 1, noiseVariance: 0 });
    expect(law.covariance.to2DArray()).toEqual([[1]]);
  });
});

describe("weights", () => {
  test("preconditioners are of their kind", () => {
    checkProperty(
      fc.property(preconditioners(3, "symmetric"), preconditioners(3, "conjugated"), (a, b) => {
        expect(a.isSymmetric()).toBe(true);
        expect(Matrix.sub(b, b.transpose()).norm()).toBeLessThan(1e-13);
      }),
    );
    const general = fc.sample(preconditioners(3), { seed: TEST_SEED, numRuns: 20 });
    expect(general.some((matrix) => !matrix.isSymmetric())).toBe(true);
    expect(least(preconditioners(2)).norm()).toBe(0);
  });

  test("full layers stand in gauges of both signs and several sizes", () => {
    const layers = fc.sample(fullLayers(2), { seed: TEST_SEED, numRuns: 60 });
    const norms = layers.map(({ value }) => value.norm()).filter((norm) => norm > 0);
    expect(Math.max(...norms) / Math.min(...norms)).toBeGreaterThan(30);
    for (const layer of layers) canonicalGauge(layer);
    expect(least(fullLayers(1)).value.norm()).toBe(0);
  });
});
