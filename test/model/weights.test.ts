import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import {
  attentionLayer,
  dimOf,
  fullWeights,
  layersOf,
  packWeights,
  parameterCount,
  restrictedWeights,
  unpackWeights,
  untiedWeights,
} from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { boundedNumber } from "../arbitraries.js";
import { checkProperty } from "../seed.js";

const a = new Matrix([
  [1, 2],
  [3, 4],
]);
const u = Float64Array.of(5, 6);

test("a restricted layer is P = [[0, 0], [uᵀ, 1]], Q = [[−A, 0], [0, 0]]", () => {
  const { value, keyQuery } = attentionLayer(restrictedWeights(a, u));
  expect(value.to2DArray()).toEqual([
    [0, 0, 0],
    [0, 0, 0],
    [5, 6, 1],
  ]);
  expect(keyQuery.to2DArray()).toEqual([
    [-1, -2, 0],
    [-3, -4, 0],
    [0, 0, 0],
  ]);
  expect(a.get(0, 0)).toBe(1);
});

test("tied models apply one layer again and again, untied ones each of theirs", () => {
  expect(layersOf(restrictedWeights(a), 3)).toHaveLength(3);
  const untied = untiedWeights([restrictedWeights(a), restrictedWeights(a.transpose(), u)]);
  const [first, second] = layersOf(untied, 2);
  expect(first!.keyQuery.get(0, 1)).toBe(-2);
  expect(second!.keyQuery.get(0, 1)).toBe(-3);
  expect(second!.value.get(2, 0)).toBe(5);
  expect(() => layersOf(untied, 3)).toThrow("loops must be 2, the number of layers");
});

describe("packing", () => {
  const shapes = fc.record({
    family: fc.constantFrom("restricted", "full", "untied"),
    dim: fc.integer({ min: 1, max: 4 }),
    loops: fc.integer({ min: 1, max: 3 }),
  });

  test("unpacking and packing give the vector back, for every family", () => {
    checkProperty(
      fc.property(
        shapes.chain((shape) => {
          const length = parameterCount(shape);
          const entries = fc.array(boundedNumber(1), { minLength: length, maxLength: length });
          return fc.tuple(fc.constant(shape), entries);
        }),
        ([shape, entries]) => {
          const weights = unpackWeights(shape, Float64Array.from(entries));
          expect(weights.family).toBe(shape.family);
          expect(dimOf(weights)).toBe(shape.dim);
          expect([...packWeights(weights)]).toEqual(entries);
        },
      ),
    );
  });

  test("the order is A, u layer after layer, or P, Q", () => {
    expect([...packWeights(restrictedWeights(a, u))]).toEqual([1, 2, 3, 4, 5, 6]);
    const full = fullWeights(a, Matrix.mul(a, 10));
    expect([...packWeights(full)]).toEqual([1, 2, 3, 4, 10, 20, 30, 40]);
    const one = untiedWeights([restrictedWeights(a, u), restrictedWeights(Matrix.mul(a, 10))]);
    expect([...packWeights(one)]).toEqual([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 0, 0]);
  });

  test("a vector of another length is refused", () => {
    const shape = { family: "restricted", dim: 2, loops: 1 } as const;
    expect(() => unpackWeights(shape, new Float64Array(5))).toThrow(
      "parameters must be a vector of length 6, got length 5",
    );
  });
});

test.each([
  ["a preconditioner that is not square", () => restrictedWeights(new Matrix(2, 3))],
  ["a read-in of another length", () => restrictedWeights(a, Float64Array.of(1))],
  ["P beside a Q of another size", () => fullWeights(a, Matrix.eye(3))],
  ["P and Q without room for a label", () => fullWeights(Matrix.eye(1), Matrix.eye(1))],
  ["no layer", () => untiedWeights([])],
  [
    "layers of several sizes",
    () => untiedWeights([restrictedWeights(a), restrictedWeights(Matrix.eye(3))]),
  ],
  ["zero loops", () => layersOf(restrictedWeights(a), 0)],
])("refused: %s", (_, build) => {
  expect(build).toThrow(ArgumentError);
});
