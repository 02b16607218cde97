import { describe, expect, test } from "vitest";
import { checkLaws, laws, type ModelUnderTest, weightsUnderTest } from "../../src/laws.js";
import {
  fullWeights,
  gdPlusPlusBlock,
  restrictedBlock,
  restrictedLayer,
  restrictedWeights,
} from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import type { PromptTokens } from "../../src/prompt/token-prompt.js";
import { TEST_SEED, testStream } from "../seed.js";

const skewed = new Matrix([
  [0.6, 0.2],
  [-0.1, 0.5],
]);
const positive = new Matrix([
  [0.7, 0.2],
  [0.2, 0.4],
]);
const sampling = { seed: TEST_SEED, runs: 60 };

/** Laws by verdict. */
async function verdicts(model: ModelUnderTest, skip: readonly string[] = []) {
  const results = await checkLaws(model, { ...sampling, skip });
  const of = (verdict: string) =>
    results.filter((result) => result.verdict === verdict).map(({ id }) => id);
  return { holds: of("holds"), violated: of("violated"), excluded: of("not-applicable"), results };
}

describe("models of this package obey every law that applies", () => {
  const square = (name: string) => Matrix.from1DArray(3, 3, [...testStream(name).normals(9)]);
  test.each([
    ["isotropic descent", weightsUnderTest(restrictedWeights(Matrix.eye(2).mul(0.6))), []],
    ["descent in one dimension", weightsUnderTest(restrictedWeights(new Matrix([[0.5]]))), []],
    [
      "descent with a positive definite A",
      weightsUnderTest(restrictedWeights(positive)),
      ["covariate-rotation"],
    ],
    [
      "descent with any A",
      weightsUnderTest(restrictedWeights(skewed), { loops: 4 }),
      ["covariate-rotation", "fixed-point", "monotone-error"],
    ],
    [
      "a layer with u",
      weightsUnderTest(restrictedWeights(skewed, Float64Array.of(1, 2))),
      [
        "gradient-descent-steps",
        "covariate-rotation",
        "covariate-scaling",
        "label-linearity",
        "fixed-point",
        "monotone-error",
      ],
    ],
    [
      "two layers",
      weightsUnderTest(restrictedBlock([restrictedLayer(skewed), restrictedLayer(positive)])),
      [
        "gradient-descent-steps",
        "covariate-rotation",
        "covariate-scaling",
        "fixed-point",
        "monotone-error",
      ],
    ],
    [
      "GD++",
      weightsUnderTest(
        gdPlusPlusBlock([{ ...restrictedLayer(positive), covariateValue: Matrix.eye(2).mul(0.2) }]),
        { loops: 2 },
      ),
      [
        "gradient-descent-steps",
        "covariate-rotation",
        "covariate-scaling",
        "fixed-point",
        "monotone-error",
      ],
    ],
    [
      "full layers",
      weightsUnderTest(fullWeights(square("P").mul(0.2), square("Q").mul(0.2)), { loops: 2 }),
      [
        "gradient-descent-steps",
        "covariate-rotation",
        "covariate-scaling",
        "label-linearity",
        "fixed-point",
        "monotone-error",
      ],
    ],
  ])("%s", async (_, model, excluded) => {
    const found = await verdicts(model);
    expect(found.results.filter(({ verdict }) => verdict === "violated")).toEqual([]);
    expect(found.excluded).toEqual(excluded);
    expect(found.holds.length).toBeGreaterThanOrEqual(3);
  });
});

