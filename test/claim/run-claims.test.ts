import { describe, expect, test } from "vitest";
import { type Claim, defineClaim, type Verdict } from "../../src/claim/claim.js";
import { runClaims, runSeededClaim, selectClaims } from "../../src/claim/run-claims.js";
import { ArgumentError } from "../../src/errors.js";

/** A claim about nothing that ends in the given verdict. */
function claimEnding(id: string, ends: Verdict, expected: Verdict = "holds"): Claim<unknown> {
  return defineClaim<unknown>({
    id,
    title: id,
    statement: "0 = 0",
    source: "a test",
    kind: ends === "inconclusive" ? "upper-bound" : "equality",
    hypotheses: { applicable: () => ends !== "not-applicable" },
    grid: { quick: [{ name: "only", setting: null, expected }], thorough: [] },
    predicted: () => 0,
    measured: () => {
      if (ends === "broken") throw new Error("broken on purpose");
      return { value: ends === "refuted" ? 1 : 0, errorBudget: 0.5, method: "sampled" };
    },
    rivals: {},
    isVacuous: () => ends === "vacuous",
  });
}

const options = { seed: 0, profile: "quick" } as const;

describe("how a verification ends", () => {
  test.each([
    ["holds", "holds", "as-expected"],
    ["vacuous", "vacuous", "as-expected"],
    ["refuted", "refuted", "as-expected"],
    ["not-applicable", "not-applicable", "as-expected"],
    ["inconclusive", "inconclusive", "as-expected"],
    ["refuted", "holds", "changed"],
    ["holds", "refuted", "changed"],
    ["inconclusive", "holds", "changed"],
    ["vacuous", "holds", "changed"],
    ["not-applicable", "holds", "changed"],
    ["broken", "holds", "broken"],
    ["broken", "broken", "broken"],
  ] as const)("%s where %s is expected: %s", async (ends, expected, status) => {
    const claims = [claimEnding("first", "holds"), claimEnding("second", ends, expected)];
    const verification = await runClaims(claims, options);
    expect(verification.results.map((result) => result.verdict)).toEqual(["holds", ends]);
    expect(verification.status).toBe(status);
  });

  test("a broken claim outranks a changed one and does not stop the rest", async () => {
    const claims = [
      claimEnding("a", "broken"),
      claimEnding("b", "refuted"),
      claimEnding("c", "holds"),
    ];
    const { results, status } = await runClaims(claims, options);
    expect(results.map((result) => result.id)).toEqual(["a", "b", "c"]);
    expect(status).toBe("broken");
  });
});

test("each claim is announced before it runs", async () => {
  const seen: string[] = [];
  const claims = [claimEnding("a", "holds"), claimEnding("b", "broken")];
  await runClaims(claims, { ...options, onStart: ({ id }) => seen.push(id) });
  expect(seen).toEqual(["a", "b"]);
});

test("an aborted verification finishes its claim and begins no other", async () => {
  const controller = new AbortController();
  const claims = [claimEnding("a", "holds"), claimEnding("b", "holds")];
  const { results } = await runClaims(claims, {
    ...options,
    signal: controller.signal,
    onStart: () => controller.abort(),
  });
  expect(results.map((result) => result.id)).toEqual(["a"]);
});

describe("claims side by side", () => {
  const claims = ["a", "b", "c", "d"].map((id) => claimEnding(id, "holds"));

  /** Runs a claim later the earlier it was asked for. */
  const reversed = (started: string[]) => async (claim: Claim) => {
    started.push(claim.id);
    await new Promise((resolve) => setTimeout(resolve, 40 / started.length));
    return runSeededClaim(claim, options);
  };

  test("results stand in the order of the claims, whatever finishes first", async () => {
    const started: string[] = [];
    const { results } = await runClaims(claims, {
      ...options,
      parallel: 3,
      run: reversed(started),
    });
    expect(started.slice(0, 3)).toEqual(["a", "b", "c"]);
    expect(results.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  });

  test("finished claims do not run again and keep their place", async () => {
    const started: string[] = [];
    const finished = new Map([["b", await runSeededClaim(claims[1]!, options)]]);
    const { results } = await runClaims(claims, { ...options, finished, run: reversed(started) });
    expect(started).toEqual(["a", "c", "d"]);
    expect(results.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  });

  test("a run that rejects stops the verification, unless it was interrupted", async () => {
    const run = async (claim: Claim) => {
      if (claim.id === "b") throw new Error("thread died");
      return runSeededClaim(claim, options);
    };
    await expect(runClaims(claims, { ...options, run })).rejects.toThrow("thread died");
    const controller = new AbortController();
    const { results } = await runClaims(claims, {
      ...options,
      signal: controller.signal,
      run: (claim) => {
        if (claim.id === "b") controller.abort();
        return run(claim);
      },
    });
    expect(results.map(({ id }) => id)).toEqual(["a"]);
  });
});

describe("selecting", () => {
  const registry = [{ id: "a" }, { id: "b" }, { id: "c" }];

  test("all when none is named; registry order whatever the order asked", () => {
    expect(selectClaims(registry, [])).toBe(registry);
    expect(selectClaims(registry, ["c", "a"]).map(({ id }) => id)).toEqual(["a", "c"]);
  });

  test("an unknown id is refused by name", () => {
    expect(() => selectClaims(registry, ["a", "nope"])).toThrow(ArgumentError);
    expect(() => selectClaims(registry, ["nope"])).toThrow(/got "nope"/);
  });
});
