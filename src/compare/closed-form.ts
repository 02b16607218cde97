import { type Matrix, symmetricFunction } from "../numeric/matrix.js";
import { Rational } from "../numeric/rational.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { isotropicOptimum } from "../theory/isotropic-optimum.js";
import { oneLayerOptimum } from "../theory/one-layer.js";

/**
 * The optimal preconditioner in closed form, where one is known.
 *
 * `preconditioner` is A*, `loss` its exact population loss (nearest double), `stepSize` the b* of
 * A* = b*Σ⁻¹ when A* has that form.
 */
export interface ClosedForm {
  readonly preconditioner: Matrix;
  readonly stepSize: number | null;
  readonly loss: number;
}

/**
 * The closed form of a prompt law and depth, or the reason why there is none.
 *
 * Statement.    Ω = Σ⁻¹: the best multiple b*Σ⁻¹, any loops, any noise. One loop: the global optimum
 *               for any Σ, Ω, σ². Else none is known here.
 */
export function closedForm(
  distribution: PromptDistribution,
  loops: number,
): ClosedForm | { readonly unavailable: string } {
  const { dim, contextLength, covariance, noiseVariance } = distribution;
  const inverse = symmetricFunction(covariance, (value) => 1 / value);
  if (isClose(distribution.taskCovariance, inverse)) {
    const optimum = isotropicOptimum({
      dim,
      contextLength,
      loops,
      noiseVariance: Rational.fromNumber(noiseVariance),
      digits: 20,
    });
    const stepSize = optimum.stepSize.toNumber();
    return {
      preconditioner: inverse.mul(stepSize),
      stepSize,
      loss: optimum.loss.toNumber(),
    };
  }
  if (loops === 1) {
    const { preconditioner, loss } = oneLayerOptimum(distribution);
    return { preconditioner, stepSize: null, loss };
  }
  return {
    unavailable: `no closed form is known for ${loops} loops unless the task prior is the inverse covariance`,
  };
}

function isClose(a: Matrix, b: Matrix): boolean {
  const scale = b.clone().abs().max();
  return a.clone().sub(b).abs().max() <= 1e-9 * scale;
}
