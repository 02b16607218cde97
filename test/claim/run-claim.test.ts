import { describe, expect, test } from "vitest";
import { type Claim, defineClaim } from "../../src/claim/claim.js";
import { runClaim } from "../../src/claim/run-claim.js";
import { testStream } from "../seed.js";

interface Setting {
  readonly truth: number;
}

/** "The value is `truth`", measured exactly; rivals say truth + 1 and 1.02·truth. */
function claimWith(overrides: Partial<Claim<Setting>>): Claim {
  return defineClaim<Setting>({
    id: "value-is-truth",
    title: "The value is the truth",
    statement: "v = t",
    source: "a test",
    kind: "equality",
    hypotheses: { "t > 0": ({ truth }) => truth > 0 },
    grid: { quick: [{ name: "t=3", setting: { truth: 3 } }], thorough: [] },
    predicted: ({ truth }) => truth,
    measured: ({ truth }) => ({ value: truth, errorBudget: 0.01, method: "exact" }),
    rivals: { "t + 1": ({ truth }) => truth + 1, "1.02 t": ({ truth }) => 1.02 * truth },
    ...overrides,
  });
}

const stream = testStream("run-claim");

describe("verdicts", () => {
  test("holds, with margin, method and the expected verdict", async () => {
    const [result, ...others] = await runClaim(claimWith({}), "quick", stream);
    expect(others).toEqual([]);
    expect(result).toMatchObject({
      id: "value-is-truth",
      setting: "t=3",
      verdict: "holds",
      expected: "holds",
      method: "exact",
      margin: 1,
      regime: null,
      detail: null,
    });
    expect(result!.seconds).toBeGreaterThanOrEqual(0);
  });

  test("refuted, with the witness", async () => {
    const claim = claimWith({
      predicted: () => [3, 4],
      measured: () => ({ value: [3, 4.5], errorBudget: [0.01, 0.02], method: "sampled" }),
      rivals: {},
    });
    const [result] = await runClaim(claim, "quick", stream);
    expect(result).toMatchObject({
      verdict: "refuted",
      method: "sampled",
      detail: "measured 4.5, predicted 4, error budget 0.02",
    });
    expect(result!.margin).toBeLessThan(0);
  });

  test("inconclusive where a bound lies within the budget", async () => {
    const claim = claimWith({
      kind: "upper-bound",
      measured: () => ({ value: 2.9, errorBudget: 0.5, method: "sampled" }),
      rivals: {},
    });
    const [result] = await runClaim(claim, "quick", stream);
    expect(result!.verdict).toBe("inconclusive");
  });

  test("not-applicable names the failed hypothesis and measures nothing", async () => {
    const claim = claimWith({
      grid: { quick: [{ name: "t=-1", setting: { truth: -1 } }], thorough: [] },
      measured: () => {
        throw new Error("measured outside the hypotheses");
      },
    });
    const [result] = await runClaim(claim, "quick", stream);
    expect(result).toMatchObject({
      verdict: "not-applicable",
      method: null,
      margin: null,
      detail: "hypothesis fails: t > 0",
    });
  });

  test("vacuous says so, with its regime, and measures nothing", async () => {
    const claim = claimWith({
      isVacuous: () => true,
      regime: ({ truth }) => `t = ${truth}`,
      measured: () => {
        throw new Error("measured a vacuous statement");
      },
    });
    const [result] = await runClaim(claim, "quick", stream);
    expect(result).toMatchObject({ verdict: "vacuous", regime: "t = 3", method: null });
  });

  test("a claim that throws is broken at that setting; the others still run", async () => {
    const claim = claimWith({
      grid: {
        quick: [
          { name: "bad", setting: { truth: 13 } },
          { name: "good", setting: { truth: 3 } },
        ],
        thorough: [],
      },
      measured: ({ truth }) => {
        if (truth === 13) throw new Error("thirteen");
        return { value: truth, errorBudget: 0, method: "exact" };
      },
    });
    const results = await runClaim(claim, "quick", stream);
    expect(results.map((result) => result.verdict)).toEqual(["broken", "holds"]);
    expect(results[0]!.detail).toBe("thirteen");
  });

  test.each([
    ["a hypothesis", { hypotheses: { h: () => fail() } }],
    ["the prediction", { predicted: () => fail() }],
    ["a rival", { rivals: { r: () => fail() } }],
    ["the regime", { regime: () => fail() }],
    ["vacuity", { isVacuous: () => fail() }],
    ["a rejected promise", { measured: () => Promise.reject(new Error("failure")) }],
  ] satisfies [string, Partial<Claim<Setting>>][])("%s that throws is broken", async (_, parts) => {
    const [result] = await runClaim(claimWith(parts), "quick", stream);
    expect(result).toMatchObject({ verdict: "broken", detail: "failure" });
  });

  test.each([
    ["value", { value: Number.NaN, errorBudget: 1 }],
    ["budget", { value: 3, errorBudget: Number.NaN }],
  ])("NaN as %s never passes", async (_, numbers) => {
    const claim = claimWith({ measured: () => ({ ...numbers, method: "exact" }) });
    const [result] = await runClaim(claim, "quick", stream);
    expect(result!.verdict).toBe("broken");
  });

  test("the expected verdict of the grid is passed on", async () => {
    const claim = claimWith({
      grid: {
        quick: [{ name: "off", setting: { truth: 3 }, expected: "refuted" }],
        thorough: [],
      },
      measured: () => ({ value: 4, errorBudget: 0, method: "exact" }),
    });
    const [result] = await runClaim(claim, "quick", stream);
    expect(result).toMatchObject({ verdict: "refuted", expected: "refuted" });
  });
});

