import { describe, expect, test } from "vitest";
import type { BaselineId } from "../../src/identify/optimum/optimal-baselines.js";
import type { MeanInterval } from "../../src/identify/simultaneous-intervals.js";
import { judgeIdentity } from "../../src/identify/verdict.js";

const interval = (lower: number, mean: number, upper: number): MeanInterval => ({
  ...{ lower, mean, upper, standardError: 1 },
});
const candidate = (id: BaselineId, ...squares: MeanInterval[]) => ({ ids: [id], squares });
const near = interval(0, 0.001, 0.002);
const far = interval(0.2, 0.3, 0.4);
const wide = interval(0.001, 0.005, 0.3);
const tie = interval(-0.1, 0.1, 0.3);
const firstNearer = interval(0.5, 0.7, 0.9);
const secondNearer = interval(-0.9, -0.7, -0.5);
const tolerance = 0.1;

describe("judgeIdentity", () => {
  test("one within the tolerance, the other beyond: identified", () => {
    const candidates = [candidate("ridge", near, near), candidate("gd++", far, far)];
    expect(judgeIdentity(candidates, [], tolerance)).toEqual({
      ...{ kind: "identified", algorithms: ["ridge"] },
    });
  });

  test("beyond the tolerance in one stratum alone is out", () => {
    const candidates = [candidate("ridge", near, far), candidate("gd++", far, far)];
    expect(judgeIdentity(candidates, [], tolerance)).toEqual({
      ...{ kind: "none of these", nearest: ["ridge"] },
    });
  });

  test("two within the tolerance: told apart by their difference, in either order, or not at all", () => {
    const candidates = [candidate("ridge", near, near), candidate("gd++", near, near)];
    const judge = (...differences: MeanInterval[]) =>
      judgeIdentity(candidates, [{ first: 0, second: 1, differences }], tolerance);
    expect(judge(firstNearer, tie)).toMatchObject({ algorithms: ["ridge"] });
    expect(judge(tie, secondNearer)).toMatchObject({ algorithms: ["gd++"] });
    const undivided = { kind: "not identifiable", between: [["ridge"], ["gd++"]] };
    expect(judge(tie, tie)).toEqual(undivided);
    // Nearer in one stratum and farther in another is no evidence for either.
    expect(judge(firstNearer, secondNearer)).toEqual(undivided);
  });

  test("one left whose interval reaches beyond the tolerance: undecided", () => {
    const candidates = [candidate("ridge", near, wide), candidate("gd++", far, far)];
    expect(judgeIdentity(candidates, [], tolerance)).toEqual({
      ...{ kind: "undecided", nearest: ["ridge"] },
    });
  });
});
