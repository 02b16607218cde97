import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import {
  constantCurriculum,
  parseCurriculum,
  rampCurriculum,
  stagedCurriculum,
} from "../../../src/training/staging/curriculum.js";

describe("curricula", () => {
  it("ramp linearly, rounded, up or down, and stay", () => {
    const up = parseCurriculum("5:20:2000");
    expect([0, 66, 67, 1000, 1999, 2000, 9999].map(up.at)).toEqual([5, 5, 6, 13, 20, 20, 20]);
    expect(up).toMatchObject({ spec: "5:20:2000", settledFrom: 2000, last: 20 });
    expect([0, 1, 2, 3].map(parseCurriculum("4:1:3").at)).toEqual([4, 3, 2, 1]);
  });

  it("hold the value of the stage that has begun", () => {
    const stages = parseCurriculum("5@0,20@500,7@600");
    expect([0, 499, 500, 599, 600, 5000].map(stages.at)).toEqual([5, 5, 20, 20, 7, 7]);
    expect(stages).toMatchObject({ spec: "5@0,20@500,7@600", settledFrom: 600, last: 7 });
    expect(constantCurriculum(3)).toMatchObject({ settledFrom: 0, last: 3 });
  });

  it.each([
    "",
    "5",
    "5:20",
    "0:20:10",
    "5:20:0",
    "5:20:10:1",
    "5@1",
    "5@0,6@0",
    "5@0,6@9,7@8",
    "0@0",
    "5@0,",
    "-5:20:10",
  ])("refuse %j", (spec) => {
    expect(() => parseCurriculum(spec)).toThrow(ArgumentError);
  });

  it("refuse, by name, what is no curriculum", () => {
    expect(() => rampCurriculum(5, 2.5, 10)).toThrow(
      "rampCurriculum: to must be a positive integer",
    );
    const stage = (value: number, fromStep: number) => ({ value, fromStep });
    expect(() => stagedCurriculum([])).toThrow("stages must be begun at step 0, got undefined");
    expect(() => stagedCurriculum([stage(5, 3)])).toThrow("begun at step 0, got 3");
    expect(() => stagedCurriculum([stage(5, 0), stage(6, 0)])).toThrow(
      "stages[1].fromStep must be above the one before it, got 0",
    );
    expect(() => stagedCurriculum([stage(0, 0)])).toThrow("stages[0].value must be a positive");
  });
});
