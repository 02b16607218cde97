import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, HypothesisError } from "../../../src/errors.js";
import { IntegerPolynomial } from "../../../src/numeric/integer-polynomial.js";
import { Matrix, symmetricEigen } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import { drawBartlettFactor } from "../../../src/random/wishart.js";
import { isotropicLossPerLoop } from "../../../src/theory/isotropic-loss.js";
import { lossVariance } from "../../../src/theory/polynomial-family/loss-variance.js";
import { ResidualPolynomial } from "../../../src/theory/polynomial-family/residual-polynomial.js";
import { traceVariance } from "../../../src/theory/polynomial-family/trace-variance.js";
import { wishartMoments } from "../../../src/theory/wishart-moments.js";
import { checkProperty, testStream } from "../../seed.js";

const size = fc.integer({ min: 1, max: 7 });
const length = fc.oneof(size, fc.bigInt({ min: 1n, max: 10n ** 30n }));
const polynomial = fc
  .array(fc.bigInt({ min: -9n, max: 9n }), { minLength: 2, maxLength: 5 })
  .map((coefficients) => IntegerPolynomial.of(coefficients));
const IDENTITY = IntegerPolynomial.of([0n, 1n]);

describe("traceVariance", () => {
  it("is that of a χ² variable for tr W, and 0 for a constant", () => {
    checkProperty(
      fc.property(size, length, (dim, contextLength) => {
        const variance = traceVariance({ dim, contextLength }, IDENTITY);
        expect(variance.equals(Rational.of(2n * BigInt(dim) * BigInt(contextLength)))).toBe(true);
        const constant = traceVariance({ dim, contextLength }, IntegerPolynomial.of([7n]));
        expect(constant.sign()).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it("is E f² − (E f)² of the scalar χ² at d = 1 and at n = 1", () => {
    checkProperty(
      fc.property(length, polynomial, fc.boolean(), (length_, f, swapped) => {
        const size_ = swapped ? Number(BigInt(length_) % 50n) + 1 : 1;
        const setting = swapped
          ? { dim: size_, contextLength: 1 }
          : { dim: 1, contextLength: length_ };
        // The one non-zero eigenvalue is χ² with max(d, n) degrees of freedom.
        const chi = { dim: 1, contextLength: swapped ? size_ : length_ };
        const moments = wishartMoments(chi, 8);
        const mean = (g: IntegerPolynomial) =>
          g.coefficients.reduce((sum, c, k) => sum + c * moments[k]!, 0n);
        const expected = mean(f.times(f)) - mean(f) ** 2n;
        expect(traceVariance(setting, f).equals(Rational.of(expected))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("has the covariance with tr W that scaling gives", () => {
    // tr W is independent of W/tr W: E[tr W · g] = (nd + 2k) E g for g homogeneous of degree k in W.
    checkProperty(
      fc.property(size, length, polynomial, (dim, contextLength, f) => {
        const setting = { dim, contextLength };
        const both = traceVariance(setting, f.plus(IDENTITY));
        const twice = both.minus(traceVariance(setting, f)).minus(traceVariance(setting, IDENTITY));
        const moments = wishartMoments(setting, Math.max(f.degree, 1));
        const expected = f.coefficients.reduce(
          (sum, c, k) => sum + 4n * BigInt(k) * c * moments[k]!,
          0n,
        );
        expect(twice.equals(Rational.of(expected))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("does not tell W from its companion of the same non-zero eigenvalues", () => {
    checkProperty(
      fc.property(size, size, polynomial, (dim, contextLength, f) => {
        const variance = traceVariance({ dim, contextLength }, f);
        const companion = traceVariance({ dim: contextLength, contextLength: dim }, f);
        expect(variance.equals(companion)).toBe(true);
        expect(variance.sign()).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 30 },
    );
  });

  it("refuses ranks beyond its reach", () => {
    expect(() => traceVariance({ dim: 33, contextLength: 40 }, IDENTITY)).toThrow(HypothesisError);
    expect(() => traceVariance({ dim: 0, contextLength: 4 }, IDENTITY)).toThrow(ArgumentError);
  });
});

describe("lossVariance", () => {
  it("has the mean of the isotropic loss, and grows past any sampling with test-time loops", () => {
    const [dim, contextLength] = [10, 20];
    const stepSize = Rational.parse("0.628077");
    const means = isotropicLossPerLoop({ dim, contextLength, loops: 16 }, stepSize);
    const step = ResidualPolynomial.ofStep(stepSize, BigInt(contextLength));
    for (const loops of [2, 4, 16]) {
      const { mean, squaredError } = lossVariance({ dim, contextLength }, step.power(loops));
      expect(mean.equals(means[loops]!)).toBe(true);
      // theory.md §4: 10⁵ samples see 4e4 where the truth is 8.6e5; here is why.
      const relative = Math.sqrt(squaredError.toNumber()) / mean.toNumber();
      expect(relative).toBeGreaterThan(loops === 16 ? 1e6 : 1);
    }
  });

  it("is the spread of sampled contexts and prompts", () => {
    const [dim, contextLength, count] = [4, 9, 20_000];
    const residual = ResidualPolynomial.ofStep(Rational.of(3, 5), 9n).power(2);
    const exact = lossVariance({ dim, contextLength }, residual);
    const stream = testStream("loss variance");
    const conditional: number[] = [];
    const squared: number[] = [];
    for (let i = 0; i < count; i++) {
      const draw = stream.split(i);
      const factor = Matrix.from1DArray(dim, dim, [
        ...drawBartlettFactor(dim, contextLength, draw),
      ]);
      const { values, vectors } = symmetricEigen(
        factor.mmul(factor.transpose()).div(contextLength),
      );
      const residuals = values.map((s) => (1 - 0.6 * s) ** 2);
      conditional.push(residuals.reduce((sum, p) => sum + p * p, 0));
      const [w, x] = [draw.normals(dim), draw.normals(dim)].map((vector) =>
        vectors.transpose().mmul(Matrix.columnVector([...vector])),
      );
      squared.push(residuals.reduce((sum, p, k) => sum + p * w!.get(k, 0) * x!.get(k, 0), 0) ** 2);
    }
    for (const [values, variance] of [
      [conditional, exact.conditional],
      [squared, exact.squaredError],
    ] as const) {
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      const deviations = values.map((value) => (value - mean) ** 2);
      const estimate = deviations.reduce((sum, value) => sum + value, 0) / count;
      const fourth = deviations.reduce((sum, value) => sum + value * value, 0) / count;
      const standardError = Math.sqrt((fourth - estimate ** 2) / count);
      expect(Math.abs(estimate - variance.toNumber())).toBeLessThan(5 * standardError);
    }
  });
});
