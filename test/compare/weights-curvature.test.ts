import { describe, expect, it } from "vitest";
import { exactLoss } from "../../src/compare/exact-loss.js";
import {
  type LayerDirection,
  type WeightsCurvature,
  weightsCurvature,
} from "../../src/compare/weights-curvature.js";
import {
  fullBlock,
  gdPlusPlusBlock,
  layersOf,
  restrictedBlock,
  restrictedLayer,
  restrictedWeights,
  type Weights,
} from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import { gdPlusPlusOptimum } from "../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";

function curvatureOf(weights: Weights, law: PromptDistribution, loops: number): WeightsCurvature {
  const curvature = weightsCurvature(weights, law, loops);
  if ("unavailable" in curvature) throw new Error(curvature.unavailable);
  return curvature;
}

function isotropic(dim: number, contextLength: number, loops: number) {
  const step = isotropicOptimum({ dim, contextLength, loops }).stepSize.toNumber();
  return {
    weights: restrictedWeights(Matrix.eye(dim).mul(step)),
    law: promptDistribution({ dim, contextLength }),
  };
}

/** Second central difference of the exact loss along whitened directions, where Σ = I. */
function secondDifference(
  weights: Exclude<Weights, { family: "full" }>,
  direction: readonly LayerDirection[],
  law: PromptDistribution,
  loops: number,
): number {
  const at = (step: number) => {
    const layers = weights.layers.map((layer, l) => ({
      ...layer,
      preconditioner: Matrix.add(
        layer.preconditioner,
        new Matrix(direction[l]!.preconditioner as number[][]).mul(step),
      ),
    }));
    const exact = exactLoss(restrictedBlock(layers), law, loops);
    if ("unavailable" in exact) throw new Error(exact.unavailable);
    return exact.perLoop.at(-1)!;
  };
  const step = 1e-3;
  return (at(step) - 2 * at(0) + at(-step)) / step ** 2;
}

describe("weightsCurvature at b*I", () => {
  // Theory §3: n₀(d, L), the first n at which b*I has negative antisymmetric curvature.
  it.each([
    [2, 2, 15],
    [3, 3, 18],
    [4, 4, 12],
    [10, 2, 78],
  ])(
    "d = %i, L = %i: a minimum below n₀ = %i, from there a saddle with the antisymmetric direction open",
    (dim, loops, onset) => {
      const below = isotropic(dim, onset - 1, loops);
      expect(curvatureOf(below.weights, below.law, loops)).toMatchObject({
        state: "minimum",
        open: null,
      });
      const from = isotropic(dim, onset, loops);
      const curvature = curvatureOf(from.weights, from.law, loops);
      expect(curvature).toMatchObject({ state: "saddle", open: "antisymmetric" });
      expect(curvature.symmetric.leastCurvature).toBeGreaterThan(0);
      const { leastCurvature, direction } = curvature.antisymmetric;
      const [{ preconditioner }] = direction as [LayerDirection];
      preconditioner.forEach((row, i) => {
        row.forEach((entry, j) => {
          expect(entry).toBeCloseTo(-preconditioner[j]![i]!, 12);
        });
      });
      const difference = secondDifference(from.weights, direction!, from.law, loops);
      // Close to the onset the quartic term shows beside a curvature near 0.
      expect(difference / leastCurvature!).toBeCloseTo(1, 1);
    },
  );

  it("d = 10, n = 20, L = 2: a minimum, whatever the covariance", () => {
    const { weights, law } = isotropic(10, 20, 2);
    expect(curvatureOf(weights, law, 2).state).toBe("minimum");
    const covariance = Matrix.diag([4, 1, 1, 1, 1, 1, 1, 1, 1, 0.25]);
    const inverse = Matrix.diag([0.25, 1, 1, 1, 1, 1, 1, 1, 1, 4]);
    const shaped = restrictedWeights(weights.layers[0]!.preconditioner.mmul(inverse));
    const curvature = curvatureOf(
      shaped,
      promptDistribution({ dim: 10, contextLength: 20, covariance }),
      2,
    );
    expect(curvature.state).toBe("minimum");
    expect(curvature.antisymmetric.leastCurvature).toBeCloseTo(
      curvatureOf(weights, law, 2).antisymmetric.leastCurvature!,
      8,
    );
  });
});

