import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError } from "../../../src/errors.js";
import type { Enclosure } from "../../../src/numeric/enclosure.js";
import { Rational } from "../../../src/numeric/rational.js";
import { isotropicLoss } from "../../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../../src/theory/isotropic-optimum.js";
import { loopedStepsLoss } from "../../../src/theory/polynomial-family/looped-steps-loss.js";
import { loopedStepsOptimum } from "../../../src/theory/polynomial-family/looped-steps-optimum.js";
import { untiedOptimum } from "../../../src/theory/polynomial-family/untied-optimum.js";
import { wishartMomentByPairings } from "../../../src/theory/wishart-pairings.js";
import { checkProperty } from "../../seed.js";

const size = fc.integer({ min: 1, max: 12 });
const length = fc.oneof(size, fc.bigInt({ min: 1n, max: 10n ** 30n }));
const stepSize = fc
  .tuple(fc.integer({ min: -20, max: 60 }), fc.integer({ min: 1, max: 30 }))
  .map(([p, q]) => Rational.of(p, q));
const noise = fc.integer({ min: 0, max: 9 }).map((p) => Rational.of(p, 4));

function overlap(a: Enclosure, b: Enclosure): boolean {
  return a.lower.compare(b.upper) <= 0 && b.lower.compare(a.upper) <= 0;
}

