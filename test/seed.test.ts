import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { positiveDefinite } from "./arbitraries.js";
import { requiredSeed } from "./required-seed.js";
import { checkAsyncProperty, checkProperty, TEST_SEED } from "./seed.js";

test("a failing property prints seed, path and parameters", () => {
  const failing = fc.property(positiveDefinite(2), fc.integer(), (matrix, k) => {
    return matrix.trace() + 0 * k < 0;
  });
  const message = (() => {
    try {
      checkProperty(failing);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  })();
  expect(message).toContain(`LOOPGD_TEST_SEED=${TEST_SEED} path=`);
  expect(message).toMatch(/Counterexample: \[\[\[\d/);
});

test("so does one that awaits, and its seed and path fail again at once", async () => {
  const values = fc.integer({ min: 0, max: 1000 });
  const holds = (value: number) => value < 500;
  const property = fc.asyncProperty(values, async (value) => holds(value));
  const { message } = await checkAsyncProperty(property).then(
    () => new Error("held"),
    (error: Error) => error,
  );
  const [, seed, path] = /^LOOPGD_TEST_SEED=(-?\d+) path=([\d:]+)\n/.exec(message)!;
  const again = fc.check(fc.property(values, holds), { seed: Number(seed), path: path! });
  expect(again).toMatchObject({ failed: true, numRuns: 1, counterexample: [500] });
  expect(message).toContain("Counterexample: [500]");
});

describe("requiredSeed", () => {
  it("is 1 where nobody says otherwise", () => {
    expect(requiredSeed({})).toBe(1);
    expect(requiredSeed({ CI: "false" })).toBe(1);
  });

  it("is the one that is set, in CI too", () => {
    expect(requiredSeed({ LOOPGD_TEST_SEED: "-7", CI: "true" })).toBe(-7);
  });

  it.each(["true", "1"])("refuses to go on in CI=%s without one", (CI) => {
    expect(() => requiredSeed({ CI })).toThrow(/^LOOPGD_TEST_SEED must be set where CI=/);
  });

  it.each(["", " ", "1.5", "one", "1e400"])("refuses %j", (text) => {
    expect(() => requiredSeed({ LOOPGD_TEST_SEED: text })).toThrow(
      `LOOPGD_TEST_SEED must be an integer, got "${text}"`,
    );
  });
});
