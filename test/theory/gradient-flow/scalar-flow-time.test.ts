import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError, NumericalError } from "../../../src/errors.js";
import { Enclosure } from "../../../src/numeric/enclosure.js";
import { IntegerPolynomial } from "../../../src/numeric/integer-polynomial.js";
import { Rational } from "../../../src/numeric/rational.js";
import { flowTimeBounds } from "../../../src/theory/gradient-flow/flow-time-bounds.js";
import { infiniteContextFlowTime } from "../../../src/theory/gradient-flow/infinite-context-flow-time.js";
import { encloseReciprocalIntegral } from "../../../src/theory/gradient-flow/reciprocal-integral.js";
import { scalarFlowTime } from "../../../src/theory/gradient-flow/scalar-flow-time.js";
import { IsotropicLoss } from "../../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../../src/theory/isotropic-optimum.js";
import { checkProperty } from "../../seed.js";

const size = fc.integer({ min: 1, max: 12 });
const depth = fc.integer({ min: 1, max: 5 });

describe("encloseReciprocalIntegral", () => {
  it("encloses logarithms and arctangents", () => {
    const upTo = (coefficients: bigint[], upper: number) =>
      encloseReciprocalIntegral(
        IntegerPolynomial.of(coefficients),
        Enclosure.of(Rational.ZERO, Rational.of(upper)),
        25,
      );
    // Decimals of ln 2 and π/4 from tables.
    const cases: [Enclosure, string][] = [
      [upTo([1n, 1n], 1), "0.6931471805599453094172321"],
      [upTo([1n, 0n, 1n], 1), "0.7853981633974483096156608"],
    ];
    for (const [enclosure, decimals] of cases) {
      const unit = Rational.parse("1e-25");
      const value = Rational.parse(decimals);
      expect(enclosure.lower.compare(value.plus(unit))).toBe(-1);
      expect(enclosure.upper.compare(value)).toBe(1);
      expect(enclosure.width.compare(Rational.parse("1e-24"))).toBe(-1);
    }
    expect(upTo([1n, 1n], 1000).toNumber()).toBeCloseTo(Math.log(1001), 13);
  });

  it("refuses a polynomial with a zero in the interval", () => {
    const interval = Enclosure.of(Rational.ZERO, Rational.ONE);
    expect(() => encloseReciprocalIntegral(IntegerPolynomial.of([1n, -3n]), interval, 10)).toThrow(
      NumericalError,
    );
  });
});

describe("scalarFlowTime", () => {
  it("is the exponential of one loop", () => {
    checkProperty(
      fc.property(size, size, fc.integer({ min: 1, max: 99 }), (dim, contextLength, percent) => {
        // ℓ = d(1 − 2b + b²κ), κ = (n+d+1)/n: b(t) = b*(1 − e^{−2κt}).
        const kappa = (contextLength + dim + 1) / contextLength;
        const least = dim * (1 - 1 / kappa);
        const target = least + ((dim - least) * percent) / 100;
        const { time } = scalarFlowTime({
          dim,
          contextLength,
          loops: 1,
          targetLoss: Rational.fromNumber(target),
        });
        const reached = time.toNumber();
        expect(reached).toBeCloseTo(-Math.log(percent / 100) / (4 * kappa), 11);
      }),
    );
  });

  it("tends to the closed form of infinite context", () => {
    checkProperty(
      fc.property(size, depth, fc.integer({ min: 1, max: 12 }), (dim, loops, decades) => {
        const targetLoss = dim * 10 ** -decades;
        const { time } = scalarFlowTime({
          dim,
          contextLength: 10n ** 40n,
          loops,
          targetLoss: Rational.fromNumber(targetLoss),
        });
        const limit = infiniteContextFlowTime({ dim, loops }, targetLoss);
        expect(Math.abs(time.toNumber() / limit - 1)).toBeLessThan(1e-13);
        expect(time.isWithinRelativeWidth(Rational.parse("1e-12"))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("agrees with Simpson's rule in doubles, from either side", () => {
    for (const start of [0, 0.2, 1.1]) {
      const setting = { dim: 4, contextLength: 30, loops: 3 };
      const loss = IsotropicLoss.of(setting);
      const targetLoss = Rational.of(1, 5);
      const { time, stepSize } = scalarFlowTime({
        ...setting,
        targetLoss,
        start: Rational.fromNumber(start),
      });
      expect(loss.at(stepSize.midpoint).minus(targetLoss).toNumber()).toBeCloseTo(0, 10);
      const end = stepSize.toNumber();
      const cells = 400;
      let sum = 0;
      for (let i = 0; i <= cells; i++) {
        const b = Rational.fromNumber(start + ((end - start) * i) / cells);
        const weight = i === 0 || i === cells ? 1 : i % 2 === 1 ? 4 : 2;
        sum -= (weight * setting.dim) / loss.derivativeAt(b).toNumber();
      }
      const simpson = (sum * (end - start)) / (3 * cells);
      expect(Math.abs(time.toNumber() / simpson - 1)).toBeLessThan(1e-6);
    }
  });

  it("adds up along the way, and takes no time where it already is", () => {
    checkProperty(
      fc.property(size, size, fc.integer({ min: 2, max: 4 }), (dim, contextLength, loops) => {
        const setting = { dim, contextLength, loops };
        const least = isotropicOptimum(setting).loss.upper;
        const share = (k: number) =>
          least.plus(Rational.of(dim).minus(least).times(Rational.of(k, 100)));
        const all = scalarFlowTime({ ...setting, targetLoss: share(10) });
        const half = scalarFlowTime({ ...setting, targetLoss: share(50) });
        const start = half.stepSize.midpoint;
        const rest = scalarFlowTime({ ...setting, targetLoss: share(10), start });
        const sum = half.time.toNumber() + rest.time.toNumber();
        expect(Math.abs(sum / all.time.toNumber() - 1)).toBeLessThan(1e-10);
        const none = scalarFlowTime({ ...setting, targetLoss: Rational.of(dim) });
        expect(none.time.upper.sign()).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it("refuses losses that the flow never reaches, and bad targets", () => {
    const setting = { dim: 10, contextLength: 20, loops: 2 };
    const at = (text: string) => ({ ...setting, targetLoss: Rational.parse(text) });
    expect(() => scalarFlowTime(at("2.105"))).toThrow(HypothesisError);
    expect(() => scalarFlowTime(at("0"))).toThrow(ArgumentError);
    expect(() => infiniteContextFlowTime({ dim: 2, loops: 2 }, 3)).toThrow(ArgumentError);
    expect(() => flowTimeBounds(1, 0.1)).toThrow(HypothesisError);
  });
});

describe("flowTimeBounds", () => {
  it("is first broken in its reported form where theory.md says", () => {
    // d = 10, L = 2: the exact time at n = ∞ exceeds the reported form for ξ < 1.16e−7.
    const exceeds = (xi: number) =>
      infiniteContextFlowTime({ dim: 10, loops: 2 }, xi) > flowTimeBounds(2, xi).reported;
    expect(exceeds(1.16e-7)).toBe(true);
    expect(exceeds(1.17e-7)).toBe(false);
  });

  it("integrates dominance: the derivative of the integrated form is the bound's rate", () => {
    checkProperty(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (loops, xi) => {
          const step = 1e-5 * xi;
          const [before, after] = [xi + step, xi - step].map(
            (target) => flowTimeBounds(loops, target).integrated,
          );
          const rate = (2 * step) / (after! - before!);
          const dominance = xi ** ((2 * loops - 1) / loops) / 16;
          expect(rate / dominance).toBeCloseTo(1, 6);
        },
      ),
    );
  });
});
