import { describe, expect, it } from "vitest";
import { ArgumentError, NumericalError } from "../../../src/errors.js";
import { Enclosure } from "../../../src/numeric/enclosure.js";
import { IntegerPolynomial } from "../../../src/numeric/integer-polynomial.js";
import { flatten, Matrix, matrixFrom, symmetricFunction } from "../../../src/numeric/matrix.js";
import { Rational } from "../../../src/numeric/rational.js";
import {
  gradientFlow,
  type SmoothObjective,
} from "../../../src/theory/gradient-flow/gradient-flow.js";
import { infiniteContextFlowTime } from "../../../src/theory/gradient-flow/infinite-context-flow-time.js";
import { smallFraction } from "../../../src/theory/gradient-flow/ode-solver.js";
import { preciseGradientFlow } from "../../../src/theory/gradient-flow/precise-gradient-flow.js";
import { encloseReciprocalIntegral } from "../../../src/theory/gradient-flow/reciprocal-integral.js";
import { scalarFlowTime } from "../../../src/theory/gradient-flow/scalar-flow-time.js";
import { IsotropicLoss } from "../../../src/theory/isotropic-loss.js";
import { oneLayerGradient, oneLayerLoss, oneLayerOptimum } from "../../../src/theory/one-layer.js";
import { populationGradient } from "../../../src/theory/population/population-gradient.js";

const parabola: SmoothObjective = (x) => ({
  loss: x[0]! ** 2,
  gradient: x.map((entry) => 2 * entry),
});

/** The exact loss of the looped model over all A, Σ = I. */
function loopedObjective(dim: number, contextLength: number, loops: number): SmoothObjective {
  return (entries) => {
    const preconditioner = matrixFrom(dim, dim, entries);
    const { value, preconditioners } = populationGradient(
      { dim, contextLength },
      { preconditioners: [preconditioner], loops },
    );
    return { loss: value, gradient: flatten(preconditioners[0]!) };
  };
}

function asymmetry(point: Float64Array): number {
  const dim = Math.sqrt(point.length);
  let most = 0;
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < i; j++) {
      most = Math.max(most, Math.abs(point[i * dim + j]! - point[j * dim + i]!));
    }
  }
  return most;
}

