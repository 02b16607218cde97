import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError } from "../../../src/errors.js";
import { Rational } from "../../../src/numeric/rational.js";
import { isotropicLoss } from "../../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../../src/theory/isotropic-optimum.js";
import {
  antisymmetricCurvature,
  antisymmetricCurvatureAtOptimum,
} from "../../../src/theory/population/antisymmetric-curvature.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { RotationFamily } from "../../../src/theory/population/rotation-family.js";
import { rotationOptimum } from "../../../src/theory/population/rotation-optimum.js";
import { saddleOnset } from "../../../src/theory/population/saddle-onset.js";
import { checkProperty } from "../../seed.js";

const settings = fc.record({
  dim: fc.constantFrom(2, 4, 6),
  contextLength: fc.bigInt({ min: 1n, max: 10n ** 12n }),
  loops: fc.integer({ min: 1, max: 4 }),
});
const fraction = fc.integer({ min: -20, max: 20 }).map((p) => Rational.of(p, 11));

/** cI + εK with K a unit antisymmetric matrix that fills two planes unevenly; any d ≥ 3. */
function bentIdentity(dim: number, c: Rational, epsilon: Rational) {
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (_, j) => {
      if (i === j) return c;
      if (i + j === 1) return epsilon.times(Rational.of(i - j > 0 ? 3 : -3));
      if (i + j === 3 && i * j === 2) return epsilon.times(Rational.of(i - j > 0 ? 4 : -4));
      return Rational.ZERO;
    }),
  );
}

describe("antisymmetricCurvature", () => {
  it("is the second difference of the general loss, in odd dimensions too", () => {
    // K has entries ±3, ±4: ‖K‖_F² = 2(9 + 16) = 50. The loss is even in ε along K: transposition.
    for (const [dim, loops, n] of [
      [3, 2, 20],
      [3, 3, 5],
      [4, 3, 40],
      [5, 4, 11],
    ] as const) {
      const b = Rational.of(3, 4);
      const h = Rational.of(1n, 10n ** 12n);
      const loss = (epsilon: Rational) =>
        populationLoss(
          { dim, contextLength: n },
          { preconditioners: [bentIdentity(dim, b, epsilon)], loops },
        ).exact!;
      const rise = loss(h)
        .plus(loss(h.negated()))
        .minus(loss(Rational.ZERO).times(Rational.of(2)));
      const second = rise.over(h.times(h)).over(Rational.of(50)).toNumber();
      const exact = antisymmetricCurvature({ dim, contextLength: n, loops }, b).toNumber();
      // The remainder is of order h² ≈ 10⁻²⁴ of the fourth derivative.
      expect(Math.abs(second / exact - 1)).toBeLessThan(1e-15);
    }
  });

  it("tends to −4/n at L = 2 and large n", () => {
    // theory.md: −4d/n along J, ‖J‖² = d; relative corrections of order 9d/n.
    for (const dim of [2, 3, 10]) {
      const n = 10n ** 12n;
      const { curvature } = antisymmetricCurvatureAtOptimum({ dim, contextLength: n, loops: 2 });
      expect(Math.abs((curvature.toNumber() * 1e12) / -4 - 1)).toBeLessThan(1e-9);
    }
  });

  it("is positive for one loop and refuses one dimension and deep loops", () => {
    expect(antisymmetricCurvatureAtOptimum({ dim: 3, contextLength: 9, loops: 1 }).sign).toBe(1);
    const curvature = (dim: number, loops: number) => () =>
      antisymmetricCurvature({ dim, contextLength: 5, loops }, Rational.ONE);
    expect(curvature(1, 2)).toThrow(HypothesisError);
    expect(curvature(2, 8)).toThrow(/reach 7 loops, got 8; sample/);
    expect(curvature(0, 2)).toThrow(ArgumentError);
  });
});

describe("saddleOnset", () => {
  // theory.md §3, found by another implementation.
  it.each([
    [2, [2, 3, 4, 5, 10], [15, 20, 25, 31, 78]],
    [3, [2, 3, 4, 5, 10], [15, 18, 22, 26, 48]],
    [4, [2, 3, 4, 5, 10], [9, 11, 12, 14, 22]],
    [5, [2, 10], [9, 21]],
  ])("L = %i: the known n₀, with one change of sign", (loops, dims, onsets) => {
    const found = dims.map((dim) => saddleOnset(dim, loops));
    expect(found.map(({ onset }) => onset)).toEqual(onsets);
    expect(found.map(({ signChanges }) => signChanges)).toEqual(dims.map(() => 1));
    expect(found.map(({ checkedTo }) => checkedTo)).toEqual(onsets.map((onset) => 2 * onset));
  });

  it("says how far it looked when there is no onset", () => {
    expect(saddleOnset(10, 2, { checkedTo: 50 })).toEqual({
      onset: null,
      checkedTo: 50,
      signChanges: 0,
    });
    expect(saddleOnset(1, 3).onset).toBeNull();
    expect(saddleOnset(4, 1).onset).toBeNull();
    expect(() => saddleOnset(2, 2, { checkedTo: 0 })).toThrow(ArgumentError);
  });
});

