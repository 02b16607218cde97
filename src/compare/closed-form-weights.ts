import { HypothesisError } from "../errors.js";
import {
  gdPlusPlusBlock,
  restrictedBlock,
  restrictedLayer,
  type Weights,
} from "../model/weights.js";
import { Matrix, symmetricFunction } from "../numeric/matrix.js";
import { Rational } from "../numeric/rational.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { gdPlusPlusOptimum } from "../theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { untiedOptimum } from "../theory/polynomial-family/untied-optimum.js";
import { bestPreconditioner } from "../theory/preconditioner-search/best-preconditioner.js";
import { closedForm } from "./closed-form.js";

/** Optima that can be written as weights. */
export const CLOSED_FORMS = ["isotropic", "one-layer", "untied", "best", "gd++"] as const;
export type ClosedFormName = (typeof CLOSED_FORMS)[number];

/** Weights of an optimum, and how often they are applied. */
export interface ClosedFormWeights {
  readonly weights: Weights;
  readonly loops: number;
}

/**
 * An optimum of a prompt law as weights.
 *
 * Statement.    isotropic: b*Σ⁻¹, looped; one-layer: A* of one layer, any law; untied: b_l Σ⁻¹ of `loops`
 *               layers; best: the best found over all A, looped; gd++: the best isotropic GD++, looped
 * Throws.       HypothesisError where the optimum is not known
 */
export function closedFormWeights(
  name: ClosedFormName,
  distribution: PromptDistribution,
  loops: number,
  stream: Stream,
): ClosedFormWeights {
  const form = closedForm(distribution, loops);
  const { dim, contextLength, covariance } = distribution;
  if (name === "one-layer" && loops !== 1) {
    throw new HypothesisError(
      `closedFormWeights: one-layer is about one layer, got ${loops} loops`,
    );
  }
  if (form.kind === "none") throw new HypothesisError(`closedFormWeights: ${form.reason}`);
  if (name === "one-layer" || name === "isotropic") {
    if (name === "isotropic" && form.kind !== "isotropic") throw needsInversePrior(name);
    return { weights: restrictedBlock([restrictedLayer(form.preconditioner)]), loops };
  }
  if (form.kind !== "isotropic") throw needsInversePrior(name);
  const noiseVariance = Rational.fromNumber(distribution.noiseVariance);
  const setting = { dim, contextLength, loops, noiseVariance };
  const inverse = symmetricFunction(covariance, (value) => 1 / value);
  if (name === "untied") {
    const { stepSizes } = untiedOptimum(setting);
    if (stepSizes === null) {
      throw new HypothesisError("closedFormWeights: no real step sizes reach the untied optimum");
    }
    const layers = stepSizes.map((step) => restrictedLayer(Matrix.mul(inverse, step.toNumber())));
    return { weights: restrictedBlock(layers), loops: 1 };
  }
  if (name === "best") {
    const { preconditioner } = bestPreconditioner(setting, { stream });
    const root = symmetricFunction(covariance, (value) => 1 / Math.sqrt(value));
    const layer = restrictedLayer(root.mmul(preconditioner).mmul(root));
    return { weights: restrictedBlock([layer]), loops };
  }
  const [optimum] = gdPlusPlusOptimum(setting).layers;
  const layer = {
    ...restrictedLayer(Matrix.mul(inverse, optimum!.stepSize)),
    covariateValue: Matrix.eye(dim).mul(optimum!.covariateValue),
  };
  return { weights: gdPlusPlusBlock([layer]), loops };
}

function needsInversePrior(name: ClosedFormName): HypothesisError {
  return new HypothesisError(`closedFormWeights: ${name} is known for the prior Ω = Σ⁻¹ only`);
}
