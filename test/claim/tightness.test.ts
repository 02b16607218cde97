import { expect, test } from "vitest";
import { type Claim, defineClaim } from "../../src/claim/claim.js";
import { runClaim } from "../../src/claim/run-claim.js";
import { tightestOnGrid } from "../../src/claim/tightness.js";
import { Rational } from "../../src/numeric/rational.js";
import { testStream } from "../seed.js";

interface Setting {
  readonly x: number;
}

/** "x² ≤ 9 (or ≥), the bound being (c)² with c = 3": the tight constant at x is x itself. */
function claimOf(kind: Claim["kind"], points: readonly number[], parts = {}): Claim {
  return defineClaim<Setting>({
    id: `square-${kind}`,
    title: "A bound on squares",
    statement: "x^2 \\le c^2",
    source: "a test",
    kind,
    hypotheses: {},
    grid: { quick: points.map((x) => ({ name: `x=${x}`, setting: { x } })), thorough: [] },
    predicted: () => 9,
    measured: ({ x }) => ({
      value: x * x,
      errorBudget: 0,
      method: "exact",
      attained: `at ${x}`,
    }),
    constant: { name: "c", stated: () => 3, power: () => 2 },
    rivals: {},
    ...parts,
  });
}

const stream = testStream("tightness");

test("the tight constant of an upper bound is the largest on the grid, with its place", async () => {
  const results = await runClaim(claimOf("upper-bound", [1, 2.5, 2]), "quick", stream);
  expect(results.map(({ tightness }) => tightness!.tight)).toEqual([1, 2.5, 2].map(near));
  expect(tightestOnGrid(results)).toEqual([
    {
      id: "square-upper-bound",
      setting: "x=2.5",
      kind: "upper-bound",
      constant: "c",
      stated: 3,
      tight: near(2.5),
      ratio: near(2.5 / 3),
      attained: "at 2.5",
    },
  ]);
});

test("that of a lower bound is the smallest, below the stated one where refuted", async () => {
  const results = await runClaim(claimOf("lower-bound", [4, 2, 5]), "quick", stream);
  expect(results.map(({ verdict }) => verdict)).toEqual(["holds", "refuted", "holds"]);
  expect(tightestOnGrid(results)).toMatchObject([{ setting: "x=2", tight: near(2) }]);
});

test("without a constant the bound counts as 1; components without a positive bound drop out", async () => {
  const parts = {
    constant: undefined,
    predicted: () => [0, -1, 8],
    measured: () => ({ value: [0, -2, 2], errorBudget: 0, method: "exact" }),
  };
  const [result] = await runClaim(claimOf("upper-bound", [1], parts), "quick", stream);
  expect(result!.tightness).toMatchObject({ constant: null, stated: 1, tight: 0.25 });
});

test("powers beyond every double keep their roots", async () => {
  const parts = {
    predicted: () => Rational.of(10n ** 800n),
    measured: () => ({ value: Rational.of(1n, 10n ** 800n), errorBudget: 0, method: "exact" }),
    constant: { name: "c", stated: () => 10, power: () => 800 },
  };
  const [result] = await runClaim(claimOf("upper-bound", [1], parts), "quick", stream);
  expect(result!.tightness!.tight).toBeCloseTo(0.1, 12);
});

test.each(["equality", "identity", "existence"] as const)("%s has none", async (kind) => {
  const [result] = await runClaim(claimOf(kind, [2]), "quick", stream);
  expect(result!.tightness).toBeNull();
  expect(tightestOnGrid([result!])).toEqual([]);
});

function near(value: number) {
  return expect.closeTo(value, 12);
}
