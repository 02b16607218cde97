import fc from "fast-check";
import { expect, test } from "vitest";
import { settings } from "../../src/arbitrary/setting.js";
import { populationEngine } from "../../src/compare/population-objective.js";
import { packWeights } from "../../src/model/model-shape.js";
import { type RestrictedWeights, restrictedWeights } from "../../src/model/weights.js";
import { antisymmetricPart, Matrix } from "../../src/numeric/matrix.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { antisymmetricCurvatureAtOptimum } from "../../src/theory/population/antisymmetric-curvature.js";
import { populationHessian } from "../../src/theory/population/population-hessian.js";
import { populationLoss } from "../../src/theory/population/population-loss.js";
import { constantSchedule } from "../../src/training/schedule.js";
import { sgd } from "../../src/training/sgd.js";
import { trainInContext } from "../../src/training/train-in-context.js";
import { squareMatrix } from "../arbitraries.js";
import { checkAsyncProperty, checkProperty, testStream } from "../seed.js";

/** Sizes on both sides of n₀, where b*I turns from a minimum into a saddle (none at L = 1). */
const sizes = fc.oneof(
  settings({ maxDim: 3, maxLoops: 3 }).filter(({ dim }) => dim > 1),
  fc.record({
    dim: fc.integer({ min: 2, max: 3 }),
    contextLength: fc.integer({ min: 12, max: 60 }),
    loops: fc.constantFrom(2, 3),
  }),
);

interface Perturbed {
  readonly size: { readonly dim: number; readonly contextLength: number; readonly loops: number };
  /** Of unit norm. */
  readonly direction: Matrix;
}

const perturbed: fc.Arbitrary<Perturbed> = sizes.chain((size) =>
  squareMatrix(size.dim)
    .map(antisymmetricPart)
    .filter((matrix) => matrix.norm() > 0.1)
    .map((matrix) => ({ size, direction: Matrix.div(matrix, matrix.norm()) })),
);

const optimumOf = ({ size }: Perturbed) => isotropicOptimum(size).stepSize.toNumber();

/** b*I + εK. */
function besideOptimum(one: Perturbed, epsilon: number): Matrix {
  return Matrix.eye(one.size.dim).mul(optimumOf(one)).add(Matrix.mul(one.direction, epsilon));
}

/** Plain gradient descent on the exact loss. */
async function descend(
  { size: { loops, ...size } }: Perturbed,
  start: Matrix,
  learningRate: number,
  steps: number,
): Promise<Matrix> {
  const distribution = promptDistribution(size);
  const shape = { family: "restricted", dim: size.dim, layers: 1, loops } as const;
  const run = await trainInContext({
    ...{ distribution, shape, learningRate, steps, start: packWeights(restrictedWeights(start)) },
    ...{ optimizer: sgd(), schedule: constantSchedule() },
    stream: testStream("nothing is drawn"),
    engine: populationEngine(shape, distribution),
  });
  return (run.weights as RestrictedWeights).layers[0]!.preconditioner;
}

/** A step size at which descent is stable and monotone: half the inverse of the largest curvature. */
function stableRate(one: Perturbed): number {
  const { loops, ...size } = one.size;
  const weights = { preconditioners: [besideOptimum(one, 0)], loops };
  return 0.5 / populationHessian(size, weights).eigenvalues.at(-1)!;
}

test("descent leaves b*I along an antisymmetric direction, or returns, at the exact curvature's rate", async () => {
  const seen = { "-1": 0, "1": 0 };
  await checkAsyncProperty(
    fc.asyncProperty(perturbed, async (one) => {
      const { curvature, sign } = antisymmetricCurvatureAtOptimum(one.size);
      seen[sign] += 1;
      const epsilon = 1e-4 * optimumOf(one);
      const rate = stableRate(one);
      const steps = 30;
      const end = await descend(one, besideOptimum(one, epsilon), rate, steps);
      const factor = antisymmetricPart(end).norm() / epsilon;
      const predicted = (1 - rate * curvature.toNumber()) ** steps;
      // The next order is ε² of the fourth derivative, some hundred times the curvature at most.
      // Rounding of b* is 1e−16 of it, 1e−12 of ε.
      expect(Math.abs(factor - predicted)).toBeLessThan(1e-4 * predicted + 1e-11);
      expect(Math.sign(1 - factor)).toBe(sign);
    }),
    { numRuns: 40 },
  );
  // Both ends of the statement were met.
  expect(Math.min(seen["-1"], seen["1"])).toBeGreaterThan(5);
});

test("the exact loss falls on the way out of a saddle, rises on the way out of a minimum", () => {
  checkProperty(
    fc.property(perturbed, (one) => {
      const { curvature, sign } = antisymmetricCurvatureAtOptimum(one.size);
      const { loops, ...size } = one.size;
      const lossAt = (epsilon: number) => {
        const weights = { preconditioners: [besideOptimum(one, epsilon)], loops };
        return populationLoss(size, weights, { exact: true }).exact!;
      };
      const epsilon = 1e-4 * optimumOf(one);
      const rise = lossAt(epsilon).minus(lossAt(0));
      expect(rise.sign()).toBe(sign);
      const second = (epsilon ** 2 / 2) * curvature.toNumber();
      expect(Math.abs(rise.toNumber() / second - 1)).toBeLessThan(1e-4);
    }),
    { numRuns: 30 },
  );
});

test("symmetric perturbations of b*I return, at saddles too", async () => {
  const cases = sizes.chain((size) =>
    squareMatrix(size.dim).map((matrix) => ({
      size,
      direction: Matrix.add(matrix, matrix.transpose()).div(Math.max(matrix.norm(), 0.1)),
    })),
  );
  await checkAsyncProperty(
    fc.asyncProperty(cases, async (one) => {
      const epsilon = 1e-3 * optimumOf(one);
      const start = besideOptimum(one, epsilon);
      const centre = besideOptimum(one, 0);
      const distance = (matrix: Matrix) => Matrix.sub(matrix, centre).norm();
      fc.pre(distance(start) > 0);
      const end = await descend(one, start, stableRate(one), 30);
      expect(distance(end)).toBeLessThan(distance(start));
      // Symmetry is kept to rounding: what an unstable direction makes of it in thirty steps.
      expect(antisymmetricPart(end).norm()).toBeLessThan(1e-12);
    }),
    { numRuns: 20 },
  );
});
