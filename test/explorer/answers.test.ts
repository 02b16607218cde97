import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestAnswer } from "../../src/explorer/answer/best-answer.js";
import { contextCurves, contextGrid } from "../../src/explorer/answer/context-curves.js";
import { exactNumber } from "../../src/explorer/answer/exact-number.js";
import { landscape } from "../../src/explorer/answer/landscape.js";
import { loopCurves } from "../../src/explorer/answer/loop-curves.js";
import { optimumAnswer } from "../../src/explorer/answer/optimum-answer.js";
import { planeMatrix, rotationPlane } from "../../src/explorer/answer/rotation-plane.js";
import { onsetAnswer, saddleAnswer } from "../../src/explorer/answer/saddle-answer.js";
import type { ExplorerState } from "../../src/explorer/state/explorer-state.js";
import { whitenedLaw } from "../../src/explorer/state/whitened-law.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { Rational } from "../../src/numeric/rational.js";
import { populationLoss } from "../../src/theory/population/population-loss.js";
import { checkProperty } from "../seed.js";
import { stateOf } from "./explorer-states.js";

/** The exact loss of A = bΣ⁻¹ by the engine for any law and any A: words and Stein's identity. */
function lossOf(state: ExplorerState, stepSize: number): number {
  const { dim, contextLength, loops, noiseVariance, taskPrior } = state;
  const { spectrum } = whitenedLaw(state);
  const preconditioner = Matrix.diag(spectrum.map((eigenvalue) => stepSize / eigenvalue));
  const covariance = Matrix.diag([...spectrum]);
  return populationLoss(
    { dim, contextLength, covariance, taskCovariance: taskPrior, noiseVariance },
    { preconditioners: [preconditioner], loops },
  ).value;
}

describe("optimumAnswer", () => {
  it("is the loss of b*Σ⁻¹ under either prior, with noise, by the engine for any A", () => {
    const states = fc
      .record({
        contextLength: fc.bigInt({ min: 1n, max: 30n }),
        loops: fc.integer({ min: 1, max: 3 }),
        noiseVariance: fc.constantFrom(0, 0.25, 1.5),
        covariance: fc.constantFrom("identity", "condition:7", "ar1:0.5", "diag:2,1,0.125"),
        taskPrior: fc.constantFrom("inverse" as const, "identity" as const),
      })
      .map((change) => stateOf({ dim: 3, ...change }));
    checkProperty(
      fc.property(states, (state) => {
        const { stepSize, loss } = optimumAnswer(state);
        const at = (share: number) => lossOf(state, share * stepSize.value);
        expect(loss.value / at(1)).toBeCloseTo(1, 9);
        expect(Math.min(at(1.01), at(0.99))).toBeGreaterThan(loss.value * (1 - 1e-9));
      }),
      { numRuns: 25 },
    );
  });

  it("gives the table of theory.md §3, and the paper's regime", () => {
    const { stepSize, loss, bound } = optimumAnswer(stateOf());
    expect(stepSize.text).toBe("0.57721444");
    expect(loss.text).toBe("0.86568071");
    expect(bound).toMatchObject({ isVacuous: true, isWithin: true });
    const far = optimumAnswer(stateOf({ contextLength: 10n ** 30n }));
    expect(far.stepSize.text).toMatch(/^1 − 1\.424 × 10⁻²⁹$/);
    expect(far.bound).toMatchObject({ isVacuous: false, isWithin: true });
  });

  it("compares with the closed form of one layer where that is another A", () => {
    const state = stateOf({
      ...{ dim: 2, contextLength: 10n, loops: 1 },
      ...{ covariance: "diag:1,4", taskPrior: "identity" },
    });
    // A* = diag(1/1.6, 1/4.9), loss Σ a_i λ_i (λ_i/n + tr Σ/n): see test/cli/optimum.test.ts.
    const expected = (1 / 1.6) * (0.1 + 0.5) + (1 / 4.9) * (0.4 + 0.5) * 4;
    expect(optimumAnswer(state).oneLayer?.value).toBeCloseTo(expected, 12);
  });
});

