import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { TEST_SEED } from "../seed.js";

const SCRIPT = fileURLToPath(new URL("print-results.mjs", import.meta.url));

/** Another version of Node to compare with, such as Node 22 under Node 20: `.ci/run` names it. */
const OTHER_NODE = process.env.LOOPGD_OTHER_NODE;

/**
 * What results of TensorFlow.js may differ by, relative to the largest: twenty steps of Adam carry
 * float32's 6e−8 a few hundredfold at most.
 */
const CLOSE = 1e-5;

interface Results {
  /** SHA-256 of the bits of each result. */
  readonly identical: Readonly<Record<string, string>>;
  readonly close: Readonly<Record<string, readonly number[]>>;
}

const resultsOf = (node: string, seed: number): Results =>
  JSON.parse(execFileSync(node, [SCRIPT, String(seed)], { encoding: "utf8" }));

let here: Results;
beforeAll(() => {
  here = resultsOf(process.execPath, Math.abs(TEST_SEED));
});

test(`equal seeds give equal bits on ${OTHER_NODE ?? "a second run"}, close ones in TensorFlow.js`, () => {
  const there = resultsOf(OTHER_NODE ?? process.execPath, Math.abs(TEST_SEED));
  expect(there.identical).toEqual(here.identical);
  for (const [name, values] of Object.entries(here.close)) {
    const largest = Math.max(...values.map(Math.abs));
    const differences = values.map((value, i) => Math.abs(value - there.close[name]![i]!));
    expect(there.close[name]).toHaveLength(values.length);
    expect(Math.max(...differences) / largest).toBeLessThan(CLOSE);
  }
});

test("another seed gives other bits everywhere: no digest is of something constant", () => {
  const others = resultsOf(process.execPath, Math.abs(TEST_SEED) + 1);
  for (const [name, digest] of Object.entries(here.identical)) {
    expect(others.identical[name], name).not.toBe(digest);
  }
  expect(others.close).not.toEqual(here.close);
});
