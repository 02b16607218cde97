import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { constantCurriculum, parseCurriculum } from "../../../src/training/staging/curriculum.js";

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
});
