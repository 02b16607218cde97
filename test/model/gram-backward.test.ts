import { describe, expect, test } from "vitest";
import { conditionalGradient } from "../../src/model/conditional-backward.js";
import { gramGradient } from "../../src/model/gram-backward.js";
import { gramPredictor } from "../../src/model/gram-forward.js";
import { packWeights, unpackWeights } from "../../src/model/model-shape.js";
import { layersOf, type RestrictedWeights } from "../../src/model/weights.js";
import { choleskyFactor, Matrix, matrixFrom, symmetricFunction } from "../../src/numeric/matrix.js";
import type { GramPrompt } from "../../src/prompt/gram-prompt.js";
import { testStream } from "../seed.js";
import { drawBlock, drawPrompts } from "../training/kernel/run-kernel.js";

const grid = [
  { family: "full", dim: 3, layers: 1, loops: 3, contextLength: 7, lossWeights: [0, 0.5, 1] },
  { family: "full", dim: 2, layers: 2, loops: 2, contextLength: 2, lossWeights: [0.3, 1] },
  {
    family: "restricted",
    dim: 3,
    layers: 1,
    loops: 4,
    contextLength: 2,
    lossWeights: [0, 0, 0, 1],
  },
  { family: "restricted", dim: 1, layers: 3, loops: 1, contextLength: 5, lossWeights: [1] },
  { family: "gd++", dim: 3, layers: 1, loops: 3, contextLength: 8, lossWeights: [1, 0, 2] },
  { family: "gd++", dim: 2, layers: 2, loops: 2, contextLength: 6, lossWeights: [0, 1] },
] as const;

describe.each(grid)("$family, $layers layers looped $loops times, d = $dim", (setting) => {
  const stream = testStream(`gram backward ${JSON.stringify(setting)}`);
  const weights = drawBlock(setting, stream.split("weights"));
  const [prompt] = drawPrompts({ ...setting, noiseVariance: 0.3 }, 1, stream) as [GramPrompt];

  test("errors are those of the predictor", () => {
    const { errors } = gramGradient(weights, setting.lossWeights)(prompt);
    const predictions = gramPredictor(layersOf(weights, setting.loops))(prompt);
    errors.forEach((error, loop) => {
      const prediction = predictions[(loop + 1) * setting.layers - 1]!;
      expect(error).toBeCloseTo(prediction - prompt.target, 11);
    });
  });

  test("the gradient is that of central differences", () => {
    const { gradient } = gramGradient(weights, setting.lossWeights)(prompt);
    const point = packWeights(weights);
    expectSlopes(gradient, point, (parameters) => {
      const predict = gramPredictor(layersOf(unpackWeights(setting, parameters), setting.loops));
      const predictions = predict(prompt);
      return setting.lossWeights.reduce((sum: number, weight, loop) => {
        const error = predictions[(loop + 1) * setting.layers - 1]! - prompt.target;
        return sum + weight * error ** 2;
      }, 0);
    });
  });
});

describe.each([
  { dim: 3, layers: 1, loops: 3, contextLength: 7, noiseVariance: 0, lossWeights: [0, 0, 1] },
  { dim: 2, layers: 2, loops: 2, contextLength: 5, noiseVariance: 0.4, lossWeights: [0.5, 1] },
  { dim: 3, layers: 3, loops: 1, contextLength: 2, noiseVariance: 0.4, lossWeights: [1] },
  { dim: 1, layers: 1, loops: 2, contextLength: 3, noiseVariance: 1, lossWeights: [2, 1] },
])("conditional estimator, $layers layers looped $loops times, d = $dim", (setting) => {
  const { dim, contextLength, noiseVariance, lossWeights } = setting;
  const stream = testStream(`conditional ${JSON.stringify(setting)}`);
  const weights = drawBlock({ ...setting, family: "restricted" }, stream) as RestrictedWeights;
  const law = {
    covariance: drawCovariance(dim, stream.split("covariance")),
    taskCovariance: drawCovariance(dim, stream.split("task covariance")),
    noiseVariance,
  };
  const [prompt] = drawPrompts(setting, 1, stream) as [GramPrompt];
  const actual = conditionalGradient(weights, law, lossWeights)(prompt);

  test("is the mean of the plain estimator over task, query and noise", () => {
    const expected = exactMean(weights, law, lossWeights, prompt);
    actual.losses.forEach((loss, t) => {
      expect(Math.abs(loss - expected.losses[t]!)).toBeLessThan(1e-12 * expected.losses[t]!);
    });
    const scale = Math.hypot(...expected.gradient);
    actual.gradient.forEach((slope, i) => {
      expect(Math.abs(slope - expected.gradient[i]!)).toBeLessThan(1e-12 * scale);
    });
  });

  test("the gradient is that of central differences", () => {
    const shape = { family: "restricted", ...setting } as const;
    expectSlopes(actual.gradient, packWeights(weights), (parameters) => {
      const moved = unpackWeights(shape, parameters) as RestrictedWeights;
      const { losses } = conditionalGradient(
        moved,
        law,
        lossWeights,
      )({ dim, contextLength, gram: prompt.gram });
      return losses.reduce((sum, loss, t) => sum + lossWeights[t]! * loss, 0);
    });
  });
});

