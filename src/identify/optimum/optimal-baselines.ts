import { chebyshevIterates } from "../../baseline/chebyshev.js";
import { conjugateGradientIterates } from "../../baseline/conjugate-gradient.js";
import { gdPlusPlusIterates } from "../../baseline/gd-plus-plus.js";
import { gradientDescentIterates } from "../../baseline/gradient-descent.js";
import { heavyBallIterates } from "../../baseline/heavy-ball.js";
import { newtonSchulzIterates } from "../../baseline/newton-schulz.js";
import { untiedDescentIterates } from "../../baseline/untied-descent.js";
import { HypothesisError, requireInteger } from "../../errors.js";
import { symmetricFunction } from "../../numeric/matrix.js";
import { gramPromptSampler } from "../../prompt/gram-prompt.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import type { Stream } from "../../random/stream.js";
import { gdPlusPlusOptimum } from "../../theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { isotropicOptimum } from "../../theory/isotropic-optimum.js";
import { type BaselineLoss, sampledLoss } from "./baseline-loss.js";
import {
  type DescentOptimum,
  plainDescentOptimum,
  preconditionedDescentOptimum,
} from "./descent-optimum.js";
import { bayesSolution, leastSquaresSolution, ridgeSolution } from "./direct-solutions.js";
import { chebyshevOptimum, heavyBallOptimum } from "./momentum-optimum.js";
import { inCoordinates, type WeightVectors } from "./prompt-coordinates.js";
import { untiedSteps } from "./untied-steps.js";
import { isMultipleOfIdentity, whitenedLaw } from "./whitened-law.js";

/** The algorithms that are held at their own optimum, by id. */
export const BASELINE_IDS = [
  "gradient-descent",
  "preconditioned-gradient-descent",
  "untied-gradient-descent",
  "heavy-ball",
  "chebyshev",
  "gd++",
  "newton-schulz",
  "conjugate-gradient",
  "ridge",
  "bayes-optimal",
  "least-squares",
] as const;

/** A baseline by the name that commands and documents give it. */
export type BaselineId = (typeof BASELINE_IDS)[number];

/** An algorithm with the parameters that are best for one prompt law and depth. */
export interface OptimalBaseline {
  readonly id: BaselineId;
  readonly parameters: Readonly<Record<string, number | readonly number[] | number[][]>>;
  readonly loss: BaselineLoss;
  /** How the parameters are known to be best. */
  readonly tuning: "proved" | "searched" | "none to tune";
  /** What the parameters were chosen from, where that is not plain. */
  readonly among?: string;
  /** Whether it has a loop: weight vectors after each; else one, the last. */
  readonly isIterative: boolean;
  /** Whether the iterates before the last are determined by the optimum. */
  readonly hasTrajectory: boolean;
  readonly weights: WeightVectors;
}

/** An algorithm whose optimum is out of reach, and why. */
export interface UnavailableBaseline {
  readonly id: BaselineId;
  readonly unavailable: string;
}

const DRAWS = 4000;

/**
 * Every classic algorithm at its own optimum: same prompts, same information, same number of loops.
 *
 * Statement.    each with the parameters of least population loss ℓ = E(ŷ − y_q)² after `loops` loops, and
 *               that loss. All know the law (Σ, Ω, σ², n): what iterates works on whitened covariates
 *               Σ^{−1/2}x, except gradient-descent, whose A is a multiple of I
 * Conventions.  ridge penalises ‖w‖², bayes-optimal wᵀΩ⁻¹w; least-squares takes the minimum norm where
 *               n < d
 * Accuracy.     a loss is exact (to rounding), enclosed, or sampled with its standard error (always for
 *               conjugate-gradient); `tuning` says whether parameters are proved or searched optima
 * Throws.       ArgumentError for bad loops; HypothesisError unless covariates are Gaussian and tasks fresh
 */
