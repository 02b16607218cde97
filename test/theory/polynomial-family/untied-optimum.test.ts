import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleLoss } from "../../../src/compare/sampled-loss.js";
import { ArgumentError, HypothesisError } from "../../../src/errors.js";
import { restrictedBlock } from "../../../src/model/weights.js";
import { Matrix } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { SturmChain } from "../../../src/numeric/sturm-chain.js";
import { promptDistribution } from "../../../src/prompt/prompt-distribution.js";
import { isotropicOptimum } from "../../../src/theory/isotropic-optimum.js";
import { oneLayerIsotropicOptimum } from "../../../src/theory/one-layer.js";
import {
  expectedTrace,
  ResidualPolynomial,
} from "../../../src/theory/polynomial-family/residual-polynomial.js";
import { untiedOptimum } from "../../../src/theory/polynomial-family/untied-optimum.js";
import { wishartMoments } from "../../../src/theory/wishart-moments.js";
import { wishartMomentByPairings } from "../../../src/theory/wishart-pairings.js";
import { checkProperty, testStream } from "../../seed.js";

const size = fc.integer({ min: 1, max: 12 });
const length = fc.oneof(size, fc.bigInt({ min: 1n, max: 10n ** 30n }));
const layers = fc.integer({ min: 1, max: 5 });
const noise = fc
  .tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 10 }))
  .map(([p, q]) => Rational.of(p, q));

function lawOf(dim: number, contextLength: number | bigint, degree: number, sigma?: Rational) {
  return {
    contextLength: BigInt(contextLength),
    moments: wishartMoments({ dim, contextLength }, 2 * degree),
    noiseVariance: sigma ?? Rational.ZERO,
  };
}

/** The quadratic minimum over q by Gaussian elimination on rationals: shares no recurrence. */
function lossByNormalEquations(law: ReturnType<typeof lawOf>, degree: number): Rational {
  const moment = (k: number) => Rational.of(law.moments[k]!, law.contextLength ** BigInt(k));
  const tau = law.noiseVariance.over(Rational.of(law.contextLength));
  const rows = Array.from({ length: degree }, (_, i) => [
    ...Array.from({ length: degree }, (_, j) =>
      moment(i + j + 2).plus(tau.times(moment(i + j + 1))),
    ),
    moment(i + 1),
  ]);
  for (let pivot = 0; pivot < degree; pivot++) {
    for (let row = 0; row < degree; row++) {
      if (row === pivot) continue;
      const factor = rows[row]![pivot]!.over(rows[pivot]![pivot]!);
      rows[row] = rows[row]!.map((entry, k) => entry.minus(factor.times(rows[pivot]![k]!)));
    }
  }
  return rows.reduce(
    (loss, row, i) => loss.minus(row[degree]!.over(row[i]!).times(moment(i + 1))),
    moment(0),
  );
}