describe("every law catches a model that breaks it", () => {
  const b = 0.6;
  const preconditioner = Matrix.eye(2).mul(b);
  const sound = weightsUnderTest(restrictedWeights(preconditioner));

  /** GD with one thing wrong, on the columns of a prompt. */
  function descent(
    change: {
      readonly perExample?: (n: number) => number;
      readonly weightOf?: (k: number) => number;
      readonly labelOf?: (y: number) => number;
      readonly bias?: number;
      readonly leak?: number;
      readonly step?: (t: number) => number;
      readonly metric?: readonly [number, number];
    } = {},
  ) {
    return ({ contextLength: n, tokens }: PromptTokens, loops: number) => {
      const columns = n + 1;
      const x = (i: number, k: number) => tokens[i * columns + k]!;
      const w = [0, 0];
      return Array.from({ length: loops }, (_, t) => {
        const slope = [0, 0];
        for (let k = 0; k < n; k++) {
          const label = (change.labelOf ?? ((y) => y))(tokens[2 * columns + k]!);
          const residual = label - w[0]! * x(0, k) - w[1]! * x(1, k) + (change.leak ?? 0) * x(0, n);
          const weight = (change.weightOf ?? (() => 1))(k);
          slope[0]! += weight * residual * x(0, k);
          slope[1]! += weight * residual * x(1, k);
        }
        const scale = (change.step?.(t) ?? b) / (change.perExample ?? ((m) => m))(n);
        w[0]! += scale * slope[0]! * (change.metric?.[0] ?? 1);
        w[1]! += scale * slope[1]! * (change.metric?.[1] ?? 1);
        return w[0]! * x(0, n) + w[1]! * x(1, n) + (change.bias ?? 0);
      });
    };
  }

  test("the hand-written descent is sound", async () => {
    const found = await verdicts({ predict: descent(), dim: 2, preconditioner });
    expect(found.violated).toEqual([]);
    expect(found.excluded).toEqual(["gauge-invariance"]);
  });

  test.each([
    ["gradient-descent-steps", { predict: descent({ perExample: (n) => n + 1 }) }],
    ["example-permutation", { predict: descent({ weightOf: (k) => 1 / (k + 1) }) }],
    ["example-duplication", { predict: descent({ perExample: () => 4 }) }],
    ["covariate-rotation", { predict: descent({ metric: [1, 1.01] }) }],
    ["covariate-scaling", { predict: descent({ bias: 0.01 }) }],
    ["label-linearity", { predict: descent({ labelOf: (y) => y + 0.01 * y * y }) }],
    ["query-mask", { predict: descent({ leak: 0.01 }) }],
    ["gauge-invariance", { gauges: [descent({ step: () => 1.001 * b })] }],
    ["fixed-point", { predict: descent({ step: (t) => b / (t + 1) }) }],
    ["monotone-error", { predict: descent({ step: (t) => (t === 2 ? -b : b) }) }],
  ] as const)("%s", async (id, change) => {
    const law = laws.find((candidate) => candidate.id === id)!;
    const skip = laws.filter((other) => other !== law).map((other) => other.id);
    const { violated, results } = await verdicts({ ...sound, ...change }, skip);
    expect(violated).toEqual([id]);
    const { detail } = results.find((result) => result.id === id)!;
    expect(detail).toMatch(/difference \S+ at entry \d+ of \d+/);
    expect(detail).toMatch(/input: /);
    expect(detail).toMatch(new RegExp(`seed ${TEST_SEED}, path [\\d:]+$`));
  });
});

describe("predictors that fail", () => {
  const model = (predict: ModelUnderTest["predict"]): ModelUnderTest => ({
    predict,
    dim: 1,
    timeout: 20,
  });
  test.each([
    [
      "throws",
      () => {
        throw new Error("no such layer");
      },
      /the predictor threw \(loops = 3, d = 1, n = \d+\): no such layer/,
    ],
    ["never answers", () => new Promise<number>(() => {}), /gave no answer in 20 ms/],
    ["gives NaN", () => [0, Number.NaN, 0], /prediction 2 of 3 is NaN/],
    ["gives too few loops", () => [1, 2], /gave 2 predictions, not 3, one per loop/],
    ["gives text", () => "0.5" as unknown as number, /gave string, not a number/],
    ["gives texts", () => ["a", "b", "c"] as unknown as number[], /gave object, not a number/],
  ])("one that %s is told so", async (_, predict, message) => {
    const [, result] = await checkLaws(model(predict), sampling);
    expect(result).toMatchObject({ id: "example-permutation", verdict: "violated" });
    expect(result!.detail).toMatch(message);
  });

  test("one that gives the last prediction alone is asked for every depth", async () => {
    const sound = weightsUnderTest(restrictedWeights(new Matrix([[0.5]])));
    const last: ModelUnderTest["predict"] = async (prompt, loops) =>
      Array.from((await sound.predict(prompt, loops)) as ArrayLike<number>).at(-1)!;
    const { violated } = await verdicts({ ...sound, predict: last, gauges: [last] });
    expect(violated).toEqual([]);
  });

  test("one that writes into its prompt harms nobody", async () => {
    const sound = weightsUnderTest(restrictedWeights(new Matrix([[0.5]])));
    const predict: ModelUnderTest["predict"] = (prompt, loops) => {
      const answer = sound.predict(prompt, loops);
      prompt.tokens.fill(7);
      return answer;
    };
    expect((await verdicts({ ...sound, predict })).violated).toEqual([]);
  });
});

describe("asking", () => {
  const sound = weightsUnderTest(restrictedWeights(new Matrix([[0.5]])));

  test("what is skipped is not asked", async () => {
    const results = await checkLaws(sound, { ...sampling, skip: ["query-mask"] });
    expect(results.find(({ id }) => id === "query-mask")).toMatchObject({
      verdict: "skipped",
      runs: 0,
    });
  });

  test.each([
    ["a law that is none", sound, { skip: ["nope"] }, /skip must be ids of laws .*, got "nope"/],
    ["no dimension", { ...sound, dim: 0 }, {}, /dim must be/],
    ["a tolerance of zero", { ...sound, tolerance: 0 }, {}, /tolerance must be/],
    ["no run", sound, { runs: 0 }, /runs must be/],
  ])("%s is refused", async (_, model, options, message) => {
    await expect(checkLaws(model, options)).rejects.toThrow(message);
  });
});
