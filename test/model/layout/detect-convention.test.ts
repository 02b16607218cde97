import { describe, expect, it } from "vitest";
import { changeGauge } from "../../../src/model/gauge.js";
import {
  type Convention,
  conventionsWith,
  describeConvention,
  LOOPGD_CONVENTION,
  parseConvention,
  toLayers,
} from "../../../src/model/layout/convention.js";
import { detectConvention } from "../../../src/model/layout/detect-convention.js";
import { narrowWeights } from "../../../src/model/layout/narrow-weights.js";
import { type AttentionLayer, attentionLayer } from "../../../src/model/weights.js";
import { Matrix } from "../../../src/numeric/matrix.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import { testStream } from "../../seed.js";

const N = 8;
const law = promptDistribution({ dim: 2, contextLength: N });
const layer = attentionLayer({
  preconditioner: new Matrix([
    [0.6, 0.5],
    [-0.3, 0.4],
  ]),
  readIn: new Float64Array(2),
});

/** The layer as a program of that convention would store it. */
function storedIn({ attention, scale, orientation }: Convention): AttentionLayer {
  const ratio = { "1/n": 1, "1/(n+1)": (N + 1) / N, "1": 1 / N }[scale] * attention;
  const { value, keyQuery } = layer;
  const oriented = orientation === "plain" ? keyQuery : keyQuery.transpose();
  return changeGauge({ value, keyQuery: Matrix.mul(oriented, ratio) }, -2.5);
}

const detect = (stored: AttentionLayer, fixed: Partial<Convention>, loops = 2) =>
  detectConvention([stored], fixed, law, { loops, stream: testStream("conventions") });

describe("detectConvention", () => {
  const masked = conventionsWith({ output: -1, query: "masked" });
  it.each(masked.map((one) => [describeConvention(one), one] as const))(
    "weights stored as %s: read back once named, among the candidates when nothing is",
    (words, convention) => {
      const stored = storedIn(convention);
      const named = detect(stored, parseConvention(words));
      expect(named.convention).toEqual(convention);
      const [back] = toLayers([stored], convention, N) as [AttentionLayer];
      const narrow = narrowWeights([back]);
      if (narrow.family !== "restricted") throw new Error(narrow.family);
      const distance = Matrix.sub(
        narrow.layers[0]!.preconditioner,
        new Matrix([
          [0.6, 0.5],
          [-0.3, 0.4],
        ]),
      ).norm();
      expect(distance).toBeLessThan(1e-15);

      const open = detect(stored, {});
      const [truth] = named.candidates;
      const listed = open.candidates.find(({ loss }) => Math.abs(loss / truth!.loss - 1) < 1e-9);
      expect(listed).toBeDefined();
      // ×9/8 is too near for prompts to decide: it is asked for, not guessed.
      expect(open.convention).toBeNull();
      // Once scale, orientation and mask are named, the signs are found.
      const { scale, orientation, query } = convention;
      expect(detect(stored, { scale, orientation, query }).convention).toEqual(convention);
    },
  );

  it("lists candidates by rising loss, the criterion's zero beside them", () => {
    const { candidates, zeroLoss } = detect(storedIn(LOOPGD_CONVENTION), {});
    const losses = candidates.map(({ loss }) => loss);
    expect(losses).toEqual([...losses].sort((a, b) => a - b));
    expect(losses[0]).toBeLessThan(0.75 * zeroLoss);
  });

  it("merges transposes of a symmetric A, and signs that cancel over one layer", () => {
    const symmetric = attentionLayer({
      preconditioner: Matrix.diag([0.6, 0.5]),
      readIn: new Float64Array(2),
    });
    const scale = { scale: "1/n", query: "masked" } as const;
    const found = detect(symmetric, scale, 2);
    expect(found.convention).toEqual(LOOPGD_CONVENTION);
    expect(found.candidates.every(({ convention }) => convention.orientation === "plain")).toBe(
      true,
    );
    // Two behaviours of one layer: ŷ and −ŷ.
    expect(detect(symmetric, scale, 1).candidates).toHaveLength(2);
  });

  it("tells a visible query from a masked one only when named", () => {
    const { candidates } = detect(storedIn(LOOPGD_CONVENTION), {
      ...LOOPGD_CONVENTION,
      query: "visible",
    });
    expect(candidates.map(({ convention }) => convention.query)).toEqual(["visible"]);
  });
});

describe("parseConvention", () => {
  it.each(conventionsWith({}).map((one) => [describeConvention(one), one] as const))(
    "%s names itself",
    (words, convention) => {
      expect(parseConvention(words)).toEqual(convention);
    },
  );

  it("refuses unknown words and contradictions", () => {
    expect(() => parseConvention("1/m")).toThrow(/--convention must be a list of .*attention\+/);
    expect(() => parseConvention("1/n,1/(n+1)")).toThrow(/free of contradictions/);
  });
});

describe("narrowWeights", () => {
  const covariateValue = new Matrix([
    [-0.1, 0.02],
    [0, -0.2],
  ]);
  const moving = attentionLayer({
    preconditioner: Matrix.eye(2),
    readIn: Float64Array.of(0.5, -1),
    covariateValue,
  });

  it("finds GD++ in any gauge, with the signs of its C", () => {
    const narrow = narrowWeights([changeGauge(moving, -4)]);
    if (narrow.family !== "gd++") throw new Error(narrow.family);
    expect(narrow.layers[0]!.covariateValue.to2DArray()).toEqual(covariateValue.to2DArray());
    expect([...narrow.layers[0]!.readIn]).toEqual([0.5, -1]);
  });

  it("leaves layers full that look at labels as keys", () => {
    const looking = { value: moving.value, keyQuery: moving.keyQuery.clone() };
    looking.keyQuery.set(2, 2, 1e-12);
    expect(narrowWeights([looking]).family).toBe("full");
  });
});