describe("weightsCurvature elsewhere", () => {
  it("is still descending at a perturbed point, in the part that was moved", () => {
    const { weights, law } = isotropic(3, 15, 2);
    const move = (i: number, j: number, sign: number) => {
      const moved = weights.layers[0]!.preconditioner.clone();
      moved.set(0, 1, moved.get(0, 1) + i).set(1, 0, moved.get(1, 0) + sign * j);
      return curvatureOf(restrictedWeights(moved), law, 2);
    };
    expect(move(0.05, 0.05, 1)).toMatchObject({ state: "descending", open: "symmetric" });
    expect(move(0.2, 0.2, -1)).toMatchObject({ state: "descending", open: "antisymmetric" });
  });

  it("is a minimum at the rotation that beats every multiple of the identity", () => {
    // Theory §3, d = 2, n = 20, L = 2: c = 0.83257, ε = 0.10194 (five digits of a minimiser).
    const weights = restrictedWeights(
      new Matrix([
        [0.83257, 0.10194],
        [-0.10194, 0.83257],
      ]),
    );
    const curvature = curvatureOf(weights, promptDistribution({ dim: 2, contextLength: 20 }), 2);
    expect(curvature.state).toBe("minimum");
    expect(curvature.antisymmetric.leastCurvature).toBeGreaterThan(0);
  });

  it("reaches untied layers: the best multiples of the identity have no slope", () => {
    const setting = { dim: 3, contextLength: 12, loops: 2 };
    const steps = untiedOptimum(setting).stepSizes!.map((step) => step.toNumber());
    const law = promptDistribution(setting);
    const weights = restrictedBlock(steps.map((step) => restrictedLayer(Matrix.eye(3).mul(step))));
    const curvature = curvatureOf(weights, law, 1);
    expect(curvature.symmetric.gradientNorm).toBeLessThan(1e-10);
    expect(curvature.symmetric.direction).toHaveLength(2);
    for (const { direction, leastCurvature } of [curvature.symmetric, curvature.antisymmetric]) {
      const difference = secondDifference(weights, direction!, law, 1);
      expect(difference).toBeCloseTo(leastCurvature!, 3);
    }
  });

  it("reaches GD++: the best isotropic one has no symmetric slope", () => {
    const setting = { dim: 2, contextLength: 10, loops: 2 };
    const [{ stepSize, covariateValue }] = gdPlusPlusOptimum(setting).layers as [
      { stepSize: number; covariateValue: number },
    ];
    const layer = {
      ...restrictedLayer(Matrix.eye(2).mul(stepSize)),
      covariateValue: Matrix.eye(2).mul(covariateValue),
    };
    const curvature = curvatureOf(gdPlusPlusBlock([layer]), promptDistribution(setting), 2);
    expect(curvature.symmetric.gradientNorm).toBeLessThan(1e-6);
    expect(curvature.antisymmetric.direction![0]!.covariateValue).toHaveLength(2);
  });

  it("gives a reason for full layers, and for more directions than are quick", () => {
    const { weights, law } = isotropic(2, 20, 2);
    expect(weightsCurvature(fullBlock(layersOf(weights, 1)), law, 2)).toEqual({
      unavailable: expect.stringMatching(/not full ones/),
    });
    const large = isotropic(13, 20, 1);
    expect(weightsCurvature(large.weights, large.law, 1)).toEqual({
      unavailable: expect.stringMatching(/up to 150 directions, here 169, unless thorough/),
    });
    expect(weightsCurvature(large.weights, large.law, 1, "thorough")).toMatchObject({
      state: "minimum",
    });
  });
});