describe("gradientFlow", () => {
  it("is the matrix exponential for one layer, any Σ and noise", async () => {
    const law = {
      contextLength: 6,
      covariance: new Matrix([
        [1, 0.3],
        [0.3, 0.5],
      ]),
      taskCovariance: new Matrix([
        [0.8, -0.1],
        [-0.1, 1.2],
      ]),
      noiseVariance: 0.3,
    };
    const start = new Matrix([
      [0.1, 0.4],
      [-0.2, 0],
    ]);
    const horizon = 1.7;
    const flow = await gradientFlow(
      (entries) => {
        const preconditioner = matrixFrom(2, 2, entries);
        return {
          loss: oneLayerLoss(preconditioner, law),
          gradient: flatten(oneLayerGradient(preconditioner, law)),
        };
      },
      { start: flatten(start), horizon },
    );
    expect(flow.status).toBe("horizon");
    expect(flow.time).toBeCloseTo(horizon, 12);
    // dA/dt = −2 C (A − A*) Σ with C = (1 + 1/n)ΣΩΣ + τΣ: modes decay at 2·(eigenvalue of C)·(of Σ).
    const { covariance, taskCovariance, noiseVariance, contextLength } = law;
    const tau = (taskCovariance.mmul(covariance).trace() + noiseVariance) / contextLength;
    const quadratic = covariance
      .mmul(taskCovariance)
      .mmul(covariance)
      .mul(1 + 1 / contextLength)
      .add(covariance.clone().mul(tau));
    const { preconditioner: optimum } = oneLayerOptimum(law);
    const vectors = (matrix: Matrix) => {
      const basis: Matrix[] = [];
      const values: number[] = [];
      symmetricFunction(matrix, (value) => {
        values.push(value);
        return value;
      });
      for (const value of values) {
        const other = values.find((candidate) => candidate !== value)!;
        // The projector onto one of two eigenspaces.
        const shifted = Matrix.sub(matrix, Matrix.eye(2).mul(other));
        basis.push(shifted.mul(1 / (value - other)));
      }
      return values.map((value, i) => ({ value, projector: basis[i]! }));
    };
    const expected = optimum.clone();
    for (const left of vectors(quadratic)) {
      for (const right of vectors(covariance)) {
        const mode = left.projector.mmul(Matrix.sub(start, optimum)).mmul(right.projector);
        expected.add(mode.mul(Math.exp(-2 * left.value * right.value * horizon)));
      }
    }
    flatten(expected).forEach((entry, k) => {
      expect(flow.point[k]).toBeCloseTo(entry, 8);
    });
  });

  it("takes the time of the exact scalar quadrature from A = 0, and stays a multiple of I", async () => {
    const [dim, contextLength, loops] = [3, 20, 2];
    const flow = await gradientFlow(loopedObjective(dim, contextLength, loops), {
      start: new Float64Array(dim * dim),
      targetLoss: 0.3,
      invariants: { asymmetry, anisotropy: (x) => Math.abs(x[0]! - x[4]!) + Math.abs(x[1]!) },
    });
    const exact = scalarFlowTime({
      dim,
      contextLength,
      loops,
      targetLoss: Rational.fromNumber(0.3),
    });
    expect(flow.status).toBe("target");
    expect(flow.time / exact.time.toNumber()).toBeCloseTo(1, 9);
    expect(flow.point[0]).toBeCloseTo(exact.stepSize.toNumber(), 9);
    expect(flow.loss).toBeCloseTo(0.3, 11);
    const losses = flow.path.map(({ loss }) => loss);
    expect(losses.every((loss, i) => i === 0 || loss < losses[i - 1]!)).toBe(true);
  });

  it("keeps symmetric matrices symmetric, and leaves the saddle b*I from any others", async () => {
    // d = 2, n = 20, L = 2: theory.md §3 has 0.07601737 at b*I and 0.07580377 at the best cI + εJ.
    const objective = loopedObjective(2, 20, 2);
    const symmetric = await gradientFlow(objective, {
      start: Float64Array.of(0.2, 0.1, 0.1, 0.7),
      invariants: { asymmetry },
    });
    expect(symmetric.status).toBe("stationary");
    expect(symmetric.loss.toFixed(8)).toBe("0.07601737");
    const free = await gradientFlow(objective, { start: Float64Array.of(0.2, 0.3, -0.1, 0.7) });
    expect(free.loss.toFixed(8)).toBe("0.07580377");
    expect(Math.abs(free.point[1]!)).toBeCloseTo(0.10194, 4);
    await expect(
      gradientFlow(objective, {
        start: Float64Array.of(0.2, 0.3, -0.1, 0.7),
        invariants: { asymmetry },
      }),
    ).rejects.toThrow(/asymmetry has drifted/);
  });

  it("does not depend on the unit of time", async () => {
    // mathjs compares times to 1e−15: a steep loss, over in 1e−20, must not look finished.
    const steep: SmoothObjective = (x) => ({
      loss: 1e20 * x[0]! ** 2,
      gradient: x.map((entry) => 2e20 * entry),
    });
    const slow = await gradientFlow(parabola, { start: Float64Array.of(1), targetLoss: 0.25 });
    const fast = await gradientFlow(steep, { start: Float64Array.of(1), targetLoss: 0.25e20 });
    expect(slow.time).toBeCloseTo(Math.log(2) / 2, 10);
    expect((fast.time * 1e20) / slow.time).toBeCloseTo(1, 12);
  });

  it("stops at once where it already is", async () => {
    const there = await gradientFlow(parabola, { start: Float64Array.of(1), targetLoss: 2 });
    expect([there.status, there.time, there.path.length]).toEqual(["target", 0, 1]);
    const rest = await gradientFlow(parabola, { start: Float64Array.of(0) });
    expect(rest.status).toBe("stationary");
    const cut = await gradientFlow(parabola, { start: Float64Array.of(1), maximalEvaluations: 20 });
    expect(cut.status).toBe("max-steps");
  });

  it("refuses bad options and objectives that are not what they say", async () => {
    const start = Float64Array.of(1);
    await expect(gradientFlow(parabola, { start: new Float64Array(0) })).rejects.toThrow(
      ArgumentError,
    );
    await expect(gradientFlow(parabola, { start, targetLoss: -1 })).rejects.toThrow(ArgumentError);
    const uphill: SmoothObjective = (x) => ({ ...parabola(x), gradient: x.map((e) => -2 * e) });
    await expect(gradientFlow(uphill, { start, horizon: 1 })).rejects.toThrow(NumericalError);
    const negative: SmoothObjective = (x) => ({ ...parabola(x), loss: -1 });
    await expect(gradientFlow(negative, { start })).rejects.toThrow(NumericalError);
    const lost: SmoothObjective = (x) => ({ ...parabola(x), loss: Number.NaN });
    await expect(gradientFlow(lost, { start })).rejects.toThrow(NumericalError);
  });
});

