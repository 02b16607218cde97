import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import {
  isotropicDominance,
  isotropicDominanceLevel,
  sharpIsotropicDominance,
} from "../../src/theory/gradient-dominance.js";
import { isotropicLoss } from "../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { populationGradient } from "../../src/theory/population/population-gradient.js";

/** ‖∇_A ℓ‖² / ℓ^{(2L−1)/L} at A = bI by the engine for any A. */
function ratio(dim: number, contextLength: number, loops: number, b: number): number {
  const weights = { preconditioners: [Matrix.eye(dim).mul(b)], loops };
  const { value, preconditioners } = populationGradient({ dim, contextLength }, weights);
  return preconditioners[0]!.norm("frobenius") ** 2 / value ** ((2 * loops - 1) / loops);
}

const SETTINGS = [
  [3, 8, 1],
  [3, 8, 2],
  [2, 20, 3],
  [4, 3, 2],
] as const;

describe.each(SETTINGS)("d=%i n=%i L=%i", (dim, contextLength, loops) => {
  const setting = { dim, contextLength, loops };

  test.each([-0.5, 0, 0.25, 0.875, 1.5])("the ratio is the engine's at b = %f", (b) => {
    const power = isotropicDominance(setting, Rational.fromNumber(b)).toNumber();
    expect(power ** (1 / loops) / ratio(dim, contextLength, loops, b)).toBeCloseTo(1, 8);
  });

  test("no step size with loss ≥ ξ has a smaller ratio than the sharp one, which one attains", () => {
    const optimum = isotropicOptimum(setting).loss.midpoint;
    const targetLoss = optimum.times(Rational.of(3, 2));
    const { power, stepSize } = sharpIsotropicDominance({ ...setting, targetLoss });
    const attained = isotropicDominance(setting, stepSize.midpoint);
    expect(power.contains(attained)).toBe(true);
    expect(isotropicLoss(setting, stepSize.midpoint).over(targetLoss).toNumber()).toBeCloseTo(
      1,
      15,
    );
    for (let k = -40; k <= 100; k++) {
      const b = Rational.of(k, 25);
      if (isotropicLoss(setting, b).compare(targetLoss) < 0) continue;
      expect(isotropicDominance(setting, b).compare(power.lower)).toBeGreaterThanOrEqual(0);
    }
  });

  test("at its level a constant is the sharp one", () => {
    const constant = Rational.of(1, 16);
    const { lower, upper } = isotropicDominanceLevel(setting, constant);
    const sharpAt = (targetLoss: Rational) =>
      sharpIsotropicDominance({ ...setting, targetLoss }).power;
    expect(sharpAt(lower).lower.compare(constant.power(loops))).toBeLessThanOrEqual(0);
    expect(sharpAt(upper).upper.compare(constant.power(loops))).toBeGreaterThanOrEqual(0);
    expect(upper.over(lower).toNumber()).toBeLessThan(1 + 2e-6);
  });
});

test("what cannot be asked is refused", () => {
  const setting = { dim: 10, contextLength: 20, loops: 1 };
  // The optimum's loss is 110/31.
  for (const targetLoss of [Rational.of(110, 31), Rational.of(3)]) {
    expect(() => sharpIsotropicDominance({ ...setting, targetLoss })).toThrow(ArgumentError);
  }
  expect(() => isotropicDominanceLevel(setting, Rational.ZERO)).toThrow(
    "isotropicDominanceLevel: constant must be positive, got 0",
  );
  expect(() => isotropicDominanceLevel(setting, Rational.of(1000))).toThrow(ArgumentError);
});
