import { populationSetting } from "../../compare/population-setting.js";
import { HypothesisError } from "../../errors.js";
import { Matrix, symmetricEigen, symmetricFunction } from "../../numeric/matrix.js";
import { minimize } from "../../numeric/minimize.js";
import type { PromptDistribution } from "../../prompt/prompt-distribution.js";
import type { Stream } from "../../random/stream.js";
import { isotropicOptimum } from "../../theory/isotropic-optimum.js";
import { oneLayerOptimum } from "../../theory/one-layer.js";
import { populationGradient } from "../../theory/population/population-gradient.js";
import { bestForLaw } from "../../theory/preconditioner-search/best-for-law.js";
import { isMultipleOfIdentity, whitenedLaw } from "./whitened-law.js";

/** The A of a gradient descent at its optimum. */
export interface DescentOptimum {
  readonly preconditioner: Matrix;
  readonly loss: number;
  /** Proved: the global optimum among what is allowed. Searched: the least local minimum found. */
  readonly method: "proved" | "searched";
  /** What A was chosen from, in words. */
  readonly among: string;
}

/**
 * Gradient descent that knows no covariance, A = bI, at its best step size.
 *
 * Statement.    argmin over b of the exact population loss of bI
 * Accuracy.     Σ a multiple of I: proved. Else a local minimum of the exact loss, the lowest of three
 *               descents; the loss as `populationGradient`, to rounding
 * Throws.       HypothesisError where the exact engine does not reach, unless covariates are Gaussian and
 *               tasks fresh
 */
export function plainDescentOptimum(
  distribution: PromptDistribution,
  loops: number,
): DescentOptimum {
  const { setting, scale } = whitenedLaw("plainDescentOptimum", distribution);
  const { dim, covariance } = distribution;
  const optimum = isotropicOptimum({ ...setting, loops, digits: 20 });
  const among = "multiples of I";
  if (isMultipleOfIdentity(covariance)) {
    const stepSize = (optimum.stepSize.toNumber() * dim) / covariance.trace();
    const loss = scale * optimum.loss.toNumber();
    return { preconditioner: Matrix.eye(dim).mul(stepSize), loss, method: "proved", among };
  }
  const law = populationSetting(distribution);
  const lossAt = (point: Float64Array) => {
    const preconditioners = [Matrix.eye(dim).mul(Math.exp(point[0]!))];
    const found = populationGradient(law, { preconditioners, loops }, { sector: "symmetric" });
    const slope = Math.exp(point[0]!) * found.preconditioners[0]!.trace();
    return { value: found.value, gradient: Float64Array.of(slope) };
  };
  // A step that is safe for the largest eigenvalue, and longer ones.
  const safe = optimum.stepSize.toNumber() / Math.max(...symmetricEigen(covariance).values);
  const runs = [0.5, 1, 1.5].map((stretch) => {
    const start = Float64Array.of(Math.log(stretch * safe));
    const { value } = lossAt(start);
    const options = { gradientTolerance: 1e-10 * value, noise: 1e-14 * value, firstStep: 0.05 };
    return minimize(lossAt, start, options).value;
  });
  const best = runs.reduce((a, b) => (b.value < a.value ? b : a));
  const preconditioner = Matrix.eye(dim).mul(Math.exp(best.point[0]!));
  return { preconditioner, loss: best.value, method: "searched", among };
}

/**
 * Preconditioned gradient descent at its best symmetric A.
 *
 * Statement.    Ω a multiple of Σ⁻¹: b*Σ⁻¹. One loop: the global optimum for any Σ, Ω, σ². Else the least
 *               local minimum found over symmetric A, or where the exact engine does not reach, the best
 *               multiple of Σ⁻¹
 * Throws.       HypothesisError beyond 256 loops, or unless covariates are Gaussian and tasks fresh
 */
export function preconditionedDescentOptimum(
  distribution: PromptDistribution,
  loops: number,
  stream: Stream,
): DescentOptimum {
  const { setting, scale } = whitenedLaw("preconditionedDescentOptimum", distribution);
  const { dim, contextLength, covariance, taskCovariance, noiseVariance } = distribution;
  if (loops === 1) {
    const { preconditioner, loss } = oneLayerOptimum(distribution);
    return { preconditioner, loss, method: "proved", among: "all matrices" };
  }
  const isWhite = isMultipleOfIdentity(covariance.mmul(taskCovariance));
  if (!isWhite) {
    const law = { dim, contextLength, loops, covariance, taskCovariance, noiseVariance };
    try {
      const { preconditioner, loss } = bestForLaw(law, { stream, sector: "symmetric", starts: 3 });
      return { preconditioner, loss, method: "searched", among: "symmetric matrices" };
    } catch (error) {
      if (!(error instanceof HypothesisError)) throw error;
    }
  }
  const { stepSize, loss } = isotropicOptimum({ ...setting, loops, digits: 20 });
  return {
    preconditioner: symmetricFunction(covariance, (value) => stepSize.toNumber() / value),
    loss: scale * loss.toNumber(),
    method: "proved",
    among: "multiples of Σ⁻¹",
  };
}