describe("preciseGradientFlow", () => {
  it("goes beyond doubles: ln(1000/999)/2 to 20 decimals", async () => {
    const flow = await preciseGradientFlow(
      ([x]) => ({ loss: x!.times(x!), gradient: [x!.times(Rational.of(2))] }),
      { start: [Rational.ONE], targetLoss: Rational.of(998_001, 1_000_000), tolerance: 1e-18 },
    );
    // ∫ dx/(2x) over [999/1000, 1], by proved quadrature.
    const path = Enclosure.of(Rational.of(999, 1000), Rational.ONE);
    const exact = encloseReciprocalIntegral(IntegerPolynomial.of([0n, 2n]), path, 30);
    const error = flow.time.minus(exact.midpoint).toNumber();
    expect(Math.abs(error)).toBeLessThan(1e-20);
  });

  it("follows a loss of 10⁻³³, where doubles cancel, in the time of the closed form", async () => {
    // n = 10⁴⁰, L = 2 in b: ℓ = d(1 − b)⁴ up to 10⁻⁴⁰.
    const setting = { dim: 4, contextLength: 10n ** 40n, loops: 2 };
    const loss = IsotropicLoss.of(setting);
    const start = Rational.ONE.minus(Rational.parse("1e-8"));
    const targetLoss = loss.at(start).over(Rational.of(16));
    const flow = await preciseGradientFlow(
      ([b]) => ({
        loss: loss.at(b!),
        gradient: [loss.derivativeAt(b!).over(Rational.of(setting.dim))],
      }),
      { start: [start], targetLoss, digits: 40, tolerance: 1e-7 },
    );
    const limit = (target: number) => infiniteContextFlowTime(setting, target);
    const expected = limit(targetLoss.toNumber()) - limit(loss.at(start).toNumber());
    expect(flow.status).toBe("target");
    expect(flow.time.toNumber() / expected).toBeCloseTo(1, 5);
  });

  it("refuses bad options", async () => {
    const objective = () => ({ loss: Rational.ONE, gradient: [Rational.ONE] });
    await expect(preciseGradientFlow(objective, { start: [] })).rejects.toThrow(ArgumentError);
    await expect(
      preciseGradientFlow(objective, { start: [Rational.ONE], digits: 10 }),
    ).rejects.toThrow(ArgumentError);
  });
});

describe("smallFraction", () => {
  it("recovers Runge–Kutta coefficients and leaves other doubles alone", () => {
    expect(smallFraction(-92097 / 339200)).toEqual({ numerator: -92097, denominator: 339200 });
    expect(smallFraction(1 / 3)).toEqual({ numerator: 1, denominator: 3 });
    expect(smallFraction(Math.SQRT2)).toBeNull();
  });
});
