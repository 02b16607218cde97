import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import {
  describeShape,
  packWeights,
  parameterCount,
  unpackWeights,
} from "../../src/model/model-shape.js";
import {
  attentionLayer,
  dimOf,
  fullBlock,
  fullWeights,
  gdPlusPlusBlock,
  layersOf,
  restrictedBlock,
  restrictedLayer,
  restrictedWeights,
} from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { boundedNumber } from "../arbitraries.js";
import { checkProperty } from "../seed.js";

const a = new Matrix([
  [1, 2],
  [3, 4],
]);
const u = Float64Array.of(5, 6);
const fullLayer = (size: number) => ({ value: Matrix.eye(size), keyQuery: Matrix.eye(size) });

test("a restricted layer is P = [[0, 0], [uᵀ, 1]], Q = [[−A, 0], [0, 0]]", () => {
  const { value, keyQuery } = attentionLayer(restrictedLayer(a, u));
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

test("a GD++ layer has C in the covariate block of P", () => {
  const { value, keyQuery } = attentionLayer({
    ...restrictedLayer(a, u),
    covariateValue: Matrix.mul(a, 10),
  });
  expect(value.to2DArray()).toEqual([
    [10, 20, 0],
    [30, 40, 0],
    [5, 6, 1],
  ]);
  expect(keyQuery).toEqual(attentionLayer(restrictedLayer(a)).keyQuery);
});

test("a model applies the layers of its block in order, again and again", () => {
  expect(layersOf(restrictedWeights(a), 3)).toHaveLength(3);
  const block = restrictedBlock([restrictedLayer(a), restrictedLayer(a.transpose(), u)]);
  const [first, second, third, ...rest] = layersOf(block, 2);
  expect(first!.keyQuery.get(0, 1)).toBe(-2);
  expect(second!.keyQuery.get(0, 1)).toBe(-3);
  expect(second!.value.get(2, 0)).toBe(5);
  expect(third).toEqual(first);
  expect(rest).toHaveLength(1);
});

describe("packing", () => {
  const shapes = fc.record({
    family: fc.constantFrom("restricted", "gd++", "full"),
    dim: fc.integer({ min: 1, max: 4 }),
    layers: fc.integer({ min: 1, max: 3 }),
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
          expect(weights.layers).toHaveLength(shape.layers);
          expect([...packWeights(weights)]).toEqual(entries);
        },
      ),
    );
  });

  test("the order is A, u, or C, u, A, or P, Q, layer after layer", () => {
    expect([...packWeights(restrictedWeights(a, u))]).toEqual([1, 2, 3, 4, 5, 6]);
    const full = fullWeights(a, Matrix.mul(a, 10));
    expect([...packWeights(full)]).toEqual([1, 2, 3, 4, 10, 20, 30, 40]);
    const two = restrictedBlock([restrictedLayer(a, u), restrictedLayer(Matrix.mul(a, 10))]);
    expect([...packWeights(two)]).toEqual([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 0, 0]);
    const moving = gdPlusPlusBlock([
      { ...restrictedLayer(a, u), covariateValue: Matrix.mul(a, 10) },
    ]);
    expect([...packWeights(moving)]).toEqual([10, 20, 30, 40, 5, 6, 1, 2, 3, 4]);
  });

  test("a vector of another length is refused", () => {
    const shape = { family: "restricted", dim: 2, layers: 1, loops: 1 } as const;
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
  ["no layer", () => restrictedBlock([])],
  [
    "layers of several sizes",
    () => restrictedBlock([restrictedLayer(a), restrictedLayer(Matrix.eye(3))]),
  ],
  [
    "a C of another size than A",
    () => gdPlusPlusBlock([{ ...restrictedLayer(a), covariateValue: Matrix.eye(3) }]),
  ],
  ["full layers of several sizes", () => fullBlock([fullLayer(2), fullLayer(3)])],
  ["zero loops", () => layersOf(restrictedWeights(a), 0)],
])("refused: %s", (_, build) => {
  expect(build).toThrow(ArgumentError);
});

test.each([
  [
    () => restrictedWeights(a, Float64Array.of(1)),
    "restrictedLayer: readIn must be a vector of length 2, got length 1",
  ],
  [() => restrictedBlock([]), "restrictedBlock: layers must be non-empty, got []"],
  [
    () => restrictedBlock([restrictedLayer(a), restrictedLayer(Matrix.eye(3))]),
    "restrictedBlock: layers must be of one dim, got [2,3]",
  ],
  [
    () => fullWeights(a, Matrix.eye(3)),
    "fullBlock: keyQuery must be of the size of value, at least 2×2, got 3×3 beside 2×2",
  ],
  [
    () => fullBlock([fullLayer(2), fullLayer(3)]),
    "fullBlock: layers must be of one dim, got [1,2]",
  ],
  [() => layersOf(restrictedWeights(a), 0), "layersOf: loops must be a positive integer, got 0"],
])("refusal %# says where, what and what it got", (build, message) => {
  expect(build).toThrow(message);
});

test("a full block of several layers has one dim and keeps their order", () => {
  const { layers } = fullBlock([fullLayer(3), fullLayer(3)]);
  expect(layers).toHaveLength(2);
  expect(dimOf(fullBlock(layers))).toBe(2);
  expect(layersOf(fullBlock(layers), 2)).toEqual([...layers, ...layers]);
});

test.each([
  [{ family: "restricted", layers: 1, loops: 5 }, "restricted, 1 layer looped 5 times"],
  [{ family: "gd++", layers: 3, loops: 2 }, "gd++, 3 layers looped 2 times"],
  [{ family: "full", layers: 2, loops: 1 }, "full, 2 untied layers"],
  [{ family: "full", layers: 1, loops: 1 }, "full, 1 layer"],
] as const)("a shape in words: %j", (shape, words) => {
  expect(describeShape({ dim: 2, ...shape })).toBe(words);
});

test.each([
  [
    "gdPlusPlusBlock: covariateValue must be a square matrix, got 1×2",
    () =>
      gdPlusPlusBlock([
        {
          ...{ preconditioner: Matrix.eye(2), readIn: new Float64Array(2) },
          covariateValue: Matrix.zeros(1, 2),
        },
      ]),
  ],
  [
    "fullBlock: value must be a square matrix, got 2×3",
    () => fullBlock([{ value: Matrix.zeros(2, 3), keyQuery: Matrix.eye(2) }]),
  ],
])("refuses by name: %s", (message, build) => {
  expect(build).toThrow(message);
});
