import { describe, expect, it, test } from "vitest";
import { Rational } from "../../../src/numeric/rational.js";
import { gradientFlow } from "../../../src/theory/gradient-flow/gradient-flow.js";
import { smallFraction } from "../../../src/theory/gradient-flow/ode-solver.js";
import { preciseGradientFlow } from "../../../src/theory/gradient-flow/precise-gradient-flow.js";

describe("smallFraction", () => {
  test.each([
    [0.75, 3, 4],
    [-1 / 3, -1, 3],
    [44 / 45, 44, 45],
    [0, 0, 1],
  ])("%d is %d/%d", (value, numerator, denominator) => {
    const found = smallFraction(value)!;
    expect(found.numerator / found.denominator).toBe(value);
    expect([Math.abs(found.numerator), found.denominator]).toEqual([
      Math.abs(numerator),
      denominator,
    ]);
  });

  it("has none of a number without one, and refuses infinities", () => {
    expect(smallFraction(Math.PI)).toBeNull();
    expect(() => smallFraction(Number.NaN)).toThrow("smallFraction: value must be finite, got NaN");
  });
});

describe("preciseGradientFlow", () => {
  const square = ([x]: readonly Rational[]) => ({
    loss: x!.times(x!),
    gradient: [x!.times(Rational.of(2))],
  });

  it("refuses no start, and a target that no time reaches", async () => {
    await expect(preciseGradientFlow(square, { start: [] })).rejects.toThrow(
      "preciseGradientFlow: start must be non-empty",
    );
    await expect(
      preciseGradientFlow(square, { start: [Rational.ONE], targetLoss: Rational.ZERO }),
    ).rejects.toThrow("preciseGradientFlow: targetLoss must be positive, got 0");
  });

  it("ends where its time is up: x(t) = exp(−2t)", async () => {
    const { status, point } = await preciseGradientFlow(square, {
      ...{ start: [Rational.ONE], horizon: 0.5, tolerance: 1e-8 },
    });
    expect(status).toBe("horizon");
    expect(point[0]!.toNumber() / Math.exp(-1)).toBeCloseTo(1, 6);
  });
});

test("gradientFlow says that the solver gave up", async () => {
  const objective = ([x]: ArrayLike<number> & Iterable<number>) => ({
    loss: x! * x!,
    gradient: Float64Array.of(2 * x!),
  });
  await expect(
    gradientFlow(objective, { start: Float64Array.of(1), horizon: 10, maximalEvaluations: 2 }),
  ).rejects.toThrow(/gradientFlow: the solver gave up/);
});

test("gradientFlow names what it refuses, and says when the loss rises", async () => {
  const uphill = ([x]: ArrayLike<number> & Iterable<number>) => ({
    loss: x! * x!,
    gradient: Float64Array.of(-2 * x!),
  });
  const start = Float64Array.of(1);
  await expect(gradientFlow(uphill, { start, horizon: 1 })).rejects.toThrow(
    /gradientFlow: the loss rose from 1 to .*; is the gradient that of the loss\?/,
  );
  await expect(gradientFlow(uphill, { start, horizon: 1, tolerance: 0 })).rejects.toThrow(
    /gradientFlow: tolerance must be/,
  );
});
