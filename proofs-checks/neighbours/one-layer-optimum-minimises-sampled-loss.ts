import { inverse } from "ml-matrix";
import { defineClaim } from "../../src/claim/claim.js";
import { sampledMeasurement, sampleMeans } from "../../src/claim/sample-mean.js";
import { gramSensitivity } from "../../src/model/gram-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { Matrix, symmetricFunction } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import { gramPromptSampler } from "../../src/prompt/gram-prompt.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import { Stream } from "../../src/random/stream.js";
import { oneLayerOptimum } from "../../src/theory/one-layer.js";

interface Setting {
  readonly distribution: PromptDistribution;
  readonly prompts: number;
}

/**
 * The closed-form one-layer optimum minimises the model's loss on prompts, whatever Σ, Ω and σ².
 *
 * Statement.    A* = ((1 + 1/n)Σ + ((tr(ΩΣ) + σ²)/n) Ω⁻¹)⁻¹
 * Conventions.  L = 1, u = 0, 1/n in the layer; noisy context labels, noiseless target
 * Accuracy.     5 standard errors. Estimator: one loop with A = I has the sensitivity g = ∂ŷ/∂x_q, with
 *               A it has Aᵀg, so the loss E‖Aᵀg − w‖²_Σ is least at A = E[g gᵀ]⁻¹ E[g wᵀ]: the least-
 *               squares regression of w on g over prompts, its standard errors robust to unequal
 *               variances (White 1980). Its bias is of order 1/prompts, far inside the budget.
 * Source.       Ω = I: Ahn, Cheng, Daneshmand, Sra 2023, Theorem 1, and Zhang, Frei, Bartlett 2024;
 *               Ω = Σ⁻¹: Mahankali, Hashimoto, Ma 2024; any Ω: derived here
 */
export const oneLayerOptimumMinimisesSampledLoss = defineClaim<Setting>({
  id: "one-layer-optimum-minimises-sampled-loss",
  title: "The one-layer optimum for any covariance, task prior and noise",
  statement:
    "A^* = \\left((1+\\tfrac1n)\\Sigma + \\tfrac{\\operatorname{tr}(\\Omega\\Sigma)+\\sigma^2}{n}\\,\\Omega^{-1}\\right)^{-1}",
  source:
    "Ahn et al. 2023, Theorem 1; Zhang et al. 2024; Mahankali et al. 2024; any Ω derived here",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [
      point("inverse", 2, 6, 0),
      point("identity", 2, 6, 0),
      point("random", 2, 6, 0),
      point("inverse", 3, 2, 0),
      point("identity", 2, 12, 2),
      point("random", 3, 8, 4),
    ],
    thorough: [
      point("random", 5, 20, 0.5, 200_000),
      point("inverse", 5, 3, 1, 200_000),
      point("identity", 5, 3, 0, 200_000),
    ],
  },
  predicted: ({ distribution }) => oneLayerOptimum(distribution).preconditioner.to1DArray(),
  measured: ({ distribution, prompts }, stream) =>
    sampledMeasurement(regressTaskOnSensitivity(distribution, prompts, stream)),
  rivals: {
    "1 for 1 + 1/n": ({ distribution }) => variant(distribution, { perExample: 0 }),
    "1/(n+1) for 1/n": ({ distribution }) =>
      variant(distribution, { contextLength: distribution.contextLength + 1 }),
    "σ² dropped": ({ distribution }) => variant(distribution, { noiseVariance: 0 }),
    "tr Ω for tr(ΩΣ)": ({ distribution }) =>
      variant(distribution, { signal: distribution.taskCovariance.trace() }),
    "Ω for Ω⁻¹": ({ distribution }) => variant(distribution, { inverseTask: "Ω" }),
    "b*Σ⁻¹ whatever the prior": ({ distribution }) =>
      oneLayerOptimum({
        covariance: distribution.covariance,
        contextLength: distribution.contextLength,
        noiseVariance: distribution.noiseVariance,
      }).preconditioner.to1DArray(),
  },
});

function point(
  prior: "inverse" | "identity" | "random",
  dim: number,
  contextLength: number,
  noiseVariance: number,
  prompts = 20_000,
) {
  // The laws are part of the grid, not of the run: drawn once, from a seed of their own.
  const laws = Stream.fromSeed(5).split(dim);
  const covariance = conditionedCovariance(dim, 6, laws.split("covariance"));
  const taskCovariance =
    prior === "identity"
      ? Matrix.eye(dim)
      : prior === "inverse"
        ? symmetricFunction(covariance, (value) => 1 / value)
        : conditionedCovariance(dim, 4, laws.split("tasks"));
  const distribution = promptDistribution({
    dim,
    contextLength,
    covariance,
    taskCovariance,
    noiseVariance,
  });
  return {
    name: `Ω ${prior} d=${dim} n=${contextLength} σ²=${noiseVariance} κ(Σ)=6`,
    setting: { distribution, prompts },
  };
}

/** The closed form written out with some of its terms replaced. */
function variant(
  { covariance, taskCovariance, contextLength, noiseVariance }: PromptDistribution,
  change: {
    readonly contextLength?: number;
    readonly perExample?: number;
    readonly noiseVariance?: number;
    readonly signal?: number;
    readonly inverseTask?: "Ω";
  },
): number[] {
  const n = change.contextLength ?? contextLength;
  const perExample = change.perExample ?? 1 / n;
  const signal = change.signal ?? taskCovariance.mmul(covariance).trace();
  const ridge = (signal + (change.noiseVariance ?? noiseVariance)) / n;
  const prior = change.inverseTask === "Ω" ? taskCovariance.clone() : inverse(taskCovariance);
  const scaled = covariance.clone().mul(1 + perExample);
  return inverse(Matrix.add(scaled, prior.mul(ridge))).to1DArray();
}

/** Row-major entries of the regression matrix, with sandwich standard errors. */
function regressTaskOnSensitivity(
  distribution: PromptDistribution,
  prompts: number,
  stream: Stream,
) {
  const { dim } = distribution;
  const sample = gramPromptSampler(distribution);
  const sensitivity = gramSensitivity(layersOf(restrictedWeights(Matrix.eye(dim)), 1));
  const draws = Array.from({ length: prompts }, (_, index) => {
    const prompt = sample(stream.split("prompts").split(index));
    return { g: sensitivity(prompt), w: prompt.task };
  });
  const square = Matrix.zeros(dim, dim);
  const cross = Matrix.zeros(dim, dim);
  for (const { g, w } of draws) {
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++) {
        square.set(i, j, square.get(i, j) + g[i]! * g[j]!);
        cross.set(i, j, cross.get(i, j) + g[i]! * w[j]!);
      }
    }
  }
  const inverseSquare = inverse(square.mul(1 / prompts));
  const estimate = inverseSquare.mmul(cross.mul(1 / prompts));
  const influences = sampleMeans(prompts, (index) => {
    const { g, w } = draws[index]!;
    const column = Matrix.columnVector([...g]);
    const residual = Matrix.rowVector([...w]).sub(column.transpose().mmul(estimate));
    return inverseSquare.mmul(column).mmul(residual).to1DArray();
  });
  return { ...influences, means: estimate.to1DArray() };
}
