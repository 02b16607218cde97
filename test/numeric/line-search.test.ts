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

/** Searches along s = 0 … from value 0 at s = 0, and records the steps tried. */
function trace(
  value: (step: number) => number,
  slope: (step: number) => number,
  options: { trial: number; noise?: number; maximalEvaluations?: number },
) {
  const steps: number[] = [];
  const f: SmoothFunction = (point) => {
    const step = point[0]!;
    steps.push(step);
    return { value: value(step), gradient: Float64Array.of(slope(step)) };
  };
  const start: LinePoint = {
    ...{ step: 0, point: Float64Array.of(0), value: value(0), slope: slope(0) },
    gradient: Float64Array.of(slope(0)),
  };
  const search = searchLine(f, start, Float64Array.of(1), { ...NO_NOISE, ...options });
  expect(search.evaluations).toBe(steps.length);
  return { status: search.status, step: search.found.step, steps };
}

describe("the steps that searchLine tries", () => {
  it("are the minimiser of a cubic once it is bracketed, from either side", () => {
    // φ′(s) = (s − r)(s + p): the cubic through the ends is φ itself.
    const input = fc.record({
      root: fc.double({ min: 0.5, max: 2, noNaN: true }),
      other: fc.double({ min: 0.5, max: 20, noNaN: true }),
      reach: fc.double({ min: 1.3, max: 8, noNaN: true }),
    });
    checkProperty(
      fc.property(input, ({ root, other, reach }) => {
        const value = (s: number) => s ** 3 / 3 + ((other - root) * s ** 2) / 2 - root * other * s;
        const slope = (s: number) => (s - root) * (s + other);
        const trial = reach * root;
        // Too high there, or too steep: the search has to look inside.
        const isTooHigh = value(trial) > 1e-4 * trial * slope(0);
        fc.pre(isTooHigh || Math.abs(slope(trial)) > 0.9 * Math.abs(slope(0)));
        const { status, step, steps } = trace(value, slope, { trial });
        expect(status).toBe("found");
        expect(steps).toEqual([trial, step]);
        expect(Math.abs(step - root)).toBeLessThan(1e-11 * trial);
      }),
    );
  });

  it("stay a tenth of the interval off its ends", () => {
    // (s − 1)² from far beyond: the minimum at 1 is nearer to 0 than a tenth of the interval.
    const parabola = trace(
      (s) => (s - 1) ** 2,
      (s) => 2 * (s - 1),
      { trial: 400 },
    );
    expect(parabola.steps).toEqual([400, 40, 4, expect.closeTo(1, 12)]);
    // From the other side: low at 1, too steep, far below 0; the cubic's minimum is just before 1.
    const turned = trace(
      (s) => (s < 1 ? -s : -10),
      (s) => (s < 1 ? -1 : 0.95),
      { trial: 1 },
    );
    expect(turned.steps.slice(0, 2)).toEqual([1, 0.9]);
  });

  it("double while the function falls too steeply", () => {
    // Flat enough is a slope of 180, at s = 10.
    const { status, steps } = trace(
      (s) => (s - 100) ** 2,
      (s) => 2 * (s - 100),
      { trial: 1 },
    );
    expect([status, steps]).toEqual(["found", [1, 2, 4, 8, 16]]);
  });

  it.each([
    ["an infinite value", Number.POSITIVE_INFINITY, 0],
    ["no value", Number.NaN, 0],
    ["no slope", 0, Number.NaN],
    ["an infinite slope", -1e9, Number.POSITIVE_INFINITY],
  ])("halve where there is %s beyond the edge of the domain", (_, value, slope) => {
    const edge = 3;
    const { status, steps } = trace(
      (s) => (s < edge ? (s - 1) ** 2 : value),
      (s) => (s < edge ? 2 * (s - 1) : slope),
      { trial: 4.2 },
    );
    // 2.1 is inside and as high as the start: the parabola's minimum comes next.
    expect([status, steps]).toEqual(["found", [4.2, 2.1, expect.closeTo(1, 12)]]);
  });

  it("end where the function has no lower bound", () => {
    const fall = (maximalEvaluations: number) =>
      trace(
        (s) => -s,
        () => -1,
        { trial: 1, maximalEvaluations },
      );
    // A step beyond 2⁵⁰ trials, the 52nd, says so; before, a budget that ended is no proof.
    expect(fall(51)).toMatchObject({ status: "found", step: 2 ** 50 });
    expect(fall(52)).toMatchObject({ status: "unbounded", step: 2 ** 51 });
    expect(fall(1000).steps).toHaveLength(60);
    const infinite = trace(
      (s) => (s > 5 ? Number.NEGATIVE_INFINITY : -s),
      () => -1,
      { trial: 1 },
    );
    expect(infinite).toMatchObject({ status: "unbounded", step: 4, steps: [1, 2, 4, 8] });
  });

  it("end empty-handed where no step descends, and say whether values were the reason", () => {
    const wall = (height: number) =>
      trace(
        (s) => (s > 0 ? height : 0),
        () => -1,
        { trial: 1 },
      );
    expect(wall(1)).toMatchObject({ status: "no-descent", step: 0 });
    expect(wall(Number.POSITIVE_INFINITY)).toMatchObject({ status: "not-finite", step: 0 });
    expect(
      trace(
        () => 0,
        () => 0,
        { trial: 1 },
      ),
    ).toEqual({ status: "no-descent", step: 0, steps: [] });
  });

  it("are judged by slopes within the noise", () => {
    // 10⁻⁶(s − 1)², seen 10⁻⁵ too high except at the start: no decrease can be seen.
    const raised = (s: number) => 1e-6 * (s - 1) ** 2 + (s > 0 ? 1e-5 : 0);
    const slope = (s: number) => 2e-6 * (s - 1);
    const search = (trial: number, noise: number) => trace(raised, slope, { trial, noise });
    // Where φ is a parabola, φ(α) ≤ φ(0) + 10⁻⁴αφ′(0) is φ′(α) ≤ (2·10⁻⁴ − 1)φ′(0): up to s = 1.9998.
    expect(search(1, 2e-5)).toEqual({ status: "found", step: 1, steps: [1] });
    expect(search(1.8, 2e-5).steps).toEqual([1.8]);
    expect(search(1.9999, 2e-5).steps.length).toBeGreaterThan(1);
    expect(search(1, 1e-6).status).toBe("no-descent");
  });
});
