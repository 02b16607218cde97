import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LinePoint, searchLine } from "../../src/numeric/line-search.js";
import type { SmoothFunction } from "../../src/numeric/smooth-function.js";
import { checkProperty } from "../seed.js";

/** x⁴ − 3x³ + wave·sin 5x on the line: several minima within reach of a long trial step. */
const wavy =
  (wave: number): SmoothFunction =>
  (point) => {
    const x = point[0]!;
    return {
      value: x ** 4 - 3 * x ** 3 + wave * Math.sin(5 * x),
      gradient: Float64Array.of(4 * x ** 3 - 9 * x ** 2 + 5 * wave * Math.cos(5 * x)),
    };
  };

function startAt(f: SmoothFunction, x: number): { start: LinePoint; direction: Float64Array } {
  const point = Float64Array.of(x);
  const { value, gradient } = f(point);
  const direction = gradient.map((entry) => -entry);
  const slope = -(gradient[0]! ** 2);
  return { start: { step: 0, point, value, gradient, slope }, direction };
}

const NO_NOISE = { noise: 0, maximalEvaluations: 60 };

describe("searchLine", () => {
  it("meets both strong Wolfe conditions from any trial step, and reports the point truly", () => {
    const input = fc.record({
      wave: fc.double({ min: -3, max: 3, noNaN: true }),
      x: fc.double({ min: -2, max: 4, noNaN: true }),
      trial: fc.double({ min: 1e-6, max: 1e3, noNaN: true }),
    });
    checkProperty(
      fc.property(input, ({ wave, x, trial }) => {
        const f = wavy(wave);
        const { start, direction } = startAt(f, x);
        fc.pre(Math.abs(direction[0]!) > 1e-3);
        const { status, found } = searchLine(f, start, direction, { ...NO_NOISE, trial });
        expect(status).toBe("found");
        expect(found.value).toBe(f(found.point).value);
        expect(found.point[0]).toBe(x + found.step * direction[0]!);
        expect(found.value).toBeLessThanOrEqual(start.value + 1e-4 * found.step * start.slope);
        expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * Math.abs(start.slope));
      }),
      { numRuns: 300 },
    );
  });

  it("refuses a direction that does not descend, and stops at its budget", () => {
    const f = wavy(0);
    const { start, direction } = startAt(f, 3);
    const uphill = { ...start, slope: -start.slope };
    const opposite = direction.map((entry) => -entry);
    const refused = searchLine(f, uphill, opposite, { ...NO_NOISE, trial: 1 });
    expect(refused).toMatchObject({ status: "no-descent", evaluations: 0, found: { step: 0 } });
    const short = { trial: 1e3, noise: 0, maximalEvaluations: 3 };
    expect(searchLine(f, start, direction, short).evaluations).toBe(3);
  });
});
