import { HypothesisError } from "../errors.js";
import type { Weights } from "../model/weights.js";
import type { Rational } from "../numeric/rational.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { fullStackLoss } from "../theory/attention-loss/full-stack.js";
import { gdPlusPlusStackLoss } from "../theory/attention-loss/gd-plus-plus-stack.js";
import {
  type PopulationLoss,
  type PopulationLossOptions,
  populationLoss,
  populationLossPerLoop,
} from "../theory/population/population-loss.js";
import { populationSetting } from "./population-setting.js";

/** The exact population loss of given weights, or the reason why it is out of reach. */
export type ExactLoss =
  | {
      /** Nearest double to the exact loss after every layer applied (every loop of a looped model). */
      readonly perLoop: readonly number[];
      /** Largest error of the last entry. */
      readonly errorBound: number;
    }
  | { readonly unavailable: string };

/**
 * The exact population loss of given weights at any law.
 *
 * Statement.    E(ŷ − y_q)² after every layer applied, over prompts of the law, without sampling
 * Accuracy.     as `populationLoss`, `gdPlusPlusStackLoss` and `fullStackLoss`, whose reach it has; the
 *               weights count as the exact doubles they are
 */
export function exactLoss(
  weights: Weights,
  distribution: PromptDistribution,
  loops: number,
): ExactLoss {
  try {
    const losses = lossesPerLayer(weights, distribution, loops);
    return {
      perLoop: losses.map((loss) => loss.value),
      errorBound: losses.at(-1)!.errorBound,
    };
  } catch (error) {
    if (error instanceof HypothesisError) return { unavailable: error.message };
    throw error;
  }
}

/**
 * The exact population loss after the last layer as the fraction it is: doubles, float32 and bfloat16
 * weights are rational numbers.
 *
 * Accuracy.     exact; takes the longer, the deeper the model
 * Throws.       HypothesisError as `exactLoss` says why it is out of reach
 */
export function exactLossFraction(
  weights: Weights,
  distribution: PromptDistribution,
  loops: number,
): Rational {
  return lossesPerLayer(weights, distribution, loops, { exact: true }).at(-1)!.exact!;
}

function lossesPerLayer(
  weights: Weights,
  distribution: PromptDistribution,
  loops: number,
  options: PopulationLossOptions = {},
): PopulationLoss[] {
  const setting = populationSetting(distribution);
  switch (weights.family) {
    case "full":
      return perPrefix(weights.layers, loops, (stack) => fullStackLoss(setting, stack, options));
    case "gd++":
      return perPrefix(weights.layers.map(plainLayer), loops, (stack) =>
        gdPlusPlusStackLoss(setting, stack, options),
      );
    case "restricted": {
      const layers = weights.layers.map(plainLayer);
      const [{ readIn }] = layers as [(typeof layers)[0]];
      if (layers.some((layer) => layer.readIn.some((entry, i) => entry !== readIn[i]))) {
        return perPrefix(layers, loops, (stack) => gdPlusPlusStackLoss(setting, stack, options));
      }
      const toWeights = (
        stack: Stack<{ preconditioner: (typeof layers)[0]["preconditioner"] }>,
      ) => ({
        preconditioners: stack.layers.map(({ preconditioner }) => preconditioner),
        loops: stack.loops,
        readIn,
      });
      return layers.length === 1
        ? populationLossPerLoop(setting, toWeights({ layers, loops }), options).slice(1)
        : perPrefix(layers, loops, (stack) => populationLoss(setting, toWeights(stack), options));
    }
  }
}

function plainLayer<L extends { readonly readIn: Float64Array }>(layer: L) {
  return { ...layer, readIn: [...layer.readIn] };
}

interface Stack<L> {
  readonly layers: readonly L[];
  readonly loops: number;
}

/**
 * The loss after every layer that a looped block applies; whole loops count as such. The deepest comes
 * first: what is out of reach is refused before work starts.
 */
function perPrefix<L>(
  block: readonly L[],
  loops: number,
  lossOf: (stack: Stack<L>) => PopulationLoss,
): PopulationLoss[] {
  const losses: PopulationLoss[] = [];
  for (let count = block.length * loops; count > 0; count--) {
    const times = count / block.length;
    const layers = Array.from({ length: count }, (_, l) => block[l % block.length]!);
    losses.unshift(
      lossOf(Number.isInteger(times) ? { layers: block, loops: times } : { layers, loops: 1 }),
    );
  }
  return losses;
}
