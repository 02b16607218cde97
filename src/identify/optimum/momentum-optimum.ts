import type { HeavyBall } from "../../baseline/heavy-ball.js";
import type { SpectralInterval } from "../../baseline/spectral-interval.js";
import { HypothesisError, requireInteger } from "../../errors.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import { FilterLoss, type LeastLoss, type ResidualFamily } from "./filter-loss.js";
import { whitenedLaw } from "./whitened-law.js";

/** A method's best parameters for a law, with the loss there and how sure the search is. */
export type Tuned<P> = P & Omit<LeastLoss, "parameters">;

/** Loops beyond which the quadrature takes more than seconds. */
const MAXIMAL_LOOPS = 32;

/** Where β = v²/(1 + v²) starts. */
const MOMENTA = [0.1, 0.4, 0.9];
const STRETCHES = [0.5, 1, 1.6];

/**
 * The heavy ball of least population loss after given loops.
 *
 * Statement.    argmin over α > 0, 0 ≤ β < 1 of ℓ = scale·[E tr p(S)² + (σ²/(scale·n)) E tr S q(S)²],
 *               p_{t+1} = (1 + β − αs)p_t − βp_{t−1}, p₀ = p_{−1} = 1
 * Conventions.  acts on whitened covariates; one loop is gradient descent, β = 0
 * Accuracy.     the loss to rounding, the minimum to a gradient of 1e−12: a local minimum with the least
 *               loss among nine starts, no proof that it is global
 * Throws.       HypothesisError beyond 32 loops, or unless covariates are Gaussian and tasks fresh
 */
export function heavyBallOptimum(
  distribution: PromptDistribution,
  loops: number,
): Tuned<HeavyBall> {
  const filter = filterOf("heavyBallOptimum", distribution, loops);
  const isOneStep = loops === 1;
  const family: ResidualFamily = ([logStep, v], s) => {
    const stepSize = Math.exp(logStep!);
    const momentum = isOneStep ? 0 : v! ** 2 / (1 + v! ** 2);
    const slope = isOneStep ? 0 : (2 * v!) / (1 + v! ** 2) ** 2;
    let [before, beforeStep, beforeMomentum] = [1, 0, 0];
    let [value, byStep, byMomentum] = [1, 0, 0];
    for (let t = 0; t < loops; t++) {
      const factor = 1 + momentum - stepSize * s;
      const next = factor * value - momentum * before;
      const nextByStep = factor * byStep - momentum * beforeStep - s * value;
      const nextByMomentum = factor * byMomentum - momentum * beforeMomentum + value - before;
      [before, beforeStep, beforeMomentum] = [value, byStep, byMomentum];
      [value, byStep, byMomentum] = [next, nextByStep, nextByMomentum];
    }
    return { value, gradient: [stepSize * byStep, slope * byMomentum] };
  };
  const { parameters, ...found } = filter.least(family, startsAround(filter));
  const [logStep, v] = parameters;
  return {
    stepSize: Math.exp(logStep!),
    momentum: isOneStep ? 0 : v! ** 2 / (1 + v! ** 2),
    ...found,
  };
}

/**
 * The spectral interval whose Chebyshev semi-iteration has the least population loss after given loops.
 *
 * Statement.    argmin over 0 < lower < upper of the loss of p(s) = T_L((θ − s)/δ)/T_L(θ/δ)
 * Conventions.  acts on whitened covariates; one loop is gradient descent with step 1/θ, whatever δ
 * Accuracy.     as heavyBallOptimum
 * Throws.       as heavyBallOptimum
 */
export function chebyshevOptimum(
  distribution: PromptDistribution,
  loops: number,
): Tuned<SpectralInterval> {
  const filter = filterOf("chebyshevOptimum", distribution, loops);
  // In c = 1/θ and r = (δ/θ)²: p_t of the recurrence T_{t+1}(x) = 2xT_t(x) − T_{t−1}(x), both sides
  // divided by the powers of δ/θ that would overflow as δ → 0.
  const family: ResidualFamily = ([logStep, v], s) => {
    const stepSize = Math.exp(logStep!);
    const squared = v! ** 2 / (1 + v! ** 2);
    const slope = (2 * v!) / (1 + v! ** 2) ** 2;
    const above = scaledChebyshev(1 - stepSize * s, squared, loops);
    const below = scaledChebyshev(1, squared, loops);
    const value = above.value / below.value;
    return {
      value,
      gradient: [
        (-stepSize * s * above.byPoint) / below.value,
        (slope * (above.bySquare - value * below.bySquare)) / below.value,
      ],
    };
  };
  const { parameters, ...found } = filter.least(family, startsAround(filter));
  const [logStep, v] = parameters;
  const centre = Math.exp(-logStep!);
  // Equal ends would be no interval; below a millionth their distance changes no prediction.
  const radius = centre * Math.max(Math.sqrt(v! ** 2 / (1 + v! ** 2)), 1e-6);
  return { lower: centre - radius, upper: centre + radius, ...found };
}

/** u_t = ρ^t T_t(x/ρ) with r = ρ²: u_{t+1} = 2x u_t − r u_{t−1}, with derivatives in x and r. */
function scaledChebyshev(x: number, r: number, degree: number) {
  let [before, beforeByPoint, beforeBySquare] = [1, 0, 0];
  let [value, byPoint, bySquare] = [x, 1, 0];
  for (let t = 1; t < degree; t++) {
    const next = 2 * x * value - r * before;
    const nextByPoint = 2 * x * byPoint + 2 * value - r * beforeByPoint;
    const nextBySquare = 2 * x * bySquare - r * beforeBySquare - before;
    [before, beforeByPoint, beforeBySquare] = [value, byPoint, bySquare];
    [value, byPoint, bySquare] = [next, nextByPoint, nextBySquare];
  }
  return { value, byPoint, bySquare };
}

function filterOf(where: string, distribution: PromptDistribution, loops: number): FilterLoss {
  requireInteger(where, "loops", loops);
  if (loops > MAXIMAL_LOOPS) {
    throw new HypothesisError(`${where}: the search reaches ${MAXIMAL_LOOPS} loops, got ${loops}`);
  }
  return FilterLoss.of(whitenedLaw(where, distribution), loops);
}

/** Steps around the inverse of the window's middle, each with every start of v. */
function startsAround({ window }: FilterLoss): number[][] {
  const middle = 2 / (window.lower + window.upper);
  return STRETCHES.flatMap((stretch) => MOMENTA.map((v) => [Math.log(stretch * middle), v]));
}
