import { ArgumentError, requireInteger, requirePositive } from "../errors.js";
import type { PromptGram } from "../prompt/gram-prompt.js";
import { leastSquaresResidual } from "./least-squares-residual.js";
import { requireSpectralInterval, type SpectralInterval } from "./spectral-interval.js";

/** α = `stepSize` and β = `momentum` of heavy-ball descent. */
export interface HeavyBall {
  readonly stepSize: number;
  readonly momentum: number;
}

/**
 * Iterates of gradient descent with Polyak's momentum on the in-context least-squares loss.
 *
 * Statement.    w_{t+1} = w_t + α(X yᵀ/n − Ŝ w_t) + β(w_t − w_{t−1}), w₀ = w_{−1} = 0
 * Shapes.       result: w₁ … w_loops, (loops, dim) row-major
 * Throws.       ArgumentError unless α > 0, 0 ≤ β < 1 and loops is a positive integer
 * Source.       Polyak 1964
 */
export function heavyBallIterates(
  { stepSize, momentum }: HeavyBall,
  prompt: PromptGram,
  loops: number,
): Float64Array {
  requirePositive("heavyBallIterates", "stepSize", stepSize);
  if (!(momentum >= 0 && momentum < 1)) {
    throw new ArgumentError("heavyBallIterates", "momentum", "at least 0 and below 1", momentum);
  }
  requireInteger("heavyBallIterates", "loops", loops);
  const { dim } = prompt;
  const iterates = new Float64Array(loops * dim);
  let weights = new Float64Array(dim);
  let step = new Float64Array(dim);
  for (let t = 0; t < loops; t++) {
    const residual = leastSquaresResidual(prompt, weights);
    step = step.map((entry, i) => momentum * entry + stepSize * residual[i]!);
    weights = weights.map((entry, i) => entry + step[i]!);
    iterates.set(weights, t * dim);
  }
  return iterates;
}

/**
 * The heavy ball of fastest asymptotic rate on a spectral interval.
 *
 * Statement.    α = 4/(√upper + √lower)², β = ((√κ − 1)/(√κ + 1))², the rate √β a step
 * Throws.       ArgumentError unless 0 < lower < upper
 * Source.       Polyak 1964
 */
export function fastestHeavyBall(interval: SpectralInterval): HeavyBall {
  requireSpectralInterval("fastestHeavyBall", interval);
  const [high, low] = [Math.sqrt(interval.upper), Math.sqrt(interval.lower)];
  return { stepSize: 4 / (high + low) ** 2, momentum: ((high - low) / (high + low)) ** 2 };
}