describe("rivals", () => {
  test("a surviving rival turns every holds into inconclusive and is named", async () => {
    const claim = claimWith({
      grid: {
        quick: [
          { name: "t=3", setting: { truth: 3 } },
          { name: "t=4", setting: { truth: 4 } },
          { name: "t=-1", setting: { truth: -1 }, expected: "not-applicable" },
        ],
        thorough: [],
      },
      measured: ({ truth }) => ({ value: truth, errorBudget: 0.5, method: "sampled" }),
    });
    const results = await runClaim(claim, "quick", stream);
    expect(results.map((result) => result.verdict)).toEqual([
      "inconclusive",
      "inconclusive",
      "not-applicable",
    ]);
    expect(results[0]!.detail).toBe("does not reject: 1.02 t");
  });

  test("rejection anywhere on the grid is enough", async () => {
    const claim = claimWith({
      grid: {
        quick: [
          { name: "t=3", setting: { truth: 3 } },
          { name: "t=100", setting: { truth: 100 } },
        ],
        thorough: [],
      },
      measured: ({ truth }) => ({ value: truth, errorBudget: 0.5, method: "sampled" }),
    });
    const results = await runClaim(claim, "quick", stream);
    expect(results.map((result) => result.verdict)).toEqual(["holds", "holds"]);
  });

  test("a setting that refutes the claim rejects no rival", async () => {
    const claim = claimWith({
      grid: {
        quick: [
          { name: "wrong", setting: { truth: 1000 }, expected: "refuted" },
          { name: "wide", setting: { truth: 3 } },
        ],
        thorough: [],
      },
      measured: ({ truth }) => ({
        value: truth === 1000 ? 0 : truth,
        errorBudget: truth === 1000 ? 0 : 2,
        method: "sampled",
      }),
    });
    const results = await runClaim(claim, "quick", stream);
    expect(results.map((result) => result.verdict)).toEqual(["refuted", "inconclusive"]);
  });

  test("a bound rejects a rival that is too strong, and only that", async () => {
    const bound = (rival: number) =>
      claimWith({
        kind: "upper-bound",
        measured: () => ({ value: 2.5, errorBudget: 0.1, method: "certified" }),
        rivals: { tighter: () => rival },
      });
    const verdictOf = async (rival: number) =>
      (await runClaim(bound(rival), "quick", stream))[0]!.verdict;
    expect(await verdictOf(2)).toBe("holds");
    expect(await verdictOf(2.5)).toBe("inconclusive");
    expect(await verdictOf(5)).toBe("inconclusive");
  });
});

describe("grids and streams", () => {
  const draws: Record<string, number[]> = {};
  const drawing = claimWith({
    grid: {
      quick: [{ name: "t=3", setting: { truth: 3 } }],
      thorough: [{ name: "t=5", setting: { truth: 5 } }],
    },
    predicted: (_, own) => record("predicted", own.uniform()),
    measured: (_, own) => ({
      value: record("measured", own.uniform()),
      errorBudget: 0,
      method: "exact",
    }),
    rivals: { shifted: (_, own) => record("rival", own.uniform()) + 1 },
  });

  function record(side: string, draw: number): number {
    draws[side] = [...(draws[side] ?? []), draw];
    return draw;
  }

  test("thorough runs the quick settings first, then its own", async () => {
    const quick = await runClaim(claimWith({}), "quick", stream);
    expect(quick).toHaveLength(1);
    const thorough = await runClaim(drawing, "thorough", stream);
    expect(thorough.map((result) => result.setting)).toEqual(["t=3", "t=5"]);
  });

  test("all sides of one setting see equal streams, settings different ones", () => {
    expect(draws.measured).toHaveLength(2);
    expect(draws.measured).toEqual(draws.predicted);
    expect(draws.rival![0]).toBe(draws.measured![0]);
    expect(draws.measured![0]).not.toBe(draws.measured![1]);
    expect(draws.measured![0]).toBe(stream.split("value-is-truth").split("t=3").uniform());
  });
});

function fail(): never {
  throw new Error("failure");
}
