import { ArgumentError, requireInteger } from "../errors.js";
import { restrictedPart } from "../model/gauge.js";
import { dimOf, type RestrictedLayer, type Weights } from "../model/weights.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { type ClosedForm, closedForm } from "./closed-form.js";
import { type ExactLoss, exactLoss } from "./exact-loss.js";
import { type LoopAgreement, loopAgreement } from "./loop-agreement.js";
import { type OptimalLosses, optimalLosses } from "./optimal-losses.js";
import {
  comparePreconditioner,
  type PreconditionerComparison,
} from "./preconditioner-comparison.js";
import { type SampledLoss, sampleLoss } from "./sampled-loss.js";

/** Learned weights held against the closed form of their prompt law. */
export interface WeightComparison {
  readonly distribution: PromptDistribution;
  readonly loops: number;
  readonly family: Weights["family"];
  readonly reference: ClosedForm;
  /** One entry per layer with weights of its own: one for looped models. */
  readonly layers: readonly PreconditionerComparison[];
  /** Share of a full layer outside the restricted family, in canonical gauge; 0 for the others. */
  readonly offFamily: number;
  /** Sampled loss after every loop, 1 … loops. */
  readonly sampledLoss: readonly SampledLoss[];
  readonly exactLoss: ExactLoss;
  /** What other looped models of this law can reach. */
  readonly optimalLosses: OptimalLosses;
  /**
   * (loss − reference loss)/reference loss after the last loop, negative when the weights are better:
   * of the exact loss where it is within reach, else of the sampled one; null without a reference.
   */
  readonly excessLoss: number | null;
  /** Standard error of the excess: 0 when it is exact. */
  readonly excessLossStandardError: number | null;
  /** Against GD with the closed form's preconditioner; empty where there is none. */
  readonly agreement: readonly LoopAgreement[];
}

/**
 * Compares weights with the closed form, in canonical gauge.
 *
 * @param options.prompts  fresh prompts for the sampled loss; a tenth of them for the agreement
 * Throws.       ArgumentError when the weights' dim is not that of the law
 */
export function compareWeights(
  weights: Weights,
  distribution: PromptDistribution,
  options: { readonly loops: number; readonly prompts: number; readonly stream: Stream },
): WeightComparison {
  const { loops, prompts, stream } = options;
  requireInteger("compareWeights", "loops", loops);
  const dim = dimOf(weights);
  if (dim !== distribution.dim) {
    throw new ArgumentError("compareWeights", "weights", `of dim ${distribution.dim}`, dim);
  }
  const reference = closedForm(distribution, loops);
  const known = reference.kind === "none" ? null : reference;
  const { layers, offFamily } = restrictedLayers(weights);
  const sampledLoss = sampleLoss(weights, distribution, {
    loops,
    prompts,
    stream: stream.split("loss"),
  });
  const exact = exactLoss(weights, distribution, loops);
  const final =
    "unavailable" in exact
      ? sampledLoss[loops - 1]!
      : { mean: exact.perLoop[loops - 1]!, standardError: 0 };
  return {
    distribution,
    loops,
    family: weights.family,
    reference,
    layers: layers.map((layer) =>
      comparePreconditioner(layer, distribution.covariance, known?.preconditioner ?? null),
    ),
    offFamily,
    sampledLoss,
    exactLoss: exact,
    optimalLosses: optimalLosses(reference, distribution, loops, stream.split("optima")),
    excessLoss: known === null ? null : (final.mean - known.loss) / known.loss,
    excessLossStandardError: known === null ? null : final.standardError / known.loss,
    agreement:
      known === null
        ? []
        : loopAgreement(weights, known.preconditioner, distribution, {
            loops,
            prompts: Math.max(1, Math.floor(prompts / 10)),
            stream: stream.split("agreement"),
          }),
  };
}

function restrictedLayers(weights: Weights): {
  layers: readonly RestrictedLayer[];
  offFamily: number;
} {
  if (weights.family === "full") {
    const { residual, ...layer } = restrictedPart(weights);
    return { layers: [layer], offFamily: residual };
  }
  return { layers: weights.family === "untied" ? weights.layers : [weights], offFamily: 0 };
}
