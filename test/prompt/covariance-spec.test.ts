import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { parseCovariance, parseTaskPrior } from "../../src/prompt/covariance-spec.js";
import { testStream } from "../seed.js";

const stream = () => testStream("covariance-spec");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "loopgd-covariance-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("every form", () => {
  test.each([
    [
      "identity",
      2,
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      "diag:2,0.25",
      2,
      [
        [2, 0],
        [0, 0.25],
      ],
    ],
    [
      "diag: 2 , 1e-3",
      2,
      [
        [2, 0],
        [0, 1e-3],
      ],
    ],
    [
      "ar1:-0.5",
      2,
      [
        [1, -0.5],
        [-0.5, 1],
      ],
    ],
  ])("%s", (spec, dim, expected) => {
    expect(parseCovariance(spec, dim, stream()).to2DArray()).toEqual(expected);
  });

  test("condition:10 is the conditioned family on the stream it is given", () => {
    expect(parseCovariance("condition:10", 4, stream()).to2DArray()).toEqual(
      conditionedCovariance(4, 10, stream()).to2DArray(),
    );
  });

  test("file:PATH reads JSON and CSV", () => {
    const json = join(folder, "s.json");
    writeFileSync(json, "[[2, 0.5], [0.5, 1]]");
    const csv = join(folder, "s.csv");
    writeFileSync(csv, "2,0.5\n0.5,1\n");
    for (const path of [json, csv]) {
      expect(parseCovariance(`file:${path}`, 2, stream()).to2DArray()).toEqual([
        [2, 0.5],
        [0.5, 1],
      ]);
    }
  });

  test("task priors: inverse of the covariance, or any covariance", () => {
    const covariance = Matrix.diag([2, 0.5]);
    const inverse = parseTaskPrior("inverse", covariance, stream());
    expect(inverse.get(0, 0)).toBeCloseTo(0.5, 14);
    expect(inverse.get(1, 1)).toBeCloseTo(2, 14);
    expect(inverse.get(0, 1)).toBeCloseTo(0, 14);
    expect(parseTaskPrior("identity", covariance, stream()).to2DArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

describe("refused, naming the argument", () => {
  test.each([
    "",
    "wishart",
    "identity:2",
    "diag:",
    "diag:1,x",
    "diag:1,,2",
    "ar1:",
    "ar1:nan",
    "condition:Infinity",
    "file:",
  ])('"%s" has none of the forms', (spec) => {
    expect(() => parseCovariance(spec, 2, stream())).toThrow(ArgumentError);
    expect(() => parseCovariance(spec, 2, stream())).toThrow(/covariance must be one of identity/);
  });

  test("the wrong size, an indefinite file, a prior's own name", () => {
    expect(() => parseCovariance("diag:1,2,3", 2, stream())).toThrow(
      'covariance must be a 2×2 matrix, got a 3×3 matrix from "diag:1,2,3"',
    );
    const path = join(folder, "indefinite.json");
    writeFileSync(path, "[[1, 2], [2, 1]]");
    expect(() => parseCovariance(`file:${path}`, 2, stream())).toThrow(
      /symmetric positive definite, got smallest eigenvalue -1/,
    );
    expect(() => parseTaskPrior("nope", Matrix.eye(2), stream())).toThrow(/taskPrior must be/);
  });
});
