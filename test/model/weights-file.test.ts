import { describe, expect, test } from "vitest";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { type ModelShape, parameterCount, unpackWeights } from "../../src/model/model-shape.js";
import { readWeights, type StoredWeights, writeWeights } from "../../src/model/weights-file.js";
import { temporaryFolder } from "../io/temporary-folder.js";
import { testStream } from "../seed.js";

describe("weights in a file", () => {
  test.each([
    { family: "restricted", layers: 1 },
    { family: "restricted", layers: 3 },
    { family: "gd++", layers: 1 },
    { family: "gd++", layers: 2 },
    { family: "full", layers: 1 },
    { family: "full", layers: 12 },
  ] as const)("$family, $layers layers: read as they were written", ({ family, layers }) => {
    const shape: ModelShape = { family, dim: 2, layers, loops: 2 };
    const entries = testStream(`${family} ${layers}`).normals(parameterCount(shape));
    const stored = { weights: unpackWeights(shape, entries), contextLength: 7, loops: 2 };
    const path = `${temporaryFolder()}/weights.safetensors`;
    writeWeights(path, stored);
    expect(readWeights(path)).toEqual(stored);
  });

  test("keep the law they belong to, beyond Gaussian covariates and fresh tasks too", () => {
    const shape: ModelShape = { family: "restricted", dim: 2, layers: 1, loops: 2 };
    const stored: StoredWeights = {
      weights: unpackWeights(shape, testStream("law of weights").normals(parameterCount(shape))),
      covariateLaw: { kind: "student", degreesOfFreedom: 9.5 },
      taskPool: [Float64Array.of(1, 2), Float64Array.of(-0.25, 4), Float64Array.of(1e-9, 0)],
    };
    const path = `${temporaryFolder()}/weights.safetensors`;
    writeWeights(path, stored);
    expect(readWeights(path)).toEqual(stored);
    const A = { shape: [2, 2], data: new Float64Array(4) };
    writeSafetensors(path, new Map([["A", A]]), { covariates: "student:2" });
    expect(() => readWeights(path)).toThrow(/metadata covariates of .* must be one of gaussian/);
  });

  const square = (size: number) => ({ shape: [size, size], data: new Float64Array(size * size) });
  const vector = (size: number) => ({ shape: [size], data: new Float64Array(size) });
  test.each([
    ["nothing", {}, /layers of one family.*got no tensor/],
    ["A beside P", { A: square(2), P: square(3), Q: square(3) }, /either A or P with Q/],
    ["P alone", { P: square(3) }, /both P and Q/],
    ["a layer of another family", layered("A", "PQ"), /layers of one family/],
    ["one layer inside and one outside a stack", { A: square(2), ...layered("A") }, /one family/],
    ["a C of another size", { A: square(2), C: square(3) }, /C of .* must be a 2×2 matrix/],
    ["a u of another length", { A: square(2), u: vector(3) }, /u of .* a vector of length 2/],
    ["tasks of another length", { A: square(2), Tasks: square(3) }, /Tasks of .* one row of 2/],
    ["an A that is no matrix", { A: vector(2) }, /A of .* must be a square matrix/],
  ])("refused: %s", (_, tensors, message) => {
    const path = `${temporaryFolder()}/weights.safetensors`;
    writeSafetensors(path, new Map(Object.entries(tensors)), {});
    expect(() => readWeights(path)).toThrow(message);
  });

  /** A stack whose layer l holds the tensors named by the letters of its text. */
  function layered(...layers: string[]) {
    return Object.fromEntries(
      layers.flatMap((names, l) =>
        [...names].map((name) => [`layers.${l}.${name}`, square(name === "A" ? 2 : 3)]),
      ),
    );
  }
});
