import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { cosineSchedule, parseSchedule, stepSchedule } from "../../src/training/schedule.js";
import { checkProperty } from "../seed.js";

describe("schedules", () => {
  it("constant stays, step falls by its factor every so many steps", () => {
    expect([0, 7, 99].map((k) => parseSchedule("constant").factor(k, 100))).toEqual([1, 1, 1]);
    const step = parseSchedule("step:10:0.5");
    expect([0, 9, 10, 19, 20].map((k) => step.factor(k, 25))).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  it("cosine starts at the peak, is half-way down half-way, and never rises", () => {
    const cosine = parseSchedule("cosine");
    expect(cosine.factor(0, 200)).toBe(1);
    expect(cosine.factor(100, 200)).toBeCloseTo(0.5, 15);
    const factors = Array.from({ length: 200 }, (_, k) => cosine.factor(k, 200));
    expect(factors.every((factor, k) => k === 0 || factor < factors[k - 1]!)).toBe(true);
    expect(factors.at(-1)).toBeGreaterThan(0);
  });

  it("a warm-up climbs evenly to the peak, which the descent starts from", () => {
    const warm = parseSchedule("cosine:4");
    expect([0, 1, 2, 3, 4].map((k) => warm.factor(k, 100))).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
  });

  it("gives factors in (0, 1] at every step, a warm-up longer than the run too", () => {
    checkProperty(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(60), (steps, warmup) => {
        for (let k = 0; k < steps; k++) {
          const factor = cosineSchedule(warmup).factor(k, steps);
          expect(factor > 0 && factor <= 1).toBe(true);
        }
      }),
    );
  });

  it("is written as it is read, and says whether the length of the run matters", () => {
    for (const [spec, usesHorizon] of [
      ["constant", false],
      ["cosine", true],
      ["cosine:10", true],
      ["step:200:0.5", false],
    ] as const) {
      expect(parseSchedule(spec)).toMatchObject({ spec, usesHorizon });
    }
  });

  it.each(["", "linear", "constant:1", "cosine:-1", "cosine:1.5", "cosine:", "cosine:1:2", "step"])(
    "refuses %j",
    (spec) => {
      expect(() => parseSchedule(spec)).toThrow(ArgumentError);
      expect(() => parseSchedule(spec)).toThrow(/schedule must be one of constant, cosine/);
    },
  );

  it.each(["step:0:0.5", "step:10", "step:10:1", "step:10:0", "step:1.5:0.5", "step:10:x"])(
    "refuses %j",
    (spec) => {
      expect(() => parseSchedule(spec)).toThrow(ArgumentError);
    },
  );

  it("refuses a decay that is none", () => {
    expect(() => stepSchedule(10, 1)).toThrow("decay must be below 1, got 1");
  });
});