describe("loopedStepsLoss", () => {
  it("is the isotropic loss for one step, and for equal steps, noise included", () => {
    checkProperty(
      fc.property(
        size,
        length,
        fc.integer({ min: 1, max: 4 }),
        noise,
        stepSize,
        (dim, contextLength, loops, noiseVariance, b) => {
          const setting = { dim, contextLength, loops, noiseVariance };
          const single = loopedStepsLoss(setting, [b]).loss;
          expect(single.equals(isotropicLoss(setting, b))).toBe(true);
          const twice = loopedStepsLoss(setting, [b, b]).loss;
          expect(twice.equals(isotropicLoss({ ...setting, loops: 2 * loops }, b))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("expands to the moments counted by pairings", () => {
    // p² for two steps a, b: s-coefficients 1, −2(a+b), (a+b)²+2ab, −2ab(a+b), a²b².
    const setting = { dim: 3, contextLength: 4 };
    const moment = (k: number) => Rational.of(wishartMomentByPairings(setting, k), 4n ** BigInt(k));
    const [a, b] = [Rational.of(1, 3), Rational.of(4, 5)];
    const [sum, product, two] = [a.plus(b), a.times(b), Rational.of(2)];
    const expected = [
      Rational.ONE,
      two.times(sum).negated(),
      sum.power(2).plus(two.times(product)),
      two.times(product).times(sum).negated(),
      product.power(2),
    ].reduce((total, c, k) => total.plus(c.times(moment(k))), Rational.ZERO);
    expect(loopedStepsLoss({ ...setting, loops: 1 }, [a, b]).loss.equals(expected)).toBe(true);
  });

  it("has the gradient that interpolating the polynomial loss in one step gives", () => {
    checkProperty(
      fc.property(
        size,
        length,
        fc.integer({ min: 1, max: 2 }),
        noise,
        fc.array(stepSize, { minLength: 1, maxLength: 3 }),
        (dim, contextLength, loops, noiseVariance, steps) => {
          const setting = { dim, contextLength, loops, noiseVariance };
          const { gradient } = loopedStepsLoss(setting, steps);
          steps.forEach((step, i) => {
            const at = (offset: number) => {
              const moved = steps.map((b, j) => (i === j ? step.plus(Rational.of(offset)) : b));
              return loopedStepsLoss(setting, moved).loss;
            };
            // Degree at most 4 in one step: the five-point central difference is exact.
            const inner = at(1).minus(at(-1)).times(Rational.of(2, 3));
            const outer = at(2).minus(at(-2)).times(Rational.of(1, 12));
            expect(gradient[i]!.equals(inner.minus(outer))).toBe(true);
          });
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("loopedStepsOptimum", () => {
  it("is the isotropic optimum for one step, the untied one for one loop", () => {
    checkProperty(
      fc.property(size, length, fc.integer({ min: 1, max: 5 }), (dim, contextLength, count) => {
        const one = loopedStepsOptimum({ dim, contextLength, steps: 1, loops: count, digits: 25 });
        const isotropic = isotropicOptimum({ dim, contextLength, loops: count });
        expect(overlap(one.stepSizes[0]!, isotropic.stepSize)).toBe(true);
        expect(overlap(one.loss, isotropic.loss)).toBe(true);
        expect(one.loss.isWithinRelativeWidth(Rational.parse("1e-25"))).toBe(true);
        const single = loopedStepsOptimum({ dim, contextLength, steps: count, loops: 1 });
        expect(overlap(single.loss, untiedOptimum({ dim, contextLength, loops: count }).loss)).toBe(
          true,
        );
      }),
      { numRuns: 25 },
    );
  });

  it("lies between the untied and the isotropic optimum of as many layers", () => {
    checkProperty(
      fc.property(
        size,
        length,
        fc.integer({ min: 2, max: 3 }),
        fc.integer({ min: 2, max: 3 }),
        (dim, contextLength, steps, loops) => {
          const layers = { dim, contextLength, loops: steps * loops };
          const { loss } = loopedStepsOptimum({ dim, contextLength, steps, loops });
          expect(untiedOptimum(layers).loss.upper.compare(loss.lower)).toBe(-1);
          expect(loss.upper.compare(isotropicOptimum(layers).loss.lower)).toBe(-1);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("encloses a zero of the exact gradient that no perturbation undercuts", () => {
    const offset = fc.integer({ min: -5000, max: 5000 });
    checkProperty(
      fc.property(size, size, fc.array(offset, { minLength: 2, maxLength: 3 }), (dim, n, moves) => {
        const setting = { dim, contextLength: n, loops: 2 };
        const { stepSizes, loss } = loopedStepsOptimum({ ...setting, steps: moves.length });
        const middle = stepSizes.map((step) => step.midpoint);
        const here = loopedStepsLoss(setting, middle);
        const scale = here.loss.toNumber();
        for (const slope of here.gradient) {
          expect(Math.abs(slope.toNumber())).toBeLessThan(1e-11 * scale);
        }
        expect(here.loss.compare(loss.lower)).toBeGreaterThanOrEqual(0);
        const moved = middle.map((b, i) => b.times(Rational.of(10_000 + moves[i]!, 10_000)));
        const there = loopedStepsLoss(setting, moved).loss;
        expect(there.compare(loss.lower)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 30 },
    );
  });

  it("is found by plain gradient descent on the exact gradient too", () => {
    // d = 10, n = 20, two steps looped twice, from (0.2, 0.2 + 0.1): no Newton, no polynomials.
    const setting = { dim: 10, contextLength: 20, loops: 2 };
    let steps = [0.2, 0.3];
    for (let iteration = 0; iteration < 400; iteration++) {
      const { gradient } = loopedStepsLoss(setting, steps.map(Rational.fromNumber));
      steps = steps.map((b, i) => b - 0.02 * gradient[i]!.toNumber());
    }
    const { stepSizes } = loopedStepsOptimum({ ...setting, steps: 2 });
    stepSizes.forEach((step, i) => {
      expect(steps[i]).toBeCloseTo(step.toNumber(), 6);
    });
  });

  it("reaches depth from a poor start, and contexts beyond any double", () => {
    const deep = loopedStepsOptimum({ dim: 5, contextLength: 20, steps: 2, loops: 12 });
    expect(deep.stepSizes).toHaveLength(2);
    const long = loopedStepsOptimum({ dim: 10, contextLength: 10n ** 320n, steps: 2, loops: 2 });
    const deviation = long.stepSizes[1]!.midpoint.minus(Rational.ONE);
    // Roots spread as 1/√n around 1.
    expect(deviation.times(Rational.of(10n).power(160)).toNumber()).toBeGreaterThan(1);
    expect(deviation.times(Rational.of(10n).power(160)).toNumber()).toBeLessThan(10);
  });

  it("refuses noise, bad sizes and blocks beyond its reach", () => {
    const setting = { dim: 2, contextLength: 5, loops: 2 };
    const noiseVariance = Rational.ONE;
    expect(() => loopedStepsOptimum({ ...setting, steps: 2, noiseVariance })).toThrow(
      HypothesisError,
    );
    expect(() => loopedStepsOptimum({ ...setting, steps: 13 })).toThrow(HypothesisError);
    expect(() => loopedStepsOptimum({ ...setting, steps: 0 })).toThrow(ArgumentError);
    expect(() => loopedStepsLoss(setting, [])).toThrow(ArgumentError);
    expect(() =>
      loopedStepsLoss({ ...setting, loops: 65 }, [noiseVariance, noiseVariance]),
    ).toThrow(HypothesisError);
  });
});
