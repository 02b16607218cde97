import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import { untiedOptimum } from "../../theory/polynomial-family/untied-optimum.js";
import { FilterLoss, type ResidualFamily } from "./filter-loss.js";
import { whitenedLaw } from "./whitened-law.js";

/** Step sizes of untied gradient descent, ascending, with their loss. */
export interface UntiedSteps {
  readonly stepSizes: readonly number[];
  readonly loss: number;
  /** Exact: the roots of the optimal polynomial. Searched: noise makes some of those complex. */
  readonly method: "exact" | "searched";
  /** The loss of the best polynomial, which no step sizes can beat. */
  readonly polynomialLoss: number;
}

/**
 * The untied step sizes of least population loss.
 *
 * Statement.    b_l = 1/(roots of the optimal polynomial p*), where they are all real; else the least local
 *               minimum over real steps found from a few starts around their real parts
 * Conventions.  acts on whitened covariates
 * Throws.       HypothesisError beyond 128 loops, or unless covariates are Gaussian and tasks fresh
 */
export function untiedSteps(distribution: PromptDistribution, loops: number): UntiedSteps {
  const law = whitenedLaw("untiedSteps", distribution);
  const optimum = untiedOptimum({ ...law.setting, loops });
  const polynomialLoss = law.scale * optimum.loss.toNumber();
  if (optimum.stepSizes !== null) {
    const stepSizes = optimum.stepSizes.map((step) => step.toNumber());
    return { stepSizes, loss: polynomialLoss, method: "exact", polynomialLoss };
  }
  const filter = FilterLoss.of(law, loops);
  const { lower, upper } = filter.window;
  const family: ResidualFamily = (steps, s) => {
    const factors = Array.from(steps, (step) => 1 - step * s);
    return {
      value: factors.reduce((product, factor) => product * factor, 1),
      gradient: factors.map((_, l) =>
        factors.reduce((product, factor, k) => (k === l ? product : product * factor), -s),
      ),
    };
  };
  const starts = [0.2, 0.6, 0.95].map((spread) =>
    Array.from({ length: loops }, (_, l) => {
      const node = Math.cos(((2 * l + 1) * Math.PI) / (2 * loops));
      return 2 / (upper + lower + spread * (upper - lower) * node);
    }),
  );
  const { parameters, loss } = filter.least(family, starts);
  return {
    stepSizes: [...parameters].sort((a, b) => a - b),
    loss,
    method: "searched",
    polynomialLoss,
  };
}
