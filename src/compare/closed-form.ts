import type { Enclosure } from "../numeric/enclosure.js";
import { type Matrix, symmetricFunction } from "../numeric/matrix.js";
import { Rational } from "../numeric/rational.js";
import { exactTheoryGap } from "../prompt/exact-theory-gap.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { isotropicOptimum } from "../theory/isotropic-optimum.js";
import { oneLayerOptimum } from "../theory/one-layer.js";
import { hasInversePrior } from "./population-setting.js";

/** The best multiple of the inverse covariance, A* = b*Σ⁻¹, for the prior Ω = Σ⁻¹. */
export interface IsotropicClosedForm {
  readonly kind: "isotropic";
  readonly preconditioner: Matrix;
  readonly stepSize: Enclosure;
  readonly lossEnclosure: Enclosure;
  /** Nearest double to the exact population loss. */
  readonly loss: number;
}

/** The global optimum of one layer, A*, for any Σ, Ω, σ². */
export interface OneLayerClosedForm {
  readonly kind: "one-layer";
  readonly preconditioner: Matrix;
  readonly loss: number;
}

/** No closed form is known, and why. */
export interface NoClosedForm {
  readonly kind: "none";
  readonly reason: string;
}

/** The best preconditioner in closed form, or why there is none. */
export type ClosedForm = IsotropicClosedForm | OneLayerClosedForm | NoClosedForm;

/** A prompt law whose context may be of any length. */
export type AnyLengthDistribution = Omit<PromptDistribution, "contextLength"> & {
  readonly contextLength: number | bigint;
};

/**
 * The optimal preconditioner in closed form, where one is known.
 *
 * Statement.    Ω = Σ⁻¹: the best multiple b*Σ⁻¹, any loops, any noise. One loop: the global optimum
 *               for any Σ, Ω, σ². Else none is known here, nor for covariates
 *               that are not Gaussian or tasks from a pool.
 * Accuracy.     isotropic: enclosures of `digits` digits; one layer: double
 */
export function closedForm(
  distribution: AnyLengthDistribution,
  loops: number,
  digits = 20,
): ClosedForm {
  const gap = exactTheoryGap(distribution);
  if (gap !== undefined) return { kind: "none", reason: gap };
  const { dim, contextLength, covariance, noiseVariance } = distribution;
  if (hasInversePrior(distribution)) {
    const { stepSize, loss } = isotropicOptimum({
      dim,
      contextLength,
      loops,
      noiseVariance: Rational.fromNumber(noiseVariance),
      digits,
    });
    return {
      kind: "isotropic",
      preconditioner: symmetricFunction(covariance, (value) => stepSize.toNumber() / value),
      stepSize,
      lossEnclosure: loss,
      loss: loss.toNumber(),
    };
  }
  if (loops === 1) {
    const { preconditioner, loss } = oneLayerOptimum(distribution);
    return { kind: "one-layer", preconditioner, loss };
  }
  return {
    kind: "none",
    reason: `no closed form is known for ${loops} loops unless the task prior is the inverse covariance`,
  };
}
