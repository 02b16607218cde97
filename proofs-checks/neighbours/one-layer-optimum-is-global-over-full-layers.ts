import { inverse, solve } from "ml-matrix";
import { defineClaim } from "../../src/claim/claim.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { conditionedCovariance } from "../../src/prompt/covariance-family.js";
import {
  type PromptDistribution,
  promptDistribution,
} from "../../src/prompt/prompt-distribution.js";
import { Stream } from "../../src/random/stream.js";
import { oneLayerLoss, oneLayerOptimum } from "../../src/theory/one-layer.js";
import { bestKeyQuery } from "../full-one-layer-loss.js";

const DIRECTIONS = 300;
/** Rounding of a loss of order 1 whose normal equations have a condition number up to 1e4. */
const ROUNDING = 1e-11;

/**
 * No full layer (P, Q) beats the one-layer optimum of the restricted family.
 *
 * Statement.    ℓ(P, Q) ≥ ℓ(A*), A* = ((1 + 1/n)Σ + ((tr ΩΣ + σ²)/n)Ω⁻¹)⁻¹, for every P and Q
 * Conventions.  of P only the last row b = (β, τ) reaches the output, of Q only its first d columns;
 *               no ½; the loss depends on b's direction alone once Q is the best for it
 * Accuracy.     measured: for 300 drawn b, ‖β‖/τ from 1e−2 to 1e2, and for τ = 0, the loss of the best Q,
 *               found by solving its normal equations, not by descent; budget: rounding. Predicted
 *               by the closed form for A alone. The isotropic case is decided for all P, Q at once by
 *               full-layer-minimiser-is-unique-up-to-gauge
 * Source.       Ω = I, σ² = 0: Ahn, Cheng, Daneshmand, Sra 2023, Theorem 1; any Ω, σ²: observed here
 */
export const oneLayerOptimumIsGlobalOverFullLayers = defineClaim<PromptDistribution>({
  id: "one-layer-optimum-is-global-over-full-layers",
  title: "The one-layer optimum is the best of all full layers",
  statement: "\\ell(P,Q) \\ge \\ell(A^*) \\quad \\text{for all } P, Q",
  source: "Ahn, Cheng, Daneshmand, Sra 2023, Theorem 1; any Ω and σ² observed here",
  kind: "lower-bound",
  hypotheses: {
    "d ≥ 2: for d = 1 some directions attain the minimum": ({ dim }) => dim >= 2,
  },
  grid: {
    quick: [
      point("identity", 2, 4, 0),
      point("identity", 3, 20, 0),
      point("identity", 5, 3, 0),
      point("inverse", 3, 8, 0.5),
      point("random", 4, 12, 2),
    ],
    thorough: [point("identity", 10, 20, 0), point("random", 10, 5, 1)],
  },
  predicted: (law) => new Array(DIRECTIONS).fill(oneLayerOptimum(law).loss),
  measured: (law, stream) => {
    const { dim } = law;
    const value = Array.from({ length: DIRECTIONS }, (_, index) => {
      const own = stream.split("directions").split(index);
      const size = 10 ** (4 * own.uniform() - 2) / Math.sqrt(dim);
      const beta = [...own.normals(dim)].map((entry) => entry * size);
      const readOut = Matrix.columnVector([...beta, index === 0 ? 0 : 1]);
      return bestKeyQuery(law, readOut, solve).loss;
    });
    return { value, errorBudget: ROUNDING, method: "certified" };
  },
  rivals: {
    "least squares, A = Σ⁻¹": (law) => lossOf(law, inverse(law.covariance)),
    "1 for 1 + 1/n": (law) => {
      const ridge =
        (law.taskCovariance.mmul(law.covariance).trace() + law.noiseVariance) / law.contextLength;
      return lossOf(
        law,
        inverse(Matrix.add(law.covariance, inverse(law.taskCovariance).mul(ridge))),
      );
    },
    "n − 1 for n": (law) => {
      const { loss } = oneLayerOptimum({ ...law, contextLength: law.contextLength - 1 });
      return new Array(DIRECTIONS).fill(loss);
    },
  },
});

function point(
  prior: "inverse" | "identity" | "random",
  dim: number,
  contextLength: number,
  noiseVariance: number,
) {
  // The laws are part of the grid, not of the run: drawn once, from a seed of their own.
  const laws = Stream.fromSeed(5).split(dim);
  const covariance = conditionedCovariance(dim, 6, laws.split("covariance"));
  const priors = {
    identity: () => Matrix.eye(dim),
    inverse: () => undefined,
    random: () => conditionedCovariance(dim, 4, laws.split("tasks")),
  };
  const taskCovariance = priors[prior]();
  const setting = promptDistribution({
    dim,
    contextLength,
    covariance,
    noiseVariance,
    ...(taskCovariance === undefined ? {} : { taskCovariance }),
  });
  return { name: `Ω ${prior} d=${dim} n=${contextLength} σ²=${noiseVariance} κ(Σ)=6`, setting };
}

function lossOf(law: PromptDistribution, preconditioner: Matrix): number[] {
  return new Array(DIRECTIONS).fill(oneLayerLoss(preconditioner, law));
}
