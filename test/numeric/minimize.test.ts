import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { minimize } from "../../src/numeric/minimize.js";
import type { SmoothFunction } from "../../src/numeric/smooth-function.js";
import { checkProperty } from "../seed.js";

const TIGHT = { gradientTolerance: 1e-10 };

/** Σ 100(x_{i+1} − x_i²)² + (1 − x_i)²: a curved valley to (1, …, 1). */
const rosenbrock: SmoothFunction = (x) => {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i]!, x[i + 1]!];
    value += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
    gradient[i]! += -400 * a * (b - a * a) - 2 * (1 - a);
    gradient[i + 1]! += 200 * (b - a * a);
  }
  return { value, gradient };
};

describe("minimize", () => {
  it("solves diagonal quadratics of any conditioning up to 10⁴", () => {
    const coordinate = fc.record({
      curvature: fc.double({ min: 1e-2, max: 1e2, noNaN: true }),
      minimum: fc.double({ min: -10, max: 10, noNaN: true }),
      start: fc.double({ min: -10, max: 10, noNaN: true }),
    });
    checkProperty(
      fc.property(fc.array(coordinate, { minLength: 1, maxLength: 8 }), (axes) => {
        const f: SmoothFunction = (x) => ({
          value: axes.reduce((sum, a, i) => sum + (a.curvature * (x[i]! - a.minimum) ** 2) / 2, 0),
          gradient: x.map((entry, i) => axes[i]!.curvature * (entry - axes[i]!.minimum)),
        });
        const { value, status, stats } = minimize(
          f,
          Float64Array.from(axes, (a) => a.start),
          {
            gradientTolerance: 1e-9,
          },
        );
        expect(status).toBe("converged");
        expect(stats.reason).toBe("gradient");
        // |x − x*| = |g|/curvature ≤ 10⁻⁹/10⁻².
        for (const [i, { minimum }] of axes.entries()) {
          expect(Math.abs(value.point[i]! - minimum)).toBeLessThan(1.01e-7);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([2, 6])("follows Rosenbrock's valley in %i dimensions to its known end", (dim) => {
    const start = Float64Array.from({ length: dim }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
    const { value, status } = minimize(rosenbrock, start, TIGHT);
    expect(status).toBe("converged");
    // In 4 to 7 dimensions there is one other local minimum, near (−1, 1, …, 1), with value 3.97…
    expect(value.value < 1e-18 || Math.abs(value.value - 3.97) < 0.01).toBe(true);
    if (dim === 2) for (const entry of value.point) expect(entry).toBeCloseTo(1, 9);
  });

  it("gives the same bits every time and leaves the start as it was", () => {
    const start = Float64Array.of(-1.2, 1);
    const one = minimize(rosenbrock, start, TIGHT);
    expect(minimize(rosenbrock, start, TIGHT)).toEqual(one);
    expect([...start]).toEqual([-1.2, 1]);
  });

  it("never ends above where it started, and never beyond its budget", () => {
    const start = fc.tuple(
      fc.double({ min: -2, max: 2, noNaN: true }),
      fc.double({ min: -2, max: 2, noNaN: true }),
      fc.integer({ min: 1, max: 60 }),
    );
    checkProperty(
      fc.property(start, ([x, y, maximalEvaluations]) => {
        const from = Float64Array.of(x, y);
        let calls = 0;
        const counted: SmoothFunction = (point) => {
          calls += 1;
          return rosenbrock(point);
        };
        const { value, status, stats } = minimize(counted, from, { ...TIGHT, maximalEvaluations });
        expect(calls).toBe(stats.evaluations);
        expect(calls).toBeLessThanOrEqual(maximalEvaluations);
        expect(value.value).toBeLessThanOrEqual(rosenbrock(from).value);
        if (status === "max-steps") expect(stats.reason).toBe("budget");
        else expect(status).toBe("converged");
      }),
      { numRuns: 100 },
    );
  });

  it("stops at the noise instead of wandering in it", () => {
    // 1 + x²/2 rounded to multiples of 10⁻⁶: |x| < 10⁻³ cannot be told from 0.
    const noisy: SmoothFunction = (x) => ({
      value: Math.round((1 + x[0]! ** 2 / 2) * 1e6) / 1e6,
      gradient: Float64Array.of(x[0]! + 1e-5 * Math.sin(1e7 * x[0]!)),
    });
    const { value, status, stats } = minimize(noisy, Float64Array.of(3), {
      gradientTolerance: 0,
      noise: 1e-6,
    });
    expect(status).toBe("converged");
    expect(stats.reason).toBe("noise");
    expect(Math.abs(value.point[0]!)).toBeLessThan(3e-3);
    expect(stats.evaluations).toBeLessThan(40);
  });

  it("steps back from the edge of the domain", () => {
    // x − ln x has its minimum at 1 and is NaN for x < 0.
    const f: SmoothFunction = (x) => ({
      value: x[0]! - Math.log(x[0]!),
      gradient: Float64Array.of(1 - 1 / x[0]!),
    });
    const { value, status } = minimize(f, Float64Array.of(40), { ...TIGHT, firstStep: 100 });
    expect(status).toBe("converged");
    expect(value.point[0]).toBeCloseTo(1, 9);
  });

  it("tries first a step of the length it was told, downhill", () => {
    const points: Float64Array[] = [];
    const bowl: SmoothFunction = (x) => {
      points.push(x.slice());
      return { value: x[0]! ** 2 + x[1]! ** 2, gradient: x.map((entry) => 2 * entry) };
    };
    minimize(bowl, Float64Array.of(3, 4), { ...TIGHT, firstStep: 0.5 });
    // (3, 4) has length 5: half a unit towards the origin.
    expect([...points[1]!]).toEqual([expect.closeTo(2.7, 14), expect.closeTo(3.6, 14)]);
  });

  it("makes use of one remembered pair, and of more", () => {
    const spectrum = Float64Array.from({ length: 8 }, (_, i) => 4 ** i);
    const bowl: SmoothFunction = (x) => ({
      value: x.reduce((sum, entry, i) => sum + (spectrum[i]! * entry ** 2) / 2, 0),
      gradient: x.map((entry, i) => spectrum[i]! * entry),
    });
    const evaluations = (memory: number) =>
      minimize(bowl, new Float64Array(8).fill(1), {
        ...{ gradientTolerance: 1e-6, memory, maximalSteps: 5000, maximalEvaluations: 20_000 },
      }).stats.evaluations;
    // Steepest descent needs about κ·ln(10¹⁰)/4 ≈ 10⁵ steps at κ = 4⁷.
    expect(evaluations(1)).toBeLessThan(2000);
    expect(evaluations(8)).toBeLessThan(evaluations(1) / 2);
  });

  it("gives a point of its own where the start is the minimum, and no step when none is allowed", () => {
    const start = Float64Array.of(1, 1);
    const { value, stats } = minimize(rosenbrock, start, TIGHT);
    expect(value.point).toEqual(start);
    expect(value.point).not.toBe(start);
    expect(stats).toMatchObject({ steps: 0, evaluations: 1, reason: "gradient" });
    const stopped = minimize(rosenbrock, Float64Array.of(0, 0), { ...TIGHT, maximalSteps: 0 });
    expect(stopped).toMatchObject({ status: "max-steps", stats: { steps: 0, reason: "budget" } });
  });

  it("reports where it was when it saw that there is no minimum", () => {
    const falling: SmoothFunction = (x) => ({ value: -x[0]!, gradient: Float64Array.of(-1) });
    const { value } = minimize(falling, Float64Array.of(0), TIGHT);
    expect(value.point[0]).toBeGreaterThan(2 ** 50);
    expect(value.value).toBe(-value.point[0]!);
    // Concave far out: every step along a line is found, and leads away.
    const away: SmoothFunction = (x) => ({
      value: -Math.log(1 + x[0]! ** 2),
      gradient: Float64Array.of((-2 * x[0]!) / (1 + x[0]! ** 2)),
    });
    expect(minimize(away, Float64Array.of(1), { ...TIGHT, maximalSteps: 1e4 })).toMatchObject({
      status: "diverged",
      stats: { reason: "unbounded" },
    });
  });

  it("ends at its budget within a line search that finds nothing", () => {
    const wall: SmoothFunction = (x) => ({
      value: x[0] === 0 ? 0 : 1,
      gradient: Float64Array.of(-1),
    });
    const ended = (maximalEvaluations: number) =>
      minimize(wall, Float64Array.of(0), { ...TIGHT, maximalEvaluations });
    expect(ended(10)).toMatchObject({ status: "max-steps", stats: { evaluations: 10 } });
    expect(ended(1000)).toMatchObject({ status: "converged", stats: { reason: "noise" } });
  });

  it("names what has no minimum", () => {
    const falling: SmoothFunction = (x) => ({ value: -x[0]!, gradient: Float64Array.of(-1) });
    expect(minimize(falling, Float64Array.of(0), TIGHT)).toMatchObject({
      status: "diverged",
      stats: { reason: "unbounded" },
    });
    const broken: SmoothFunction = (x) =>
      x[0] === 1
        ? { value: 1, gradient: Float64Array.of(1) }
        : { value: Number.NaN, gradient: Float64Array.of(Number.NaN) };
    expect(minimize(broken, Float64Array.of(1), TIGHT)).toMatchObject({
      status: "diverged",
      stats: { reason: "not-finite" },
      value: { value: 1 },
    });
  });

  it("refuses bad input before the first step", () => {
    const start = Float64Array.of(0, 0);
    expect(() => minimize(rosenbrock, start, { gradientTolerance: -1 })).toThrow(
      "minimize: gradientTolerance must be a finite number ≥ 0, got -1",
    );
    expect(() => minimize(rosenbrock, start, { ...TIGHT, firstStep: 0 })).toThrow(
      "minimize: firstStep must be a finite number > 0, got 0",
    );
    expect(() => minimize(rosenbrock, start, { ...TIGHT, noise: Number.NaN })).toThrow(
      "minimize: noise must be a finite number ≥ 0, got NaN",
    );
    expect(() => minimize(rosenbrock, start, { ...TIGHT, memory: 0 })).toThrow(ArgumentError);
    expect(() => minimize(rosenbrock, start, { ...TIGHT, maximalSteps: 1.5 })).toThrow(
      ArgumentError,
    );
    const nowhere: SmoothFunction = (x) => ({ value: Number.NaN, gradient: x });
    expect(() => minimize(nowhere, start, TIGHT)).toThrow(
      "minimize: start must be a point with a finite value, got NaN",
    );
  });
});