describe("RotationFamily", () => {
  it("is the general loss at cI + εJ, exactly", () => {
    const inputs = fc.tuple(settings, fraction, fraction);
    checkProperty(
      fc.property(inputs, ([setting, c, epsilon]) => {
        const matrix = Array.from({ length: setting.dim }, (_, i) =>
          Array.from({ length: setting.dim }, (_, j) => {
            if (i === j) return c;
            if (i === (j ^ 1)) return i < j ? epsilon : epsilon.negated();
            return Rational.ZERO;
          }),
        );
        const weights = { preconditioners: [matrix], loops: setting.loops };
        const family = RotationFamily.of(setting).at(c, epsilon);
        expect(family.toString()).toBe(populationLoss(setting, weights).exact!.toString());
      }),
      { numRuns: 25 },
    );
  });

  it("contains the isotropic loss and the antisymmetric curvature", () => {
    checkProperty(
      fc.property(settings, fraction, (setting, b) => {
        const family = RotationFamily.of(setting);
        expect(family.at(b, Rational.ZERO).equals(isotropicLoss(setting, b))).toBe(true);
        const [, , second] = family.jetAt(b.toNumber(), 0).hessian;
        const exact = antisymmetricCurvature(setting, Rational.fromNumber(b.toNumber()));
        // ‖J‖_F² = d
        expect(second).toBe(exact.times(Rational.of(setting.dim)).toNumber());
      }),
      { numRuns: 30 },
    );
  });

  it("has the derivatives of its values", () => {
    const family = RotationFamily.of({ dim: 4, contextLength: 30, loops: 3 });
    const [c, epsilon, h] = [0.8, 0.3, 1e-4];
    const { gradient, hessian } = family.jetAt(c, epsilon);
    const value = (x: number, y: number) => family.jetAt(x, y).value;
    const slope = (x: number, y: number) => family.jetAt(x, y).gradient;
    const central = (up: number, down: number) => (up - down) / (2 * h);
    expect(gradient[0]).toBeCloseTo(central(value(c + h, epsilon), value(c - h, epsilon)), 6);
    expect(gradient[1]).toBeCloseTo(central(value(c, epsilon + h), value(c, epsilon - h)), 6);
    const [up, down] = [slope(c + h, epsilon), slope(c - h, epsilon)];
    expect(hessian[0]).toBeCloseTo(central(up[0], down[0]), 5);
    expect(hessian[1]).toBeCloseTo(central(up[1], down[1]), 5);
    const [over, under] = [slope(c, epsilon + h), slope(c, epsilon - h)];
    expect(hessian[2]).toBeCloseTo(central(over[1], under[1]), 5);
  });

  it("refuses odd dimensions", () => {
    const build = () => RotationFamily.of({ dim: 3, contextLength: 5, loops: 2 });
    expect(build).toThrow(/dim must be even, got 3/);
  });
});

describe("rotationOptimum", () => {
  // theory.md, "The best preconditioner over all A".
  it.each([
    [2, 20, 2, 0.83257, 0.10194, 0.07580377],
    [4, 30, 3, 0.82309, 0.25403, 0.06077571],
    [10, 20, 5, 0.6079, 0.3034, 0.8562908],
    [10, 100, 2, 0.89465, 0.0409, 0.1944797],
    [10, 1000, 3, 0.98821, 0.07613, 6.695599e-5],
  ])("d=%i n=%i L=%i", (dim, contextLength, loops, c, epsilon, loss) => {
    const best = rotationOptimum({ dim, contextLength, loops });
    expect(Math.abs(best.stepSize - c)).toBeLessThan(1e-5);
    expect(Math.abs(best.antisymmetric - epsilon)).toBeLessThan(1e-5);
    expect(Math.abs(best.loss / loss - 1)).toBeLessThan(1e-7);
  });

  it("finds the rotation at contexts beyond 10²¹, where it is of order 1/√n", () => {
    const setting = { dim: 10, contextLength: 10n ** 22n, loops: 4 };
    const best = rotationOptimum(setting);
    // b*I + 2J/√n has 0.7258 of the loss of b*I, by the spectral family (isotropic-optimum-is-best-over-all).
    expect(best.antisymmetric * 1e11).toBeGreaterThan(1);
    expect(best.loss / isotropicOptimum(setting).loss.toNumber()).toBeLessThan(0.72);
  });

  it("is b*I below the onset where nothing better was found, and never worse than b*I", () => {
    for (const contextLength of [5, 40, 10n ** 12n]) {
      const setting = { dim: 10, contextLength, loops: 3 };
      const isotropic = isotropicOptimum(setting);
      const best = rotationOptimum(setting);
      if (contextLength === 5 || contextLength === 40)
        expect(best.antisymmetric).toBeLessThan(1e-6);
      else expect(best.antisymmetric).toBeGreaterThan(1e-7);
      const slack = Rational.of(1_000_000_001n, 1_000_000_000n);
      expect(best.lossExact.compare(isotropic.loss.upper.times(slack))).toBeLessThanOrEqual(0);
    }
  });
});
