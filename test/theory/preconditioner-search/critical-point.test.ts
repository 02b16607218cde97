import { describe, expect, it } from "vitest";
import { Matrix } from "../../../src/numeric/matrix.js";
import { randomRotation } from "../../../src/prompt/covariance-family.js";
import { isotropicOptimum } from "../../../src/theory/isotropic-optimum.js";
import { antisymmetricCurvatureAtOptimum } from "../../../src/theory/population/antisymmetric-curvature.js";
import { populationLoss } from "../../../src/theory/population/population-loss.js";
import { bestPreconditioner } from "../../../src/theory/preconditioner-search/best-preconditioner.js";
import { criticalPoint } from "../../../src/theory/preconditioner-search/critical-point.js";
import { testStream } from "../../seed.js";

describe("criticalPoint", () => {
  it("sees at b*I the exact curvature of the antisymmetric sector, before and after its onset", () => {
    // theory.md: n₀ = 18 for d = 3, L = 3.
    for (const [contextLength, verdict] of [
      [17, "minimum"],
      [18, "saddle"],
      [50, "saddle"],
    ] as const) {
      const setting = { dim: 3, contextLength, loops: 3 };
      const stepSize = isotropicOptimum(setting).stepSize.toNumber();
      const found = criticalPoint(setting, Matrix.eye(3).mul(stepSize));
      const { curvature } = antisymmetricCurvatureAtOptimum(setting);
      expect(found.verdict).toBe(verdict);
      expect(found.orbitDimension).toBe(0);
      expect(found.smallestCurvature).toBeCloseTo(curvature.toNumber(), 9);
    }
  });

  it.each([
    // Planes with equal eigenvalues turn into each other freely: dim O(d) − dim of the stabiliser.
    { dim: 2, contextLength: 20, loops: 2, orbit: 1 - 1 },
    { dim: 3, contextLength: 50, loops: 3, orbit: 3 - 1 },
    { dim: 4, contextLength: 30, loops: 3, orbit: 6 - 1 - 1 },
    { dim: 5, contextLength: 50, loops: 3, orbit: 10 - 4 },
  ])("calls the best found at d=$dim, n=$contextLength, L=$loops a minimum", (one) => {
    const { orbit, ...setting } = one;
    const best = bestPreconditioner(setting, { stream: testStream("critical") });
    const rotation = randomRotation(setting.dim, testStream("critical rotation"));
    const turned = rotation.mmul(best.preconditioner).mmul(rotation.transpose());
    for (const preconditioner of [best.preconditioner, turned]) {
      const found = criticalPoint(setting, preconditioner);
      expect(found.verdict).toBe("minimum");
      expect(found.orbitDimension).toBe(orbit);
      expect(found.gradientNorm).toBeLessThan(1e-7);
      expect(found.resolution).toBeLessThan(1e-6);
    }
  });

  it("points to where a saddle falls, by the curvature it states", () => {
    const setting = { dim: 4, contextLength: 60 };
    const loops = 3;
    const stepSize = isotropicOptimum({ ...setting, loops }).stepSize.toNumber();
    const saddle = Matrix.eye(4).mul(stepSize);
    const found = criticalPoint({ ...setting, loops }, saddle);
    const lossAt = (matrix: Matrix) =>
      populationLoss(setting, { preconditioners: [matrix], loops }, { exact: true }).value;
    const step = 1e-3;
    const fall = lossAt(Matrix.add(saddle, Matrix.mul(found.direction, step))) - lossAt(saddle);
    expect(found.direction.norm("frobenius")).toBeCloseTo(1, 12);
    // Fourth order: relative error about step².
    expect((2 * fall) / step ** 2 / found.smallestCurvature).toBeCloseTo(1, 3);
  });

  it("decides nothing where doubles resolve nothing, and wants a whitened law", () => {
    const setting = { dim: 2, contextLength: 1e9, loops: 3 };
    const stepSize = isotropicOptimum(setting).stepSize.toNumber();
    expect(criticalPoint(setting, Matrix.eye(2).mul(stepSize)).verdict).toBe("undecided");
    const law = { ...setting, covariance: Matrix.eye(2) };
    expect(() => criticalPoint(law, Matrix.eye(2))).toThrow(/law must be whitened/);
  });
});
