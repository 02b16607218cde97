import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { selectBackend } from "../../src/training/backend.js";
import { registerGradients } from "../../src/training/register-gradients.js";
import { testStream } from "../seed.js";

beforeAll(async () => {
  await selectBackend({ requested: "cpu" });
  registerGradients();
});

type Inputs = tf.Tensor[];

// Every registered derivative, with the shapes it meets and the broadcasts it must undo.
const cases: [string, number[][], (inputs: Inputs) => tf.Tensor][] = [
  [
    "add",
    [
      [2, 3],
      [2, 3],
    ],
    ([a, b]) => tf.add(a!, b!),
  ],
  ["add, broadcast", [[2, 3], [3]], ([a, b]) => tf.add(a!, b!)],
  [
    "sub",
    [
      [2, 3],
      [2, 3],
    ],
    ([a, b]) => tf.sub(a!, b!),
  ],
  [
    "sub, broadcast",
    [
      [1, 3],
      [2, 1],
    ],
    ([a, b]) => tf.sub(a!, b!),
  ],
  [
    "mul",
    [
      [2, 3],
      [2, 3],
    ],
    ([a, b]) => tf.mul(a!, b!),
  ],
  ["mul, broadcast", [[2, 3], []], ([a, b]) => tf.mul(a!, b!)],
  ["square", [[2, 3]], ([x]) => tf.square(x!)],
  ["neg", [[2, 3]], ([x]) => tf.neg(x!)],
  ["sum", [[2, 3]], ([x]) => tf.sum(x!)],
  ["sum over an axis", [[2, 3, 2]], ([x]) => tf.sum(x!, 1)],
  ["sum over axes from the end", [[2, 3, 2]], ([x]) => tf.sum(x!, [0, -1])],
  [
    "matMul",
    [
      [2, 3],
      [3, 4],
    ],
    ([a, b]) => tf.matMul(a!, b!),
  ],
  [
    "matMul, A transposed",
    [
      [3, 2],
      [3, 4],
    ],
    ([a, b]) => tf.matMul(a!, b!, true, false),
  ],
  [
    "matMul, B transposed",
    [
      [2, 3],
      [4, 3],
    ],
    ([a, b]) => tf.matMul(a!, b!, false, true),
  ],
  [
    "matMul, both transposed",
    [
      [3, 2],
      [4, 3],
    ],
    ([a, b]) => tf.matMul(a!, b!, true, true),
  ],
  [
    "matMul, batched",
    [
      [2, 2, 3],
      [2, 3, 2],
    ],
    ([a, b]) => tf.matMul(a!, b!),
  ],
  ["reshape", [[2, 3]], ([x]) => tf.reshape(x!, [3, 2])],
  ["transpose", [[2, 3, 2]], ([x]) => tf.transpose(x!, [2, 0, 1])],
  ["slice", [[3, 4]], ([x]) => tf.slice(x!, [1, 0], [2, 3])],
  [
    "pad",
    [[2, 3]],
    ([x]) =>
      tf.pad(x!, [
        [1, 0],
        [0, 2],
      ]),
  ],
  [
    "concat",
    [
      [2, 3],
      [2, 1],
    ],
    ([a, b]) => tf.concat([a!, b!], 1),
  ],
  [
    "concat from the end",
    [
      [2, 3],
      [1, 3],
    ],
    ([a, b]) => tf.concat([a!, b!], -2),
  ],
];

describe("registerGradients", () => {
  // The derivative of a random linear functional of each operation against central differences:
  // step 2⁻⁶ in float32 leaves rounding of about 2⁻²⁴/2⁻⁶ = 4e−6 a term, and no truncation, since no
  // operation here is of degree above two.
  it.each(cases)("%s", (name, shapes, operation) => {
    const stream = testStream(`gradient of ${name}`);
    const values = shapes.map((shape) => [...stream.normals(tf.util.sizeFromShape(shape))]);
    const output = operation(values.map((entries, i) => tf.tensor(entries, shapes[i]!)));
    const weights = tf.tensor([...stream.normals(output.size)], output.shape);
    const functional = (inputs: Inputs) => tf.sum(tf.mul(operation(inputs), weights)) as tf.Scalar;
    const at = (points: number[][]) =>
      functional(points.map((entries, i) => tf.tensor(entries, shapes[i]!))).dataSync()[0]!;

    const slopes = tf.grads((...inputs) => functional(inputs))(
      values.map((entries, i) => tf.tensor(entries, shapes[i]!)),
    );
    slopes.forEach((slope, input) => {
      expect(slope.shape).toEqual(shapes[input]);
      const step = 2 ** -6;
      slope.dataSync().forEach((found, k) => {
        const shifted = (by: number) =>
          at(values.map((v, i) => (i === input ? v.with(k, v[k]! + by) : v)));
        const expected = (shifted(step) - shifted(-step)) / (2 * step);
        expect(Math.abs(found - expected)).toBeLessThan(2e-3);
      });
    });
  });

  it("keeps a derivative that is registered already", () => {
    const before = tf.getGradient(tf.Add);
    registerGradients();
    expect(tf.getGradient(tf.Add)).toBe(before);
  });
});
