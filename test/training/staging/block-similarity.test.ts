import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ModelShape, parameterCount, unpackWeights } from "../../../src/model/model-shape.js";
import { layersOf } from "../../../src/model/weights.js";
import { flatten, Matrix } from "../../../src/numeric/matrix.js";
import {
  blockSimilarityPenalty,
  withBlockSimilarity,
} from "../../../src/training/staging/block-similarity.js";
import { anyStream } from "../../arbitraries.js";
import { checkProperty, testStream } from "../../seed.js";

const anyStack = fc.record({
  family: fc.constantFrom("restricted", "gd++", "full"),
  dim: fc.integer({ min: 1, max: 3 }),
  blocks: fc.integer({ min: 2, max: 4 }),
  blockLayers: fc.integer({ min: 1, max: 2 }),
});

const shapeOf = ({
  family,
  dim,
  blocks,
  blockLayers,
}: {
  family: string;
  dim: number;
  blocks: number;
  blockLayers: number;
}) => ({ family, dim, layers: blocks * blockLayers, loops: 1 }) as ModelShape;

describe("blockSimilarityPenalty", () => {
  it("is 1 minus the mean cosine of P and Q of layers a block apart", () => {
    checkProperty(
      fc.property(anyStack, anyStream, (stack, stream) => {
        const shape = shapeOf(stack);
        const parameters = stream.normals(parameterCount(shape));
        const layers = layersOf(unpackWeights(shape, parameters), 1);
        const cosine = (one: Matrix, other: Matrix) =>
          Matrix.mul(one, other).sum() / (one.norm() * other.norm());
        const pairs = layers
          .slice(stack.blockLayers)
          .map((layer, i) => [layers[i]!, layer] as const);
        const mean =
          pairs.reduce(
            (sum, [a, b]) => sum + (cosine(a.value, b.value) + cosine(a.keyQuery, b.keyQuery)) / 2,
            0,
          ) / pairs.length;
        const { loss } = blockSimilarityPenalty(shape, stack.blockLayers)(parameters);
        expect(loss).toBeCloseTo(1 - mean, 12);
      }),
    );
  });

  it("has the gradient that finite differences find", () => {
    checkProperty(
      fc.property(anyStack, anyStream, (stack, stream) => {
        const shape = shapeOf(stack);
        const penalty = blockSimilarityPenalty(shape, stack.blockLayers);
        const parameters = stream.normals(parameterCount(shape));
        const { gradient } = penalty(parameters);
        for (let i = 0; i < parameters.length; i++) {
          const at = (shift: number) =>
            penalty(parameters.map((value, j) => (j === i ? value + shift : value))).loss;
          // In one dimension a cosine of single entries jumps between ±1 and has no slope.
          const difference = (at(1e-6) - at(-1e-6)) / 2e-6;
          expect(Math.abs(gradient[i]! - difference)).toBeLessThan(
            1e-6 * (1 + Math.abs(difference)),
          );
        }
      }),
      { numRuns: 25 },
    );
  });

  it("vanishes, with its gradient, on equal blocks; a step down it draws blocks together", () => {
    const shape = { family: "gd++", dim: 2, layers: 4, loops: 1 } as const;
    const penalty = blockSimilarityPenalty(shape, 2);
    const block = testStream("equal blocks").normals(parameterCount(shape) / 2);
    const equal = penalty(Float64Array.of(...block, ...block));
    expect(equal.loss).toBeCloseTo(0, 12);
    expect(Math.max(...equal.gradient.map(Math.abs))).toBeLessThan(1e-12);
    const parameters = testStream("apart").normals(parameterCount(shape));
    const { loss, gradient } = penalty(parameters);
    const moved = parameters.map((value, i) => value - 0.01 * gradient[i]!);
    expect(penalty(moved).loss).toBeLessThan(loss);
  });

  it("takes the angle to a zero matrix for a right one", () => {
    const shape = { family: "restricted", dim: 1, layers: 2, loops: 1 } as const;
    // A = 0, u = 1 and A = 2, u = 1: cos of Q undefined, of P = (1, 1) both times: 1.
    const { loss, gradient } = blockSimilarityPenalty(shape, 1)(Float64Array.of(0, 1, 2, 1));
    expect(loss).toBeCloseTo(0.5, 12);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-12);
  });

  it("refuses a shape that is no stack of blocks, and a strength of zero", () => {
    const shape = { family: "full", dim: 1, layers: 3, loops: 1 } as const;
    expect(() => blockSimilarityPenalty(shape, 2)).toThrow(
      "layers must be a multiple of the block's 2",
    );
    expect(() => blockSimilarityPenalty(shape, 3)).toThrow("at least twice, got 3");
    const objective = {
      describe: () => "",
      evaluate: () => ({ loss: 0, gradient: flatten(Matrix.eye(1)) }),
    };
    expect(() => withBlockSimilarity(objective, shape, { strength: 0, blockLayers: 1 })).toThrow(
      "strength must be a finite number > 0",
    );
  });

  it("adds to the gradient and leaves the loss comparable", async () => {
    const shape = { family: "restricted", dim: 1, layers: 2, loops: 1 } as const;
    const objective = {
      describe: () => "constant",
      evaluate: () => ({ loss: 7, gradient: Float64Array.of(1, 2, 3, 4) }),
    };
    const parameters = Float64Array.of(0.5, 1, 2, -1);
    const penalty = blockSimilarityPenalty(shape, 1)(parameters);
    const regularised = withBlockSimilarity(objective, shape, { strength: 3, blockLayers: 1 });
    const found = await regularised.evaluate(parameters, testStream("unused"));
    expect(found.loss).toBe(7);
    expect(found.penalty).toBe(3 * penalty.loss);
    expect([...found.gradient]).toEqual(
      [1, 2, 3, 4].map((slope, i) => slope + 3 * penalty.gradient[i]!),
    );
    expect(regularised.describe()).toBe("constant; similarity 3 of blocks of 1");
  });
});
