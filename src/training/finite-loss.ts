import { HypothesisError } from "../errors.js";
import type { ModelShape } from "../model/model-shape.js";
import { describeCovariateLaw } from "../prompt/covariate-law.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";

/**
 * The highest moment of one covariate that the in-context loss takes.
 *
 * Statement.    twice the degree of ŷ in a context token: 2L for L restricted layers, ŷ being affine in
 *               the products (I − ŜA₁)…(I − ŜA_L); 3ᴸ − 1 for others, each layer being cubic in the
 *               tokens it gets
 * @example lossMoment({ family: "restricted", layers: 1, loops: 2 })  // → 8
 */
export function lossMoment({
  family,
  layers,
  loops,
}: Pick<ModelShape, "family" | "layers" | "loops">): number {
  const depth = layers * loops;
  return 2 * (family === "restricted" ? 2 * depth : 3 ** depth - 1);
}

/** Throws a HypothesisError where heavy-tailed covariates make the in-context loss infinite. */
export function requireFiniteLoss(
  where: string,
  shape: ModelShape,
  { covariateLaw }: Pick<PromptDistribution, "covariateLaw">,
): void {
  const moment = lossMoment(shape);
  if (covariateLaw.kind !== "student" || covariateLaw.degreesOfFreedom > moment) return;
  throw new HypothesisError(
    `${where}: the loss of ${shape.layers * shape.loops} ${shape.family} layers takes moments of order ` +
      `${moment}, which ${describeCovariateLaw(covariateLaw)} covariates do not have; take more than ` +
      `${moment} degrees of freedom, or fewer loops`,
  );
}
