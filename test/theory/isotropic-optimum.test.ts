import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError, NumericalError } from "../../src/errors.js";
import { Rational } from "../../src/numeric/rational.js";
import { SturmChain } from "../../src/numeric/sturm-chain.js";
import { IsotropicLoss } from "../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { oneLayerIsotropicOptimum } from "../../src/theory/one-layer.js";
import { checkProperty } from "../seed.js";

const size = fc.integer({ min: 1, max: 30 });
const length = fc.oneof(size, fc.bigInt({ min: 1n, max: 10n ** 30n }));
const loopCount = fc.integer({ min: 1, max: 6 });
const noise = fc
  .tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 10 }))
  .map(([p, q]) => Rational.of(p, q));

describe("isotropicOptimum", () => {
  // theory.md §3, an independent exact recursion.
  it.each([
    [10, 20, 2, "0.628077", "2.10527675"],
    [10, 20, 3, "0.611251", "1.45867726"],
    [10, 20, 5, "0.577214", "0.86568071"],
    [10, 100, 5, "0.874599", "0.00438831"],
    [5, 20, 3, "0.715587", "0.26834222"],
    [10, 5, 2, "0.294536", "6.18059276"],
  ])("reproduces the table at d = %i, n = %i, L = %i", (dim, contextLength, loops, b, loss) => {
    const optimum = isotropicOptimum({ dim, contextLength, loops });
    expect(optimum.stepSize.toNumber().toFixed(6)).toBe(b);
    expect(optimum.loss.toNumber().toFixed(8)).toBe(loss);
  });

  it("is the rational one-layer optimum at L = 1, noise included", () => {
    const { stepSize, loss } = isotropicOptimum({ dim: 10, contextLength: 20, loops: 1 });
    expect(stepSize.lower.toString()).toBe("20/31");
    expect(loss.upper.toString()).toBe("110/31");
    checkProperty(
      fc.property(size, length, noise, (dim, contextLength, noiseVariance) => {
        const setting = { dim, contextLength, noiseVariance };
        const optimum = isotropicOptimum({ ...setting, loops: 1 });
        const expected = oneLayerIsotropicOptimum(setting);
        expect(optimum.stepSize.lower.equals(expected.stepSize)).toBe(true);
        expect(optimum.stepSize.width.sign()).toBe(0);
        expect(optimum.loss.lower.equals(expected.loss)).toBe(true);
        expect(optimum.loss.width.sign()).toBe(0);
      }),
    );
  });

  it("encloses a sign change of the derivative, and a loss no point around undercuts", () => {
    checkProperty(
      fc.property(size, length, loopCount, fc.option(noise), (dim, contextLength, loops, sigma) => {
        const setting = {
          dim,
          contextLength,
          loops,
          ...(sigma === null ? {} : { noiseVariance: sigma }),
        };
        const { stepSize, loss } = isotropicOptimum({ ...setting, digits: 25 });
        const exact = IsotropicLoss.of(setting);
        const ratio = Rational.of(10).power(-25);
        expect(stepSize.isWithinRelativeWidth(ratio)).toBe(true);
        expect(loss.isWithinRelativeWidth(ratio)).toBe(true);
        if (stepSize.width.sign() > 0) {
          expect(exact.derivativeAt(stepSize.lower).sign()).toBe(-1);
          expect(exact.derivativeAt(stepSize.upper).sign()).toBe(1);
        }
        const centre = stepSize.midpoint;
        expect(loss.lower.compare(exact.at(centre))).not.toBe(1);
        for (const factor of [0, 0.2, 0.5, 0.9, 0.999, 1.001, 1.1, 1.5, 2, 3]) {
          const elsewhere = exact.at(centre.times(Rational.fromNumber(factor)));
          expect(loss.upper.compare(elsewhere)).toBe(-1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([0, 30, 400])("nests as more digits are asked for, at n = 3·10^%i", (exponent) => {
    const n = 3n * 10n ** BigInt(exponent);
    const setting = { dim: 6, contextLength: n, loops: 4 };
    const runs = [5, 20, 50, 120].map((digits) => isotropicOptimum({ ...setting, digits }));
    const finest = runs.at(-1)!;
    for (const { stepSize, loss } of runs) {
      expect(stepSize.contains(finest.stepSize.lower)).toBe(true);
      expect(stepSize.contains(finest.stepSize.upper)).toBe(true);
      expect(loss.contains(finest.loss.midpoint)).toBe(true);
    }
  });

  it("lies strictly between 0 and 1 without noise", () => {
    checkProperty(
      fc.property(size, length, loopCount, (dim, contextLength, loops) => {
        const { stepSize } = isotropicOptimum({ dim, contextLength, loops, digits: 40 });
        expect(stepSize.lower.sign()).toBe(1);
        expect(stepSize.upper.compare(Rational.ONE)).toBe(-1);
      }),
      { numRuns: 30 },
    );
  });

  it("picks the global one of two minima that noise creates", () => {
    // d = 1, L = 2, σ² = n large: ℓ → z⁴ + (1 − z²)², z = 1 − b, whose minima z = ±√½ are equal.
    const setting = {
      dim: 1,
      contextLength: 10 ** 6,
      loops: 2,
      noiseVariance: Rational.of(10 ** 6),
    };
    const loss = IsotropicLoss.of(setting);
    expect(SturmChain.of(loss.numerator.derivative()).countRealRoots()).toBe(3);
    const { stepSize, loss: least } = isotropicOptimum(setting);
    expect(Math.abs(stepSize.toNumber() - (1 - Math.SQRT1_2))).toBeLessThan(1e-4);
    for (let i = 0; i <= 400; i++) {
      expect(least.lower.compare(loss.at(Rational.of(i, 200)))).toBe(-1);
    }
  });

  it("tells minima apart beyond the digits asked, and refuses when hundreds do not do", () => {
    const at = (n: bigint) =>
      isotropicOptimum({
        dim: 1,
        contextLength: n,
        loops: 2,
        noiseVariance: Rational.of(n),
        digits: 10,
      });
    expect(at(10n ** 60n).stepSize.toNumber()).toBeCloseTo(1 - Math.SQRT1_2, 10);
    expect(() => at(10n ** 3000n)).toThrow(NumericalError);
  });

  it("reaches 64 loops", () => {
    const { stepSize, loss } = isotropicOptimum({ dim: 20, contextLength: 300, loops: 64 });
    const exact = IsotropicLoss.of({ dim: 20, contextLength: 300, loops: 64 });
    expect(exact.derivativeAt(stepSize.lower).sign()).toBe(-1);
    expect(exact.derivativeAt(stepSize.upper).sign()).toBe(1);
    expect(loss.isWithinRelativeWidth(Rational.of(10).power(-50))).toBe(true);
  });

  it("refuses bad settings", () => {
    const setting = { dim: 2, contextLength: 3, loops: 2 };
    expect(() => isotropicOptimum({ ...setting, dim: 0 })).toThrow(ArgumentError);
    expect(() => isotropicOptimum({ ...setting, digits: 0 })).toThrow(ArgumentError);
    expect(() => isotropicOptimum({ ...setting, loops: 1000 })).toThrow(HypothesisError);
  });
});
