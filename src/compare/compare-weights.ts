import { ArgumentError, requireInteger } from "../errors.js";
import { restrictedPart } from "../model/gauge.js";
import { attentionLayer, dimOf, type RestrictedLayer, type Weights } from "../model/weights.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { type ClosedForm, closedForm } from "./closed-form.js";
import { dearLoss, type Effort } from "./effort.js";
import { type ExactLoss, exactLoss } from "./exact-loss.js";
import { type LoopAgreement, loopAgreement } from "./loop-agreement.js";
import { matchedClosedForms } from "./matched-layers.js";
import { type OptimalLosses, optimalLosses } from "./optimal-losses.js";
import {
  comparePreconditioner,
  type PreconditionerComparison,
} from "./preconditioner-comparison.js";
import { untiedLoss } from "./reference-loss.js";
import { type SampledLoss, sampleLoss } from "./sampled-loss.js";
import { type NoCurvature, type WeightsCurvature, weightsCurvature } from "./weights-curvature.js";

/** Learned weights held against the closed form of their prompt law. */
export interface WeightComparison {
  readonly distribution: PromptDistribution;
  /** How often the block of layers is applied. */
  readonly loops: number;
  readonly family: Weights["family"];
  readonly reference: ClosedForm;
  /** One entry per layer of the block: one for a looped model. */
  readonly layers: readonly PreconditionerComparison[];
  /**
   * The step b_l of the best untied model that each layer is held against, where the layers are their
   * own (and such steps are known); null where all are held against the one closed form.
   */
  readonly matchedSteps: readonly number[] | null;
  /** Largest share of a layer outside the restricted family, in canonical gauge. */
  readonly offFamily: number;
  /** Sampled loss after every layer applied (every loop of a looped model). */
  readonly sampledLoss: readonly SampledLoss[];
  readonly exactLoss: ExactLoss;
  /** What other models of this law and depth can reach. */
  readonly optimalLosses: OptimalLosses;
  /** Whether the weights are a minimum of the exact loss yet. */
  readonly curvature: WeightsCurvature | NoCurvature;
  /** The least loss of as many layers of multiples of Σ⁻¹, looped as often; null for one layer. */
  readonly untiedLoss: number | null;
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

/** Prompts of the sampled loss: a check beside the exact one, or all there is. */
const PROMPTS = { besideExact: 20_000, alone: 100_000 } as const;

/**
 * Compares weights with the closed form, in canonical gauge.
 *
 * @param options.prompts  fresh prompts for the sampled loss, and a tenth of them for the agreement;
 *   default: 20 000 beside an exact loss, 100 000 without
 * @param options.effort  quick unless given: what takes more than seconds is null, with the reason
 * Throws.       ArgumentError when the weights' dim is not that of the law
 */
export function compareWeights(
  weights: Weights,
  distribution: PromptDistribution,
  options: {
    readonly loops: number;
    readonly prompts?: number;
    readonly effort?: Effort;
    readonly stream: Stream;
  },
): WeightComparison {
  const { loops, stream, effort = "quick" } = options;
  requireInteger("compareWeights", "loops", loops);
  const dim = dimOf(weights);
  if (dim !== distribution.dim) {
    throw new ArgumentError("compareWeights", "weights", `of dim ${distribution.dim}`, dim);
  }
  const depth = weights.layers.length * loops;
  const reference = closedForm(distribution, depth);
  const known = reference.kind === "none" ? null : reference;
  const { layers, offFamily } = restrictedLayers(weights);
  const dear = effort === "quick" ? dearLoss(weights, distribution, loops) : undefined;
  const exact =
    dear === undefined ? exactLoss(weights, distribution, loops) : { unavailable: dear };
  const prompts = options.prompts ?? PROMPTS["unavailable" in exact ? "alone" : "besideExact"];
  const sampledLoss = sampleLoss(weights, distribution, {
    loops,
    prompts,
    stream: stream.split("loss"),
  });
  const final =
    "unavailable" in exact
      ? sampledLoss.at(-1)!
      : { mean: exact.perLoop.at(-1)!, standardError: 0 };
  const optima = optimalLosses(
    reference,
    distribution,
    { depth, isLooped: weights.layers.length === 1 },
    stream.split("optima"),
    effort,
  );
  const steps = loops === 1 && layers.length > 1 ? optima.untiedSteps : null;
  const matched = steps && matchedClosedForms(layers, steps, distribution.covariance);
  return {
    distribution,
    loops,
    family: weights.family,
    reference,
    layers: layers.map((layer, l) => {
      const form = matched?.[l]?.preconditioner ?? known?.preconditioner ?? null;
      return comparePreconditioner(layer, distribution.covariance, form);
    }),
    matchedSteps: matched?.map(({ stepSize }) => stepSize) ?? null,
    offFamily,
    sampledLoss,
    exactLoss: exact,
    optimalLosses: optima,
    curvature: weightsCurvature(weights, distribution, loops, effort),
    untiedLoss:
      layers.length === 1 ? null : untiedLoss({ layers: layers.length, loops }, distribution),
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
  if (weights.family === "restricted") return { layers: weights.layers, offFamily: 0 };
  const attention = weights.family === "full" ? weights.layers : weights.layers.map(attentionLayer);
  const parts = attention.map(restrictedPart);
  return { layers: parts, offFamily: Math.max(...parts.map(({ residual }) => residual)) };
}
