import { defineClaim } from "../../src/claim/claim.js";
import { sampledMeasurement, sampleMeans } from "../../src/claim/sample-mean.js";
import { NumericalError } from "../../src/errors.js";
import { packWeights } from "../../src/model/model-shape.js";
import { promptDistribution } from "../../src/prompt/prompt-distribution.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { trainInContext } from "../../src/training/train-in-context.js";
import type { TrainingRun } from "../../src/training/training-run.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  readonly runs: number;
  readonly steps: number;
  readonly batch: number;
}

/**
 * Training the looped model with fewer examples than dimensions ends at b*Σ⁻¹ and u = 0.
 *
 * Statement.    (A, u) → (b*Σ⁻¹, 0) for n < d
 * Conventions.  Σ = Ω = I, no noise; Adam on the mean squared error of fresh token prompts, a cosine
 *               schedule to 0: the training knows neither the closed form nor the exact loss
 * Hypotheses.   n < d
 * Accuracy.     components tr A/d, A₁₁ − A_dd, mean entry of A off the diagonal, mean entry of u: what a
 *               multiple of I fixes; 5 standard errors of the mean over independent runs
 * Source.       observed by Gatmiry et al. 2024 (d = 10); the limit named here exactly
 */
export const trainingReachesIsotropicForShortContexts = defineClaim<Setting>({
  id: "training-reaches-isotropic-for-short-contexts",
  title: "Training with n < d ends at the best multiple of Σ⁻¹",
  statement: "(A, u) \\to (b^*\\Sigma^{-1}, 0), \\quad n < d",
  source: "Gatmiry et al. 2024, experiments",
  kind: "equality",
  hypotheses: { "n < d": ({ dim, contextLength }) => contextLength < dim },
  grid: {
    quick: [point(8, 6, 2, { runs: 8, steps: 80, batch: 320 })],
    thorough: [
      // So many runs that their mean is close to normal, as five standard errors take it to be.
      point(5, 3, 2, { runs: 24, steps: 600, batch: 1024 }),
      point(3, 2, 3, { runs: 24, steps: 600, batch: 1024 }),
    ],
  },
  predicted: (setting) => isotropic(stepOf(setting)),
  measured: async (setting, stream) => {
    const { dim, contextLength, loops, runs, steps, batch } = setting;
    const trained: TrainingRun[] = [];
    for (let index = 0; index < runs; index++) {
      const run = await trainInContext({
        distribution: promptDistribution({ dim, contextLength }),
        shape: { family: "restricted", dim, layers: 1, loops },
        // The token-level model: the kernel trains its Gram form.
        engine: "tfjs",
        steps,
        batch,
        learningRate: 0.05,
        stream: stream.split("runs").split(index),
      });
      if (run.status !== "max-steps") {
        throw new NumericalError(`training run ${index} ended early: ${run.status}`);
      }
      trained.push(run);
    }
    const means = sampleMeans(runs, (index) =>
      summaryOf(dim, packWeights(trained[index]!.weights)),
    );
    return { ...sampledMeasurement(means), training: trained[0]! };
  },
  rivals: {
    "the one-layer step n/(n+d+1)": ({ dim, contextLength }) =>
      isotropic(contextLength / (contextLength + dim + 1)),
    "a full step": () => isotropic(1),
    "n + 1 for n": (setting) =>
      isotropic(stepOf({ ...setting, contextLength: setting.contextLength + 1 })),
    "d − n directions left at 0": (setting) => {
      const { dim, contextLength } = setting;
      return [(stepOf(setting) * contextLength) / dim, stepOf(setting), 0, 0];
    },
    "1.0499 b*": (setting) => isotropic(1.0499 * stepOf(setting)),
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  size: { readonly runs: number; readonly steps: number; readonly batch: number },
) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops}`,
    setting: { dim, contextLength, loops, ...size },
  };
}

function stepOf({ dim, contextLength, loops }: Setting): number {
  return isotropicOptimum({ dim, contextLength, loops }).stepSize.toNumber();
}

/** The components of (bI, 0). */
function isotropic(stepSize: number): number[] {
  return [stepSize, 0, 0, 0];
}

/** The components of packed weights: A row-major, then u. */
function summaryOf(dim: number, packed: Float64Array): number[] {
  const size = dim * dim;
  let [trace, offDiagonal, readIn] = [0, 0, 0];
  packed.forEach((entry, k) => {
    if (k >= size) readIn += entry;
    else if (k % (dim + 1) === 0) trace += entry;
    else offDiagonal += entry;
  });
  return [trace / dim, packed[0]! - packed[size - 1]!, offDiagonal / (size - dim), readIn / dim];
}
