import { solve } from "ml-matrix";
import { expect, test } from "vitest";
import { drawMatrix } from "../../proofs-checks/draw-weights.js";
import { bestKeyQuery, fullLayerLoss } from "../../proofs-checks/full-one-layer-loss.js";
import { sampleMeans } from "../../src/claim/sample-mean.js";
import { gramSensitivity } from "../../src/model/gram-forward.js";
import { Matrix, matrixFrom } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { oneLayerLoss } from "../../src/theory/one-layer.js";
import { testStream } from "../seed.js";

const stream = testStream("full-one-layer-loss");
const dim = 3;
const law = promptDistribution({
  dim,
  contextLength: 30,
  covariance: conditionedCovariance(dim, 2, stream.split("covariance")),
  taskCovariance: conditionedCovariance(dim, 2, stream.split("tasks")),
  noiseVariance: 0.3,
});
const readOut = matrixFrom(dim + 1, 1, [0.8, -0.6, 0.5, 0.9]);
const keyQuery = drawMatrix(dim + 1, 0.15, stream.split("q")).subMatrix(0, dim, 0, dim - 1);

test("equals the model's sampled loss", () => {
  const value = drawMatrix(dim + 1, 0.5, stream.split("p"));
  value.setRow(dim, readOut.transpose());
  const full = drawMatrix(dim + 1, 0.5, stream.split("q₂"));
  full.setSubMatrix(keyQuery, 0, 0);
  const sensitivity = gramSensitivity([{ value, keyQuery: full }]);
  const sample = gramPromptSampler(law);
  const { means, standardErrors } = sampleMeans(24_000, (index) => {
    const prompt = sample(stream.split("prompts").split(index));
    // The mean over x_q by hand: ‖∂ŷ/∂x_q − w‖²_Σ.
    const gap = Matrix.columnVector(sensitivity(prompt).map((g, i) => g - prompt.task[i]!));
    return [gap.transpose().mmul(law.covariance).mmul(gap).get(0, 0)];
  });
  const { loss } = fullLayerLoss(law, readOut, keyQuery);
  expect(Math.abs(means[0]! - loss)).toBeLessThan(5 * standardErrors[0]!);
  // The edge of P alone moves the loss by far more than the budget.
  const without = matrixFrom(dim + 1, 1, [0, 0, 0, 0.9]);
  const moved = fullLayerLoss(law, without, keyQuery).loss - loss;
  expect(Math.abs(moved)).toBeGreaterThan(6 * standardErrors[0]!);
});

test("on restricted layers it is oneLayerLoss", () => {
  const preconditioner = drawMatrix(dim, 0.5, stream.split("a"));
  const restricted = Matrix.zeros(dim + 1, dim);
  restricted.setSubMatrix(Matrix.mul(preconditioner, -1), 0, 0);
  const { loss } = fullLayerLoss(law, matrixFrom(dim + 1, 1, [0, 0, 0, 1]), restricted);
  expect(loss).toBeCloseTo(oneLayerLoss(preconditioner, law), 11);
});

test("the gradient is that of the loss, by central differences", () => {
  const { readOut: atReadOut, keyQuery: atKeyQuery } = fullLayerLoss(law, readOut, keyQuery);
  const h = 1e-4;
  const slope = (change: (step: number) => [Matrix, Matrix]) =>
    (fullLayerLoss(law, ...change(h)).loss - fullLayerLoss(law, ...change(-h)).loss) / (2 * h);
  const moved = (matrix: Matrix, i: number, j: number, step: number) =>
    matrix.clone().set(i, j, matrix.get(i, j) + step);
  for (let i = 0; i <= dim; i++) {
    const along = slope((step) => [moved(readOut, i, 0, step), keyQuery]);
    expect(along).toBeCloseTo(atReadOut.get(i, 0), 6);
    for (let j = 0; j < dim; j++) {
      const alongC = slope((step) => [readOut, moved(keyQuery, i, j, step)]);
      expect(alongC).toBeCloseTo(atKeyQuery.get(i, j), 6);
    }
  }
});

test("the best C has no gradient, and its loss", () => {
  const best = bestKeyQuery(law, readOut, solve);
  const at = fullLayerLoss(law, readOut, best.keyQuery);
  expect(at.loss).toBeCloseTo(best.loss, 11);
  expect(at.keyQuery.norm()).toBeLessThan(1e-11);
});
