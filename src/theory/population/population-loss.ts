import type { Rational } from "../../numeric/rational.js";
import { ROUNDOFF } from "./circuit/float-traces.js";
import { evaluateExact } from "./evaluate-exact.js";
import { type BoundedValue, evaluateFloat } from "./evaluate-float.js";
import { type PopulationPolynomial, populationPolynomial } from "./population-polynomial.js";
import {
  type CheckedProblem,
  checkProblem,
  hasRationals,
  type PopulationSetting,
  type StackWeights,
} from "./setting.js";
import { shapeOf } from "./shape.js";

/** How a loss is evaluated. */
export interface PopulationLossOptions {
  /** Also (and only) evaluate in rational arithmetic. */
  readonly exact?: boolean;
  /** Relative error bound above which doubles give way to rationals; 1e−9 when absent. */
  readonly relativeTolerance?: number;
}

/** An exact population loss rounded to doubles. */
export interface PopulationLoss extends BoundedValue {
  /** "exact" when rational arithmetic was used and only the last rounding remains. */
  readonly method: "float" | "exact";
  /** The loss itself, when rational arithmetic was used. */
  readonly exact?: Rational;
}

/**
 * Exact population loss of a restricted linear transformer, for any preconditioners.
 *
 * Statement.    ℓ = E (ŷ − y_q)² = E tr(Ω′RRᵀ) + (σ²/n) E tr(S K Kᵀ) + E[(uᵀ(I − R̂)x_q)²],
 *               R = Π_l (I − S B_l), B = Σ^{1/2}AΣ^{1/2}, Ω′ = Σ^{1/2}ΩΣ^{1/2}, nS ~ W_d(n, I),
 *               S K = I − R and R̂ = Σ^{-1/2} R Σ^{1/2}
 * Conventions.  1/n in the layers, no factor ½, noiseless query label; A not whitened
 * Accuracy.     |value − exact| ≤ errorBound. Doubles are used while errorBound ≤
 *               relativeTolerance · |value|; otherwise, and for rational weights, rationals.
 * Throws.       ArgumentError for sizes or matrices that do not fit; HypothesisError when more
 *               layers are applied than the engine reaches: one layer 6 times (5 with a prior or
 *               read-in), several 4 times in all; symmetric preconditioners 9, 8 and 6 times
 * Source.       derived here: docs/derivation-population-loss.md
 * @example
 * populationLoss(
 *   { dim: 1, contextLength: 20 },
 *   { preconditioners: [[[Rational.of(10, 11)]]], loops: 1 },
 * ).exact?.toString()  // → "1/11"
 */
export function populationLoss(
  setting: PopulationSetting,
  weights: StackWeights,
  options: PopulationLossOptions = {},
): PopulationLoss {
  const problem = checkProblem("populationLoss", setting, weights);
  const polynomial = populationPolynomial(shapeOf("populationLoss", problem, "last"));
  return evaluateStages(polynomial, problem, options)[0]!;
}

/**
 * The exact population loss after every loop t = 0, 1, …, L of one stack of layers.
 *
 * Statement.    entry t is `populationLoss` with `loops` t; entry 0 is E y_q² = tr(ΩΣ)
 * Throws.       as populationLoss
 */
export function populationLossPerLoop(
  setting: PopulationSetting,
  weights: StackWeights,
  options: PopulationLossOptions = {},
): PopulationLoss[] {
  const problem = checkProblem("populationLossPerLoop", setting, weights);
  const shape = shapeOf("populationLossPerLoop", problem, "every-loop");
  return evaluateStages(populationPolynomial(shape), problem, options);
}

/** Whether doubles would round the weights or sizes themselves. */
export function needsRationals(problem: CheckedProblem): boolean {
  const { covariance, taskCovariance, preconditioners } = problem;
  const isRounded = hasRationals([covariance, taskCovariance, ...preconditioners]);
  return isRounded || !Number.isFinite(Number(problem.n));
}

function evaluateStages(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
  options: PopulationLossOptions,
): PopulationLoss[] {
  const { exact = false, relativeTolerance = 1e-9 } = options;
  if (!exact && !needsRationals(problem)) {
    const losses = evaluateFloat(polynomial, problem);
    // Written so that NaN and infinities, left by overflow, count as not accurate.
    const isAccurate = losses.every(
      ({ value, errorBound }) => errorBound <= relativeTolerance * Math.abs(value),
    );
    if (isAccurate) return losses.map((loss) => ({ ...loss, method: "float" }));
  }
  return evaluateExact(polynomial, problem).map((loss) => {
    const value = loss.toNumber();
    return { value, errorBound: ROUNDOFF * Math.abs(value), method: "exact", exact: loss };
  });
}
