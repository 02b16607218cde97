import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { fillWindow, WINDOW_MEMORY } from "../../../src/training/stopping/loss-window.js";
import { parseStop } from "../../../src/training/stopping/parse-stop.js";
import { plateau } from "../../../src/training/stopping/plateau.js";
import type { StopRule } from "../../../src/training/stopping/stop-rule.js";
import { withinReference } from "../../../src/training/stopping/within-reference.js";
import { checkProperty, testStream } from "../../seed.js";

/** The step (from 1) at which a rule stops on losses, and its reason; 0 when it does not. */
function stopOf(rule: StopRule, lossAt: (step: number) => number, steps: number) {
  const memory = rule.start();
  for (let step = 1; step <= steps; step++) {
    const reason = rule.observe(memory, lossAt(step));
    if (reason !== undefined) return { step, reason };
  }
  return { step: 0, reason: "" };
}

describe("the mean of a window", () => {
  it("is the mean, with the standard error of successive differences, window after window", () => {
    const losses = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
      minLength: 8,
      maxLength: 8,
    });
    checkProperty(
      fc.property(losses, (values) => {
        const memory = new Float64Array(WINDOW_MEMORY);
        const found = values.map((value) => fillWindow(memory, 4, value)).filter((w) => w);
        for (const [i, window] of found.entries()) {
          const part = values.slice(4 * i, 4 * i + 4);
          expect(window!.mean).toBeCloseTo(part.reduce((a, b) => a + b) / 4, 12);
          const squares = part.slice(1).map((value, k) => (value - part[k]!) ** 2);
          const expected = Math.sqrt(squares.reduce((a, b) => a + b) / 2 / 3 / 4);
          expect(window!.standardError).toBeCloseTo(expected, 12);
        }
        expect(found.length).toBe(2);
      }),
    );
  });

  it("has a standard error without bias for independent losses, a trend or none", () => {
    // Var of the mean of 50 uniforms on (0, 1): 1/600. The trend of 0.5 over the window would add 1/48
    // to the sample variance of 1/12 about the mean, and only 10⁻⁴ to that of differences.
    for (const trend of [0, 0.5]) {
      const stream = testStream(`window ${trend}`);
      let sum = 0;
      for (let repeat = 0; repeat < 2_000; repeat++) {
        const memory = new Float64Array(WINDOW_MEMORY);
        for (let k = 1; k <= 50; k++) {
          const window = fillWindow(memory, 50, stream.uniform() - (trend * k) / 50);
          sum += (window?.standardError ?? 0) ** 2;
        }
      }
      // The relative spread of one estimate is about √(3/50) = 0.24: 5 standard errors are 2.7 %.
      expect(Math.abs((sum / 2_000) * 600 - 1)).toBeLessThan(0.03);
    }
  });
});

describe("withinReference", () => {
  it("stops at the end of the first window whose mean is close enough, and says so", () => {
    const rule = withinReference({ tolerance: 0.01, referenceLoss: 2, window: 10 });
    // Window means of 2 + 1/step fall below 2.02 once the mean of 1/step is below 0.02: that of steps
    // 51 … 60 is 0.0180, that of 41 … 50 is 0.0220.
    const { step, reason } = stopOf(rule, (k) => 2 + 1 / k, 1_000);
    expect(step).toBe(60);
    expect(reason).toMatch(
      /^the mean loss of the last 10 steps, 2\.01807 ± .* within 1 % of .* 2\.0000/,
    );
    expect(stopOf(rule, () => 2.021, 1_000).step).toBe(0);
    expect(stopOf(rule, () => 1.5, 1_000).step).toBe(10);
  });
});

describe("plateau", () => {
  const rule = plateau({ window: 50 });
  const noise = (name: string) => {
    const stream = testStream(name);
    return () => 0.1 * stream.normal();
  };

  it("goes on while the loss falls by more than its noise, slowly or fast", () => {
    const falling = noise("plateau falling");
    // A window falls by 0.1, five standard errors of a difference, 0.1·√(2/50) = 0.02.
    expect(stopOf(rule, (k) => 10 - k / 500 + falling(), 4_000).step).toBe(0);
    expect(stopOf(rule, (k) => Math.exp(-k / 3), 400).step).toBe(0);
    expect(stopOf(rule, (k) => 1 / k, 4_000).step).toBe(0);
  });

  it("stops at a plateau within a few windows, and says what the noise hides", () => {
    const flat = noise("plateau flat");
    const { step, reason } = stopOf(rule, () => 3 + flat(), 1_000);
    // A difference of two flat windows exceeds 2 standard errors once in 44: ten in a row never do.
    expect(step % 50).toBe(0);
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThanOrEqual(500);
    expect(reason).toMatch(/over the last two windows of 50 steps the loss fell by .* to [\d.]+, /);
    expect(reason).toContain("(2 standard errors)");
    expect(stopOf(rule, () => 1, 1_000).step).toBe(100);
    expect(stopOf(rule, (k) => k, 1_000).step).toBe(100);
  });

  it("stops flat noise at its first look as often as its level says", () => {
    // One-sided normal tail beyond 1: 15.87 %. Standard error of 2000 trials: 0.82 %.
    const early = plateau({ window: 50, level: 1 });
    const flat = noise("plateau level");
    let on = 0;
    for (let trial = 0; trial < 2_000; trial++) {
      if (stopOf(early, () => 3 + flat(), 100).step === 0) on += 1;
    }
    expect(Math.abs(on / 2_000 - 0.1587)).toBeLessThan(5 * 0.0082);
  });
});

describe("parseStop", () => {
  it("reads what rules are written as", () => {
    expect(parseStop("within:0.01", 2).spec).toBe("within:0.01:100 of 2");
    expect(parseStop("within:0.01:7", 2).spec).toBe("within:0.01:7 of 2");
    expect(parseStop("plateau:200").spec).toBe("plateau:200:2");
    expect(parseStop("plateau:200:3").spec).toBe("plateau:200:3");
  });

  it.each([
    "",
    "within",
    "within:0",
    "within:0.1:2.5",
    "plateau:0",
    "plateau:19",
    "plateau:20.5",
    "plateau:20:0",
    "plateau:20:2:1",
    "stop:20",
    "plateau:20:x",
  ])("refuses %j", (spec) => {
    expect(() => parseStop(spec, 1)).toThrow(ArgumentError);
    expect(() => parseStop(spec, 1)).toThrow(`got "${spec}"`);
  });

  it("refuses a distance to a reference that is not known", () => {
    expect(() => parseStop("within:0.01")).toThrow("where no reference loss is known");
  });
});