export function optimalBaselines(
  distribution: PromptDistribution,
  options: { readonly loops: number; readonly stream: Stream; readonly draws?: number },
): (OptimalBaseline | UnavailableBaseline)[] {
  const where = "optimalBaselines";
  const { loops, stream, draws = DRAWS } = options;
  requireInteger(where, "loops", loops);
  requireInteger(where, "draws", draws, 2);
  const { setting, scale } = whitenedLaw(where, distribution);
  const { covariance } = distribution;
  const isWhite = isMultipleOfIdentity(covariance) && Math.abs(covariance.get(0, 0) - 1) < 1e-12;
  const whitening = symmetricFunction(covariance, (value) => 1 / Math.sqrt(value));
  const whitened = (method: WeightVectors) => (isWhite ? method : inCoordinates(whitening, method));
  const sampling = (id: BaselineId) => ({ draws, stream: stream.split(id) });
  const loopedTraits = { isIterative: true, hasTrajectory: true } as const;
  const descent = ({ preconditioner, loss, method, among }: DescentOptimum) => ({
    ...loopedTraits,
    parameters: isMultipleOfIdentity(preconditioner)
      ? { stepSize: preconditioner.get(0, 0) }
      : { preconditioner: preconditioner.to2DArray() },
    loss: exactly(loss),
    tuning: method,
    among,
    weights: (prompt: Parameters<WeightVectors>[0]) =>
      gradientDescentIterates(preconditioner, prompt, loops),
  });
  const direct = { isIterative: false, hasTrajectory: false } as const;
  const makers: Record<BaselineId, () => Omit<OptimalBaseline, "id">> = {
    "gradient-descent": () => descent(plainDescentOptimum(distribution, loops)),
    "preconditioned-gradient-descent": () =>
      descent(
        preconditionedDescentOptimum(distribution, loops, stream.split("preconditioned descent")),
      ),
    "untied-gradient-descent": () => {
      const { stepSizes, loss, method } = untiedSteps(distribution, loops);
      return {
        ...{ isIterative: true, hasTrajectory: loops === 1, parameters: { stepSizes } },
        ...{ loss: exactly(loss), tuning: method === "exact" ? "proved" : "searched" },
        weights: whitened((prompt) => untiedDescentIterates(stepSizes, prompt)),
      };
    },
    "heavy-ball": () => {
      const { stepSize, momentum, loss } = heavyBallOptimum(distribution, loops);
      return {
        ...loopedTraits,
        ...{ parameters: { stepSize, momentum }, loss: exactly(loss), tuning: "searched" },
        weights: whitened((prompt) => heavyBallIterates({ stepSize, momentum }, prompt, loops)),
      };
    },
    chebyshev: () => {
      const { lower, upper, loss } = chebyshevOptimum(distribution, loops);
      return {
        ...loopedTraits,
        ...{ parameters: { lower, upper }, loss: exactly(loss), tuning: "searched" },
        weights: whitened((prompt) => chebyshevIterates({ lower, upper }, prompt, loops)),
      };
    },
    "gd++": () => {
      const { layers, loss } = gdPlusPlusOptimum({ ...setting, loops });
      return {
        ...loopedTraits,
        ...{ parameters: { ...layers[0]! }, loss: exactly(scale * loss), tuning: "searched" },
        weights: whitened((prompt) => gdPlusPlusIterates(layers, prompt)),
      };
    },
    "newton-schulz": () => {
      if (loops > MAXIMAL_DOUBLINGS) {
        throw new HypothesisError(
          `${where}: 2^L gradient steps are within reach up to ${MAXIMAL_DOUBLINGS} loops, got ${loops}`,
        );
      }
      const optimum = isotropicOptimum({ ...setting, loops: 2 ** loops, digits: 20 });
      const stepSize = optimum.stepSize.toNumber();
      return {
        ...{ ...loopedTraits, parameters: { stepSize }, tuning: "proved" },
        loss: exactly(scale * optimum.loss.toNumber()),
        weights: whitened((prompt) => newtonSchulzIterates(stepSize, prompt, loops)),
      };
    },
    "conjugate-gradient": () => {
      const weights = whitened((prompt) => conjugateGradientIterates(prompt, loops));
      const draw = gramPromptSampler(distribution);
      const { stream: own } = sampling("conjugate-gradient");
      const { dim } = distribution;
      const loss = sampledLoss(draws, (index) => {
        const prompt = draw(own.split(index));
        const error = weights(prompt)
          .subarray((loops - 1) * dim)
          .map((entry, i) => entry - prompt.task[i]!);
        // x_q integrated out: (ŵ − w)ᵀΣ(ŵ − w).
        return error.reduce(
          (sum, a, i) => sum + a * error.reduce((row, b, j) => row + b * covariance.get(i, j), 0),
          0,
        );
      });
      return { ...loopedTraits, parameters: {}, loss, tuning: "none to tune", weights };
    },
    ridge: () => {
      const solution = ridgeSolution(distribution, sampling("ridge"));
      const isBayes = isMultipleOfIdentity(distribution.taskCovariance);
      const isInterpolating = solution.parameters.penalty === 0;
      return {
        ...{ ...direct, ...solution, tuning: isBayes || isInterpolating ? "proved" : "searched" },
      };
    },
    "bayes-optimal": () => ({
      ...{ ...direct, ...bayesSolution(distribution, sampling("bayes-optimal")), tuning: "proved" },
    }),
    "least-squares": () => ({
      ...direct,
      ...leastSquaresSolution(distribution, sampling("least-squares")),
      tuning: "none to tune",
    }),
  };
  return BASELINE_IDS.map((id) => orUnavailable(id, makers[id]));
}

/** Loops of Newton–Schulz whose 2^L gradient steps the exact moments reach in a second. */
const MAXIMAL_DOUBLINGS = 7;

function exactly(value: number): BaselineLoss {
  return { value, method: "exact" };
}

function orUnavailable(
  id: BaselineId,
  make: () => Omit<OptimalBaseline, "id">,
): OptimalBaseline | UnavailableBaseline {
  try {
    return { id, ...make() };
  } catch (error) {
    if (error instanceof HypothesisError) return { id, unavailable: error.message };
    throw error;
  }
}

/** Those whose optimum is within reach. */
export function availableBaselines(
  baselines: readonly (OptimalBaseline | UnavailableBaseline)[],
): OptimalBaseline[] {
  return baselines.filter((baseline): baseline is OptimalBaseline => "weights" in baseline);
}
