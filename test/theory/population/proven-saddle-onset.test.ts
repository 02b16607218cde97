import { describe, expect, test } from "vitest";
import { HypothesisError } from "../../../src/errors.js";
import { provenSaddleOnset } from "../../../src/theory/population/proven-saddle-onset.js";
import { saddleOnset } from "../../../src/theory/population/saddle-onset.js";

describe.each([
  [2, 2],
  [3, 2],
  [7, 2],
  [12, 2],
  [2, 3],
  [5, 3],
  [10, 3],
  [2, 4],
])("d=%i L=%i", (dim, loops) => {
  test("the proof agrees with every sign of a scan, and finds one root", () => {
    const { onset, signChanges, roots } = provenSaddleOnset(dim, loops);
    const scanned = saddleOnset(dim, loops);
    expect({ onset, signChanges }).toEqual({
      onset: scanned.onset,
      signChanges: scanned.signChanges,
    });
    expect(roots).toHaveLength(1);
    expect(roots[0]!.lower.toNumber()).toBeLessThanOrEqual(onset!);
    expect(roots[0]!.upper.toNumber()).toBeGreaterThanOrEqual(onset! - 1);
  });
});

test("a scan by default reaches the onset at two loops, about d²/2", () => {
  expect(saddleOnset(40, 2).onset).toBe(provenSaddleOnset(40, 2).onset);
});

test.each([
  [1, 2],
  [3, 1],
  [3, 5],
])("d=%i L=%i is refused", (dim, loops) => {
  expect(() => provenSaddleOnset(dim, loops)).toThrow(HypothesisError);
});