describe("loopCurves", () => {
  it("agrees with the optimum at L, and with one formula at one loop", () => {
    const state = stateOf({ dim: 4, contextLength: 9n, loops: 3, noiseVariance: 0.5 });
    const { tuned, retuned, untied, inverse } = loopCurves(state);
    const { loss } = optimumAnswer(state);
    expect(tuned[3]!.text).toBe(loss.text);
    expect(retuned[3]!.text).toBe(loss.text);
    // One layer: d(d + 1 + σ²)/(n + d + 1 + σ²), Mahankali et al.; b = 1: d(d + 1 + σ²)/n.
    expect(retuned[1]!.value).toBeCloseTo((4 * 5.5) / 14.5, 12);
    expect(untied[1]!.value).toBeCloseTo((4 * 5.5) / 14.5, 12);
    expect(inverse[1]!.value).toBeCloseTo((4 * 5.5) / 9, 12);
    for (const [loop, { value }] of untied.entries()) {
      expect(value).toBeLessThanOrEqual(retuned[loop]!.value * (1 + 1e-12));
      expect(retuned[loop]!.value).toBeLessThanOrEqual(tuned[loop]!.value * (1 + 1e-12));
    }
  });

  it("keeps its digits at n = 10³⁰", () => {
    const { tuned, retuned } = loopCurves(stateOf({ contextLength: 10n ** 30n }));
    expect(tuned[5]!.text).toBe(retuned[5]!.text);
  });
});

describe("contextCurves", () => {
  it("passes through the present n and ends a decade beyond it", () => {
    for (const n of [1n, 20n, 999n, 10n ** 30n, 10n ** 60n, 123_456_789n]) {
      const grid = contextGrid(n);
      expect(grid).toContain(n);
      expect(grid[0]).toBe(1n);
      expect(grid.at(-1)! >= 10n * n).toBe(true);
      expect(grid.every((value, i) => i === 0 || grid[i - 1]! < value)).toBe(true);
    }
    const state = stateOf();
    const { contextLengths, looped } = contextCurves(state);
    const here = looped.at(-1)!.losses[contextLengths.indexOf(20n)]!;
    expect(here.text).toBe(optimumAnswer(state).loss.text);
  });
});

describe("rotationPlane", () => {
  it.each([
    { dim: 4, noiseVariance: 0 },
    { dim: 5, noiseVariance: 0 },
    { dim: 4, noiseVariance: 0.5 },
    { dim: 3, noiseVariance: 0.25 },
  ])("is the loss of cI + εJ as a matrix: d = $dim, σ² = $noiseVariance", (change) => {
    const state = stateOf({ ...change, contextLength: 7n, loops: 2 });
    const plane = rotationPlane(whitenedLaw(state));
    const [c, epsilon] = [Rational.of(3, 5), Rational.of(1, 4)];
    const { exact } = populationLoss(
      { dim: state.dim, contextLength: 7, noiseVariance: Rational.fromNumber(state.noiseVariance) },
      { preconditioners: [planeMatrix(state.dim, c, epsilon)], loops: 2 },
      { exact: true },
    );
    expect(plane.at(c, epsilon).toString()).toBe(exact!.toString());
    // Central differences of the exact loss against the gradient.
    const h = Rational.of(1, 1_000_000);
    const slope = (over: (sign: 1 | -1) => Rational) =>
      over(1)
        .minus(over(-1))
        .over(h.times(Rational.of(2)))
        .toNumber();
    const at = (sign: 1 | -1) => (sign > 0 ? h : h.negated());
    const { gradient } = plane.jetAt(c, epsilon);
    expect(gradient[0]).toBeCloseTo(
      slope((s) => plane.at(c.plus(at(s)), epsilon)),
      6,
    );
    expect(gradient[1]).toBeCloseTo(
      slope((s) => plane.at(c, epsilon.plus(at(s)))),
      6,
    );
  });
});

