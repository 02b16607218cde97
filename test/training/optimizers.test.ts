import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { adam } from "../../src/training/adam.js";
import { clipGradient, vectorNorm } from "../../src/training/clip-gradient.js";
import type { Optimizer } from "../../src/training/optimizer.js";
import { OPTIMIZER_FORMS, parseOptimizer } from "../../src/training/parse-optimizer.js";
import { sgd } from "../../src/training/sgd.js";
import { checkProperty } from "../seed.js";

const entry = fc.double({ min: -10, max: 10, noNaN: true });
const gradients = fc.array(entry, { minLength: 1, maxLength: 8 });

/** The path of one parameter under a list of gradients. */
function path(optimizer: Optimizer, start: number, slopes: readonly number[], rate: number) {
  const parameters = Float64Array.of(start);
  const state = optimizer.start(1);
  return slopes.map((slope) => {
    optimizer.update(state, parameters, Float64Array.of(slope), rate);
    return parameters[0]!;
  });
}

/** Σ_{i ≤ t} decay^{t−i} weight·terms[i]: an exponential average written out. */
function discounted(terms: readonly number[], t: number, decay: number, weight: number): number {
  return terms.slice(0, t + 1).reduce((sum, term, i) => sum + decay ** (t - i) * weight * term, 0);
}

/** Adam from the sums its recursions solve to, not from the recursions. */
function adamPath(start: number, slopes: readonly number[], rate: number, decay = 0): number[] {
  const squares = slopes.map((slope) => slope * slope);
  let parameter = start;
  return slopes.map((_, t) => {
    const first = discounted(slopes, t, 0.9, 0.1) / (1 - 0.9 ** (t + 1));
    const second = discounted(squares, t, 0.999, 0.001) / (1 - 0.999 ** (t + 1));
    parameter = (1 - rate * decay) * parameter - (rate * first) / (Math.sqrt(second) + 1e-8);
    return parameter;
  });
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-9 * (1 + Math.abs(expected[i]!)));
  });
}

describe("optimisers", () => {
  it("Adam follows the sums its recursions solve to", () => {
    checkProperty(
      fc.property(entry, gradients, (start, slopes) => {
        expectClose(path(parseOptimizer("adam"), start, slopes, 0.1), adamPath(start, slopes, 0.1));
      }),
    );
  });

  it("AdamW shrinks the parameters apart from the moments", () => {
    checkProperty(
      fc.property(entry, gradients, (start, slopes) => {
        const found = path(parseOptimizer("adamw:0.3"), start, slopes, 0.1);
        expectClose(found, adamPath(start, slopes, 0.1, 0.3));
      }),
    );
  });

  it("Adam's first step is the learning rate against the sign of the gradient, whatever its size", () => {
    for (const slope of [1e-3, -7, 1e5]) {
      expect(path(parseOptimizer("adam"), 1, [slope], 0.1)[0]).toBeCloseTo(
        1 - 0.1 * Math.sign(slope),
        5,
      );
    }
  });

  it("Adam at other decays divides mean gradients by the root of mean squares of other memory", () => {
    const slopes = [3, -1, 0.5];
    let parameter = 1;
    const expected = slopes.map((_, t) => {
      // With bias correction both are weighted means, of weights βᵗ⁻ᵏ.
      const mean = (decay: number, power: number) => {
        const weights = slopes.slice(0, t + 1).map((_slope, k) => decay ** (t - k));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        return weights.reduce((sum, weight, k) => sum + weight * slopes[k]! ** power, 0) / total;
      };
      parameter -= (0.1 * mean(0.5, 1)) / (Math.sqrt(mean(0.95, 2)) + 1e-8);
      return parameter;
    });
    expectClose(path(parseOptimizer("adam:0.5:0.95"), 1, slopes, 0.1), expected);
    expect(() => adam({ secondDecay: 1 })).toThrow("adam: secondDecay must be in (0, 1), got 1");
  });

  it("SGD sums gradients, discounted by the momentum", () => {
    checkProperty(
      fc.property(entry, gradients, (start, slopes) => {
        for (const momentum of [0, 0.9]) {
          let parameter = start;
          const expected = slopes.map((_, t) => {
            parameter -= 0.1 * discounted(slopes, t, momentum, 1);
            return parameter;
          });
          expectClose(path(sgd({ momentum }), start, slopes, 0.1), expected);
        }
      }),
    );
  });

  it("Nesterov's step looks ahead: the gradient plus momentum times the new velocity", () => {
    checkProperty(
      fc.property(entry, gradients, (start, slopes) => {
        let parameter = start;
        const expected = slopes.map((slope, t) => {
          parameter -= 0.1 * (slope + 0.9 * discounted(slopes, t, 0.9, 1));
          return parameter;
        });
        expectClose(path(parseOptimizer("nesterov:0.9"), start, slopes, 0.1), expected);
      }),
    );
  });

  it("is written as it is read", () => {
    for (const spec of ["adam", "adam:0.5:0.95", "adamw:0.01", "sgd", "sgd:0.9", "nesterov:0.9"]) {
      expect(parseOptimizer(spec).spec).toBe(spec);
    }
  });

  it.each([
    "",
    "Adam",
    "adam:1",
    "adam:1:0.9",
    "adam:0.9:0",
    "adam:0.9:0.9:0.9",
    "adamw",
    "adamw:0",
    "adamw:-1",
    "adamw:x",
    "adamw:1:2",
  ])("refuses %j", (spec) => {
    expect(() => parseOptimizer(spec)).toThrow(ArgumentError);
    expect(() => parseOptimizer(spec)).toThrow(`one of ${OPTIMIZER_FORMS}, got "${spec}"`);
  });

  it.each(["sgd:1", "sgd:-0.1", "sgd:", "sgd:NaN", "nesterov", "nesterov:0", "nesterov:1"])(
    "refuses %j",
    (spec) => {
      expect(() => parseOptimizer(spec)).toThrow(ArgumentError);
    },
  );

  it("refuses momentum that does not decay", () => {
    expect(() => sgd({ momentum: 1 })).toThrow("momentum must be in [0, 1), got 1");
    expect(() => sgd({ nesterov: true })).toThrow("momentum must be in (0, 1), got 0");
  });
});

describe("gradient clipping", () => {
  const vector = fc.array(entry, { minLength: 1, maxLength: 6 });

  it("keeps the direction and caps the norm", () => {
    checkProperty(
      fc.property(vector, fc.double({ min: 0.1, max: 20, noNaN: true }), (entries, limit) => {
        const clipped = Float64Array.from(entries);
        const norm = clipGradient(clipped, limit);
        expect(norm).toBeCloseTo(Math.hypot(...entries), 9);
        const scale = norm > limit ? limit / norm : 1;
        expectClose(
          [...clipped],
          entries.map((value) => scale * value),
        );
      }),
    );
  });

  it("measures norms whose squares overflow or vanish, and shows what is not finite", () => {
    expect(vectorNorm(Float64Array.of(3e200, -4e200))).toBeCloseTo(5e200, -190);
    expect(vectorNorm(Float64Array.of(3e-200, 4e-200)) / 5e-200).toBeCloseTo(1, 12);
    expect(vectorNorm(Float64Array.of(0, 0))).toBe(0);
    expect(vectorNorm(Float64Array.of(1, Number.NaN, 2))).toBeNaN();
    expect(vectorNorm(Float64Array.of(1, Number.NEGATIVE_INFINITY))).toBe(Infinity);
  });
});