describe("untiedOptimum", () => {
  it("reproduces the reference at d = 5, n = 20, L = 3", () => {
    // theory.md §3; Ahn et al. publish 0.42–0.43, 0.69, 1.69–1.72 for trained weights.
    const { stepSizes, loss } = untiedOptimum({ dim: 5, contextLength: 20, loops: 3 });
    const decimals = stepSizes!.map((step) => step.toNumber().toFixed(6));
    expect(decimals).toEqual(["0.422409", "0.689126", "1.714217"]);
    expect(loss.toNumber().toFixed(8)).toBe("0.13360843");
  });

  it("is orthogonal to s·s^j, j < L, with moments counted by pairings", () => {
    for (const [dim, contextLength, loops] of [
      [5, 20, 3],
      [4, 2, 3],
      [1, 3, 3],
      [3, 1, 3],
      [2, 10n ** 12n, 2],
    ] as const) {
      const { residual } = untiedOptimum({ dim, contextLength, loops });
      for (let j = 0; j < loops; j++) {
        const inner = residual.numerator.coefficients.reduce(
          (sum, c, k) => sum + c * wishartMomentByPairings({ dim, contextLength }, k + j + 1),
          0n,
        );
        expect(inner).toBe(0n);
      }
    }
  });

  it("has the exact loss of the normal equations, noise included", () => {
    checkProperty(
      fc.property(size, length, layers, fc.option(noise), (dim, contextLength, loops, sigma) => {
        const optimum = untiedOptimum({
          dim,
          contextLength,
          loops,
          ...(sigma === null ? {} : { noiseVariance: sigma }),
        });
        const law = lawOf(dim, contextLength, loops, sigma ?? undefined);
        const exact = optimum.exactLoss();
        expect(exact.equals(lossByNormalEquations(law, loops))).toBe(true);
        expect(exact.equals(optimum.residual.lossUnder(law))).toBe(true);
        expect(optimum.loss.contains(exact)).toBe(true);
        expect(optimum.residual.degree).toBe(loops);
      }),
      { numRuns: 60 },
    );
  });

  it("encloses every root of the residual, all real, simple and positive without noise", () => {
    checkProperty(
      fc.property(size, length, layers, (dim, contextLength, loops) => {
        const { stepSizes, residual } = untiedOptimum({ dim, contextLength, loops });
        const chain = SturmChain.of(residual.numerator);
        expect(stepSizes).toHaveLength(loops);
        let last = Rational.ZERO;
        for (const { lower, upper } of stepSizes!) {
          expect(last.compare(lower)).toBeLessThan(0);
          last = upper;
          const scale = Rational.of(BigInt(contextLength));
          const [from, to] = [scale.over(upper), scale.over(lower)];
          const count = from.equals(to)
            ? residual.numerator.signAt(from) === 0
            : chain.countRoots(from, to) === 1;
          expect(count).toBeTruthy();
        }
      }),
      { numRuns: 40 },
    );
  });

  it("says null exactly when noise makes roots complex", () => {
    let complex = 0;
    checkProperty(
      fc.property(size, size, layers, noise, (dim, contextLength, loops, noiseVariance) => {
        const { stepSizes, residual } = untiedOptimum({ dim, contextLength, loops, noiseVariance });
        const real = SturmChain.of(residual.numerator).countRealRoots();
        expect(stepSizes?.length ?? null).toBe(real === loops ? loops : null);
        if (stepSizes === null) complex += 1;
      }),
      { numRuns: 60 },
    );
    expect(complex).toBeGreaterThan(5);
    expect(complex).toBeLessThan(55);
  });

  it("is the one-layer optimum at L = 1, noise included", () => {
    checkProperty(
      fc.property(size, length, noise, (dim, contextLength, noiseVariance) => {
        const optimum = untiedOptimum({ dim, contextLength, loops: 1, noiseVariance });
        const expected = oneLayerIsotropicOptimum({ dim, contextLength, noiseVariance });
        expect(optimum.exactLoss().equals(expected.loss)).toBe(true);
        expect(optimum.stepSizes![0]!.contains(expected.stepSize)).toBe(true);
      }),
    );
  });

  it("is never undercut by other step sizes", () => {
    checkProperty(
      fc.property(
        size,
        size,
        fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 4 }),
        (dim, contextLength, offsets) => {
          const loops = offsets.length;
          const { stepSizes, exactLoss } = untiedOptimum({ dim, contextLength, loops });
          const law = lawOf(dim, contextLength, loops);
          const moved = offsets.map((offset, l) =>
            stepSizes![l]!.midpoint.times(Rational.of(10_000 + offset, 10_000)),
          );
          const loss = ResidualPolynomial.ofSteps(moved, law.contextLength).lossUnder(law);
          expect(loss.compare(exactLoss())).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("beats the looped optimum, and improves with every layer", () => {
    checkProperty(
      fc.property(size, length, layers, (dim, contextLength, loops) => {
        const untied = untiedOptimum({ dim, contextLength, loops }).loss;
        const looped = isotropicOptimum({ dim, contextLength, loops, digits: 20 }).loss;
        const deeper = untiedOptimum({ dim, contextLength, loops: loops + 1 }).loss;
        // Equal at L = 1, up to the width of the two enclosures.
        expect(untied.lower.compare(looped.upper)).toBeLessThanOrEqual(loops === 1 ? 0 : -1);
        expect(deeper.upper.compare(untied.lower)).toBe(-1);
        expect(untied.lower.compare(Rational.of(Math.max(0, dim - Number(contextLength))))).toBe(1);
      }),
      { numRuns: 40 },
    );
  });

  it("tends to the part of the task that the context does not span when n < d", () => {
    // n = 1: S has one non-zero eigenvalue, which ever more layers annihilate.
    const losses = [1, 8, 30].map((loops) =>
      untiedOptimum({ dim: 3, contextLength: 1, loops }).loss.toNumber(),
    );
    expect(losses[0]).toBeGreaterThan(losses[1]!);
    expect(losses[1]).toBeGreaterThan(losses[2]!);
    expect(losses[2]).toBeGreaterThan(2);
    expect(losses[2]).toBeLessThan(2.02);
  });

  it("resolves roots that lie 10⁻¹⁵ apart, and reaches 32 layers", () => {
    const narrow = untiedOptimum({ dim: 10, contextLength: 10n ** 30n, loops: 4 });
    const deviations = narrow.stepSizes!.map((step) =>
      step.midpoint
        .minus(Rational.ONE)
        .times(Rational.of(10n ** 15n))
        .toNumber(),
    );
    expect(deviations.every((x, i) => i === 0 || x > deviations[i - 1]! + 1)).toBe(true);
    const deep = untiedOptimum({ dim: 5, contextLength: 20, loops: 32 });
    expect(deep.stepSizes).toHaveLength(32);
    const moments = wishartMoments({ dim: 5, contextLength: 20 }, 64);
    const law = { contextLength: 20n, moments, noiseVariance: Rational.ZERO };
    expect(expectedTrace(deep.residual.numerator, law, 32)).toBe(0n);
  });

  it("is what untied layers attain on sampled prompts, noise included", () => {
    const sampled = (noiseVariance: Rational) => {
      const setting = { dim: 3, contextLength: 8, loops: 2 };
      const { stepSizes, loss } = untiedOptimum({ ...setting, noiseVariance });
      const weights = restrictedBlock(
        stepSizes!.map((step) => ({
          preconditioner: Matrix.eye(3).mul(step.toNumber()),
          readIn: new Float64Array(3),
        })),
      );
      const distribution = promptDistribution({
        ...setting,
        covariance: Matrix.eye(3),
        taskCovariance: Matrix.eye(3),
        noiseVariance: noiseVariance.toNumber(),
      });
      const stream = testStream(`untied ${noiseVariance}`);
      const estimate = sampleLoss(weights, distribution, { loops: 2, prompts: 40_000, stream })[1]!;
      return (estimate.mean - loss.toNumber()) / estimate.standardError;
    };
    expect(Math.abs(sampled(Rational.ZERO))).toBeLessThan(5);
    expect(Math.abs(sampled(Rational.of(1, 2)))).toBeLessThan(5);
  });

  it("refuses bad settings and depths beyond its reach", () => {
    expect(() => untiedOptimum({ dim: 0, contextLength: 5, loops: 1 })).toThrow(ArgumentError);
    expect(() => untiedOptimum({ dim: 2, contextLength: 5, loops: 1.5 })).toThrow(ArgumentError);
    expect(() => untiedOptimum({ dim: 2, contextLength: 5, loops: 1, digits: 0 })).toThrow(
      ArgumentError,
    );
    expect(() => untiedOptimum({ dim: 2, contextLength: 5, loops: 129 })).toThrow(HypothesisError);
  });
});
