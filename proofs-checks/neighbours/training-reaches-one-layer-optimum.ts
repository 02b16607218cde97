import { inverse } from "ml-matrix";
import { defineClaim } from "../../src/claim/claim.js";
import { sampledMeasurement, sampleMeans } from "../../src/claim/sample-mean.js";
import { NumericalError } from "../../src/errors.js";
import { packWeights } from "../../src/model/model-shape.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { diagonalCovariance } from "../../src/prompt/covariance-family.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import { oneLayerOptimum } from "../../src/theory/one-layer.js";
import { trainInContext } from "../../src/training/train-in-context.js";
import type { TrainingRun } from "../../src/training/training-run.js";

interface Setting {
  readonly distribution: PromptDistribution;
  readonly runs: number;
  readonly steps: number;
  readonly batch: number;
}

/**
 * Training the token-level model ends at the closed-form one-layer optimum.
 *
 * Statement.    (A, u) → (A*, 0), A* = ((1 + 1/n)Σ + ((tr(ΩΣ) + σ²)/n) Ω⁻¹)⁻¹
 * Conventions.  L = 1, restricted family; Adam on the mean squared error of fresh token prompts, a
 *               cosine schedule to 0: the training knows neither the closed form nor the exact loss
 * Accuracy.     entries of A, then of u; 5 standard errors of the mean over independent runs, each with
 *               its own random start and prompts
 * Source.       global minimum: Ahn, Cheng, Daneshmand, Sra 2023, Theorem 1; gradient flow reaches it:
 *               Zhang, Frei, Bartlett 2024; any Ω: derived here
 */
export const trainingReachesOneLayerOptimum = defineClaim<Setting>({
  id: "training-reaches-one-layer-optimum",
  title: "Training reaches the one-layer optimum",
  statement:
    "(A, u) \\to (A^*, 0), \\quad A^* = \\left((1+\\tfrac1n)\\Sigma + \\tfrac{\\operatorname{tr}(\\Omega\\Sigma)+\\sigma^2}{n}\\,\\Omega^{-1}\\right)^{-1}",
  source: "Ahn et al. 2023, Theorem 1; Zhang et al. 2024",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [point([1.5, 0.6], 4, 0.25, { runs: 8, steps: 200, batch: 512 })],
    thorough: [
      point([1, 1, 0.25, 0.0625, 1], 20, 0, { runs: 8, steps: 1500, batch: 512 }),
      point([2, 1, 0.5], 2, 0, { runs: 8, steps: 600, batch: 1024 }),
    ],
  },
  predicted: ({ distribution }) => weightsOf(oneLayerOptimum(distribution).preconditioner),
  measured: async (setting, stream) => {
    const { distribution, runs, steps, batch } = setting;
    const { loss: referenceLoss } = oneLayerOptimum(distribution);
    const trained: TrainingRun[] = [];
    for (let index = 0; index < runs; index++) {
      const run = await trainInContext({
        distribution,
        shape: { family: "restricted", dim: distribution.dim, layers: 1, loops: 1 },
        steps,
        batch,
        learningRate: 0.05,
        // Tokens through attention: the fused kernel knows the Gram form, which is theory.
        engine: "tfjs",
        stream: stream.split("runs").split(index),
        referenceLoss,
      });
      if (run.status !== "max-steps") {
        throw new NumericalError(`training run ${index} ended early: ${run.status}`);
      }
      trained.push(run);
    }
    const means = sampleMeans(runs, (index) => packWeights(trained[index]!.weights));
    return { ...sampledMeasurement(means), training: trained[0]! };
  },
  rivals: {
    "n + 1 for n": ({ distribution }) =>
      weightsOf(
        oneLayerOptimum({ ...distribution, contextLength: distribution.contextLength + 1 })
          .preconditioner,
      ),
    "1 for 1 + 1/n": ({ distribution }) => weightsOf(withoutFluctuation(distribution)),
    "σ² dropped": ({ distribution }) =>
      weightsOf(oneLayerOptimum({ ...distribution, noiseVariance: 0 }).preconditioner),
    "least squares: A = Σ⁻¹": ({ distribution }) => weightsOf(inverse(distribution.covariance)),
  },
});

function point(
  spectrum: readonly number[],
  contextLength: number,
  noiseVariance: number,
  size: { readonly runs: number; readonly steps: number; readonly batch: number },
) {
  const dim = spectrum.length;
  const distribution = promptDistribution({
    dim,
    contextLength,
    covariance: diagonalCovariance(spectrum),
    taskCovariance: Matrix.eye(dim),
    noiseVariance,
  });
  const name = `Ω=I d=${dim} n=${contextLength} σ²=${noiseVariance} Σ=diag(${spectrum.join(",")})`;
  return { name, setting: { distribution, ...size } };
}

/** (A, 0) packed as the model packs its parameters. */
function weightsOf(preconditioner: Matrix): number[] {
  return [...preconditioner.to1DArray(), ...new Array<number>(preconditioner.rows).fill(0)];
}

/** (Σ + τ Ω⁻¹)⁻¹: the minimiser if Ŝ Ω Ŝ had mean ΣΩΣ + (tr(ΩΣ)/n) Σ. */
function withoutFluctuation(distribution: PromptDistribution): Matrix {
  const { covariance, taskCovariance, contextLength, noiseVariance } = distribution;
  const ridge = (taskCovariance.mmul(covariance).trace() + noiseVariance) / contextLength;
  return inverse(Matrix.add(covariance, inverse(taskCovariance).mul(ridge)));
}