describe("landscape", () => {
  // theory.md §3, the best cI + εJ.
  it.each([
    { dim: 10, contextLength: 20n, loops: 5, c: 0.6079, epsilon: 0.3034, loss: 0.8562908 },
    { dim: 4, contextLength: 30n, loops: 3, c: 0.82309, epsilon: 0.25403, loss: 0.06077571 },
    { dim: 10, contextLength: 1000n, loops: 3, c: 0.98821, epsilon: 0.07613, loss: 6.695599e-5 },
  ])("finds the best cI + εJ of d = $dim, n = $contextLength, L = $loops", (known) => {
    const { optimum, ratios, offsets, rotations } = landscape(stateOf(known));
    expect(optimum.c).toBeCloseTo(known.c, 4);
    expect(optimum.epsilon).toBeCloseTo(known.epsilon, 4);
    expect(optimum.loss.value / known.loss).toBeCloseTo(1, 6);
    const all = ratios.flat();
    expect(Math.min(...all)).toBeGreaterThanOrEqual(optimum.ratio);
    expect(Math.min(...all)).toBeLessThan(1);
    // b*I is a point of the grid.
    expect(ratios[0]![offsets.indexOf(0)]).toBeCloseTo(1, 9);
    expect(rotations.at(-1)).toBeGreaterThan(optimum.epsilon);
  });

  it("takes b*I where nothing in the plane is better", () => {
    const { optimum } = landscape(stateOf({ dim: 2, contextLength: 5n, loops: 2 }));
    expect(optimum).toMatchObject({ epsilon: 0, offset: 0, ratio: 1 });
  });

  it("resolves the optimum at n = 10³⁰, where c and b* are one double", () => {
    const { optimum } = landscape(stateOf({ contextLength: 10n ** 30n, loops: 2 }));
    // theory.md §3: ε² → 1/n, gain → d/n² of the loss (d² + …)/n² · d.
    expect(optimum.epsilon * 1e15).toBeCloseTo(1, 6);
    expect(optimum.ratio).toBeLessThan(1);
  });

  it("refuses what it cannot answer", () => {
    expect(() => landscape(stateOf({ dim: 1 }))).toThrow(/no antisymmetric direction/);
    expect(() => landscape(stateOf({ loops: 8 }))).toThrow(/reach 7 loops/);
    const identity = stateOf({ dim: 2, covariance: "diag:1,2", taskPrior: "identity" });
    expect(() => landscape(identity)).toThrow(/no critical point/);
  });
});

describe("saddleAnswer and onsetAnswer", () => {
  it("turn at n₀ of theory.md §3", () => {
    const state = stateOf({ loops: 2 });
    expect(onsetAnswer(state)).toEqual({ onset: 78, checkedTo: null });
    expect(saddleAnswer({ ...state, contextLength: 77n }).sign).toBe(1);
    expect(saddleAnswer({ ...state, contextLength: 78n }).sign).toBe(-1);
    expect(onsetAnswer(stateOf({ loops: 4 }))).toEqual({ onset: 22, checkedTo: 44 });
  });

  it("are about noise-free labels", () => {
    expect(() => saddleAnswer(stateOf({ noiseVariance: 0.1 }))).toThrow(/noise-free/);
  });
});

describe("bestAnswer", () => {
  it("finds theory.md's optimum, telling how far it is after every descent", () => {
    const seen: number[] = [];
    const state = stateOf({ dim: 3, contextLength: 50n, loops: 3 });
    const best = bestAnswer(state, ({ over, descents, loss }) => {
      if (over === "matrices") seen.push(descents);
      expect(loss).toBeGreaterThan(0.0074);
    });
    expect(best.loss.value).toBeCloseTo(0.00744887, 7);
    expect(best.ratio).toBeCloseTo(0.00744887 / 0.008431615, 4);
    expect(best.eigenvalues).toHaveLength(3);
    expect(seen).toEqual(seen.map((_, i) => i + 1));
    expect(seen.length).toBeGreaterThan(0);
  });

  it("reaches the one-layer optimum under a prior that is not scalar", () => {
    const law = { dim: 2, contextLength: 10n, loops: 1, covariance: "diag:1,4" };
    const state = stateOf({ ...law, taskPrior: "identity" });
    const best = bestAnswer(state, () => {});
    expect(best.loss.value).toBeCloseTo(optimumAnswer(state).oneLayer!.value, 9);
    expect(best.ratio).toBeLessThan(1);
  });

  it("scales with the covariance where the prior I makes the law scalar", () => {
    const law = { dim: 2, contextLength: 30n, loops: 2 };
    const plain = bestAnswer(stateOf(law), () => {});
    const doubled = stateOf({ ...law, covariance: "diag:2,2", taskPrior: "identity" });
    expect(bestAnswer(doubled, () => {}).loss.value).toBeCloseTo(2 * plain.loss.value, 9);
  });
});

describe("exactNumber", () => {
  it("keeps numbers below every double", () => {
    const tiny = Rational.of(3n, 10n ** 400n);
    expect(exactNumber(tiny)).toEqual({
      ...{ value: 0, text: "3.0000000 × 10⁻⁴⁰⁰" },
      log10: expect.closeTo(Math.log10(3) - 400, 9),
    });
    expect(exactNumber(Rational.ZERO)).toEqual({ value: 0, text: "0", log10: null });
  });
});
