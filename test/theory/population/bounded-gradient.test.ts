import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Matrix } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { isotropicOptimum } from "../../../src/theory/isotropic-optimum.js";
import { boundedPopulationGradient } from "../../../src/theory/population/bounded-gradient.js";
import { exactPopulationGradient } from "../../../src/theory/population/exact-gradient.js";
import { populationGradient } from "../../../src/theory/population/population-gradient.js";
import type { RationalMatrix } from "../../../src/theory/population/setting.js";
import { positiveDefinite, squareMatrix } from "../../arbitraries.js";
import { checkProperty } from "../../seed.js";

/** ‖computed − exact‖_F, the difference taken in fractions. */
function distance(computed: Matrix, exact: RationalMatrix): number {
  return Math.hypot(
    ...exact.flatMap((row, i) =>
      row.map((entry, j) => Rational.fromNumber(computed.get(i, j)).minus(entry).toNumber()),
    ),
  );
}

const anyway = { relativeTolerance: Number.POSITIVE_INFINITY };

describe("boundedPopulationGradient", () => {
  it("bounds the distance from the exact gradient, at any law and context length", () => {
    const inputs = fc.integer({ min: 1, max: 4 }).chain((dim) =>
      fc.record({
        setting: fc.record({
          dim: fc.constant(dim),
          contextLength: fc.constantFrom(1, 3, 40, 10 ** 6, 10n ** 12n),
          noiseVariance: fc.constantFrom(0, 0.3),
          covariance: positiveDefinite(dim),
          taskCovariance: fc.constantFrom("inverse" as const, "identity" as const),
        }),
        preconditioners: fc.array(squareMatrix(dim), { minLength: 1, maxLength: 2 }),
        loops: fc.integer({ min: 1, max: 2 }),
      }),
    );
    checkProperty(
      fc.property(inputs, ({ setting: { taskCovariance, ...rest }, preconditioners, loops }) => {
        const setting = taskCovariance === "identity" ? { ...rest, taskCovariance } : rest;
        const weights = { preconditioners, loops };
        const bounded = boundedPopulationGradient(setting, weights, anyway);
        const plain = populationGradient(setting, weights);
        const exact = exactPopulationGradient(setting, weights);
        expect(bounded.method).toBe("float");
        for (const [k, matrix] of exact.preconditioners.entries()) {
          const bound = bounded.errorBounds[k]!;
          expect(distance(bounded.preconditioners[k]!, matrix)).toBeLessThanOrEqual(bound);
          // The bound is about the algorithm: the unbounded route does the same arithmetic.
          expect(distance(plain.preconditioners[k]!, matrix)).toBeLessThanOrEqual(bound);
        }
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    { dim: 3, contextLength: 10 ** 4, loops: 3 },
    { dim: 10, contextLength: 10 ** 6, loops: 4 },
    { dim: 4, contextLength: 10 ** 9, loops: 5 },
  ])("holds beside the optimum, where doubles cancel, and gives way to fractions: %j", (law) => {
    const { loops, ...setting } = law;
    const { stepSize } = isotropicOptimum(law);
    // Not symmetric, a little off the optimum.
    const near = Matrix.eye(law.dim).mul(stepSize.toNumber()).set(0, 1, 1e-3).set(1, 0, -2e-3);
    const weights = { preconditioners: [near], loops };
    const exact = exactPopulationGradient(setting, weights).preconditioners[0]!;
    const inDoubles = boundedPopulationGradient(setting, weights, anyway);
    const error = distance(inDoubles.preconditioners[0]!, exact);
    expect(error).toBeLessThanOrEqual(inDoubles.errorBounds[0]!);
    // A bound that said nothing would be no use: it is within five digits of the error.
    expect(inDoubles.errorBounds[0]!).toBeLessThan(1e5 * error);
    const settled = boundedPopulationGradient(setting, weights);
    expect(settled.method).toBe("exact");
    expect(distance(settled.preconditioners[0]!, exact)).toBeLessThanOrEqual(
      settled.errorBounds[0]!,
    );
  });

  it("keeps to doubles where they are good", () => {
    const weights = {
      preconditioners: [
        new Matrix([
          [0.4, 0.1],
          [-0.2, 0.5],
        ]),
      ],
      loops: 3,
    };
    const { method, errorBounds, preconditioners } = boundedPopulationGradient(
      { dim: 2, contextLength: 10 },
      weights,
    );
    expect(method).toBe("float");
    expect(errorBounds[0]!).toBeLessThan(1e-11 * preconditioners[0]!.norm("frobenius"));
  });
});
