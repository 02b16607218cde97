import { tokenPredictions } from "../../../src/model/token-forward.js";
import type { AttentionLayer } from "../../../src/model/weights.js";
import { Matrix, symmetricEigen } from "../../../src/numeric/matrix.js";

/** Gauss–Hermite rule of N(0, 1): exact to degree 2·count − 1 (Golub, Welsch 1969). */
function gaussHermite(count: number): { place: number; weight: number }[] {
  const jacobi = Matrix.zeros(count, count);
  for (let k = 1; k < count; k++) {
    jacobi.set(k, k - 1, Math.sqrt(k)).set(k - 1, k, Math.sqrt(k));
  }
  const { values, vectors } = symmetricEigen(jacobi);
  return values.map((place, i) => ({ place, weight: vectors.get(0, i) ** 2 }));
}

/**
 * E(ŷ − y_q)² by a Gauss product rule over every Gaussian number of a prompt and the model's own
 * forward pass on tokens: for Σ = factor·factorᵀ and w = prior·N(0, I). Exact to rounding where the
 * squared error has degree < 2·nodes in each number.
 */
export function quadratureLoss(
  layers: readonly AttentionLayer[],
  law: {
    readonly contextLength: number;
    readonly factor: Matrix;
    readonly prior: Matrix;
    readonly noise: number;
  },
  nodes: number,
  noiseNodes = nodes,
): number {
  const { contextLength, factor, prior, noise } = law;
  const dim = factor.rows;
  const rules = [gaussHermite(nodes), gaussHermite(noiseNodes)] as const;
  const labels = noise > 0 ? contextLength : 0;
  const count = dim * contextLength + dim + labels;
  const lossAt = (numbers: readonly number[]): number => {
    const slice = (from: number) => Matrix.columnVector(numbers.slice(from, from + dim));
    const task = prior.mmul(slice(dim * contextLength));
    const tokens = Matrix.zeros(dim + 1, contextLength + 1);
    for (let i = 0; i < contextLength; i++) {
      const covariate = factor.mmul(slice(i * dim));
      const error = labels > 0 ? noise * numbers[dim * contextLength + dim + i]! : 0;
      const label = task.dot(covariate) + error;
      tokens.setSubMatrix(covariate, 0, i).set(dim, i, label);
    }
    // The error is linear in the query: the columns of the factor carry its second moment.
    let sum = 0;
    for (let j = 0; j < dim; j++) {
      const query = factor.getColumnVector(j);
      tokens.setSubMatrix(query, 0, contextLength);
      const prompt = { dim, contextLength, tokens: Float64Array.from(tokens.to1DArray()) };
      const predictions = tokenPredictions(
        layers,
        prompt as Parameters<typeof tokenPredictions>[1],
      );
      sum += (predictions.at(-1)! - task.dot(query)) ** 2;
    }
    return sum;
  };
  const integrate = (numbers: number[], weight: number): number => {
    if (numbers.length === count) return weight * lossAt(numbers);
    const isLabel = numbers.length >= dim * contextLength + dim;
    return rules[isLabel ? 1 : 0].reduce(
      (sum, node) => sum + integrate([...numbers, node.place], weight * node.weight),
      0,
    );
  };
  return integrate([], 1);
}
