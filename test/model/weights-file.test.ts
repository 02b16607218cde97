import { describe, expect, test } from "vitest";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";
import { type ModelShape, parameterCount, unpackWeights } from "../../src/model/model-shape.js";
import { readWeights, type StoredWeights, writeWeights } from "../../src/model/weights-file.js";
import { Matrix } from "../../src/numeric/matrix.js";
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

  test("hold every part of the law, under the names that others look for", () => {
    const shape: ModelShape = { family: "restricted", dim: 2, layers: 1, loops: 3 };
    const stored: StoredWeights = {
      weights: unpackWeights(shape, testStream("named weights").normals(parameterCount(shape))),
      ...{ contextLength: 11, loops: 3, noiseVariance: 0.25 },
      covariance: Matrix.diag([1, 2]),
      taskCovariance: Matrix.diag([3, 4]),
    };
    const path = `${temporaryFolder()}/weights.safetensors`;
    writeWeights(path, stored);
    expect(readWeights(path)).toEqual(stored);
    const { tensors, metadata } = readSafetensors(path);
    expect([...tensors.keys()].sort()).toEqual(["A", "Omega", "Sigma", "u"]);
    expect(metadata).toEqual({ n: "11", L: "3", noise: "0.25" });
    writeWeights(path, { weights: stored.weights });
    expect(readWeights(path)).toEqual({ weights: stored.weights });
  });

  test("of several layers are numbered, and a stack may begin with any of its matrices", () => {
    const path = `${temporaryFolder()}/weights.safetensors`;
    const shape: ModelShape = { family: "gd++", dim: 2, layers: 2, loops: 1 };
    writeWeights(path, { weights: unpackWeights(shape, new Float64Array(parameterCount(shape))) });
    const names = [...readSafetensors(path).tensors.keys()].sort();
    expect(names).toEqual([0, 1].flatMap((l) => ["A", "C", "u"].map((n) => `layers.${l}.${n}`)));
    // Q alone says that a stack of full layers was meant, and what is missing from it.
    writeSafetensors(path, new Map([["layers.0.Q", square(3)]]), {});
    expect(() => readWeights(path)).toThrow(
      `tensors of ${path} must be both layers.0.P and layers.0.Q, got layers.0.Q`,
    );
  });

  test.each([
    ["n", "0", "a positive integer"],
    ["n", "1.5", "a positive integer"],
    ["L", "-2", "a positive integer"],
    ["L", " ", "a positive integer"],
    ["n", "1e999", "a positive integer"],
    ["noise", "-1", "finite and ≥ 0"],
    ["noise", "Infinity", "finite and ≥ 0"],
    ["noise", "", "finite and ≥ 0"],
  ])("with metadata %s = %j are refused", (field, text, requirement) => {
    const path = `${temporaryFolder()}/weights.safetensors`;
    writeSafetensors(path, new Map([["A", square(2)]]), { [field]: text });
    expect(() => readWeights(path)).toThrow(
      `readWeights: metadata ${field} of ${path} must be ${requirement}, got "${text}"`,
    );
  });

  test("without noise are a law of noise zero, written and read", () => {
    const path = `${temporaryFolder()}/weights.safetensors`;
    writeSafetensors(path, new Map([["A", square(1)]]), { noise: "0", n: "1", L: "1" });
    expect(readWeights(path)).toMatchObject({ noiseVariance: 0, contextLength: 1, loops: 1 });
  });

  const square = (size: number) => ({ shape: [size, size], data: new Float64Array(size * size) });
  const oblong = (rows: number, columns: number) => ({
    shape: [rows, columns],
    data: new Float64Array(rows * columns),
  });
  const cube = { shape: [2, 2, 1], data: new Float64Array(4) };
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
    ["an A that is not square", { A: oblong(2, 3) }, /A of .* a square matrix, got shape \[2,3\]/],
    ["an A of nothing", { A: oblong(0, 0) }, /A of .* a square matrix, got shape \[0,0\]/],
    ["an A of three axes", { A: cube }, /A of .* a square matrix, got shape \[2,2,1\]/],
    ["a Sigma that is not square", { A: square(2), Sigma: oblong(1, 2) }, /Sigma of .* square/],
    ["an Omega that is not square", { A: square(2), Omega: oblong(1, 2) }, /Omega of .* square/],
    [
      "no tasks",
      { A: square(2), Tasks: oblong(0, 2) },
      /Tasks of .* at least one row of dim entries, got shape \[0,2\]/,
    ],
    ["tasks of three axes", { A: square(2), Tasks: cube }, /Tasks of .* got shape \[2,2,1\]/],
    [
      "A beside P, in full",
      { A: square(2), P: square(3) },
      /tensors of .* must be either A or P with Q, got both/,
    ],
    [
      "a stack of two families, in full",
      layered("A", "PQ"),
      /must be layers of one family: A \(with optional u and C\).* got layers.0.A, layers.1.P, /,
    ],
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