function expectSlopes(
  gradient: Float64Array,
  point: Float64Array,
  lossAt: (parameters: Float64Array) => number,
): void {
  const step = 1e-5;
  const scale = Math.hypot(...gradient);
  gradient.forEach((slope, i) => {
    const at = (shift: number) =>
      lossAt(point.map((value, j) => (j === i ? value + shift : value)));
    const difference = (at(step) - at(-step)) / (2 * step);
    // Of order step² of the gradient, and 2⁻⁵³/step of the loss.
    expect(Math.abs(difference - slope)).toBeLessThan(1e-6 * scale);
  });
}

/**
 * The mean over w, x and ν, exactly: the error is linear in x and affine in (w, ν), so the mean of its
 * square is a sum over the columns of the three Cholesky factors; ½ of the squares at ± a column is the
 * constant part squared plus the linear part squared.
 */
function exactMean(
  weights: RestrictedWeights,
  law: Parameters<typeof conditionalGradient>[1],
  lossWeights: readonly number[],
  { dim, contextLength, gram }: GramPrompt,
) {
  const evaluate = gramGradient(weights, lossWeights);
  const losses = new Float64Array(lossWeights.length);
  const gradient = new Float64Array(packWeights(weights).length);
  const size = dim + 1;
  const second = Matrix.from1DArray(size, size, [...gram]).subMatrix(0, dim - 1, 0, dim - 1);
  const add = (factor: number, x: number[], task: number[], noise: number[]) => {
    const cross = second.mmul(Matrix.columnVector(task)).to1DArray();
    const own = Float64Array.from(gram);
    for (let i = 0; i < dim; i++) {
      own[i * size + dim] = own[dim * size + i] = cross[i]! + contextLength * noise[i]!;
    }
    const target = x.reduce((sum, value, i) => sum + value * task[i]!, 0);
    const query = Float64Array.of(...x, 0);
    const part = evaluate({
      dim,
      contextLength,
      gram: own,
      query,
      target,
      task: new Float64Array(dim),
    });
    part.errors.forEach((error, t) => {
      losses[t]! += factor * error * error;
    });
    part.gradient.forEach((slope, i) => {
      gradient[i]! += factor * slope;
    });
  };
  const none = new Array<number>(dim).fill(0);
  const tasks = columns(law.taskCovariance).map((task) => [task, none] as const);
  // Cov ν = σ² Ŝ/n; Ŝ may be singular, so its columns come from a symmetric root.
  const root = columns(Matrix.mul(second, 1), true).map((column) =>
    column.map((value) => (value * Math.sqrt(law.noiseVariance)) / contextLength),
  );
  const directions = [...tasks, ...root.map((noise) => [none, noise] as const)];
  for (const x of columns(law.covariance)) {
    add(1 - directions.length, x, none, none);
    for (const [task, noise] of directions) {
      add(0.5, x, task, noise);
      const [minusTask, minusNoise] = [task, noise].map((values) => values.map((value) => -value));
      add(0.5, x, minusTask!, minusNoise!);
    }
  }
  return { losses, gradient };
}

/** Columns of a factor F of M = F Fᵀ. */
function columns(matrix: Matrix, isSemidefinite = false): number[][] {
  const factor = isSemidefinite
    ? symmetricFunction(matrix, (eigenvalue) => Math.sqrt(Math.max(0, eigenvalue)))
    : matrixFrom(matrix.rows, matrix.rows, choleskyFactor(matrix));
  return factor.transpose().to2DArray();
}

function drawCovariance(dim: number, stream: Parameters<typeof drawBlock>[1]): Matrix {
  const factor = matrixFrom(dim, dim, stream.normals(dim * dim));
  return factor.mmul(factor.transpose()).add(Matrix.eye(dim).mul(0.3));
}
