import { HypothesisError } from "../errors.js";
import type { Weights } from "../model/weights.js";
import type { Matrix } from "../numeric/matrix.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { populationLoss, populationLossPerLoop } from "../theory/population/population-loss.js";
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
 * The exact population loss of restricted weights at any law.
 *
 * Statement.    E(ŷ − y_q)² after every layer applied, over prompts of the law, without sampling
 * Accuracy.     as `populationLoss`; the weights count as the exact doubles they are
 */
export function exactLoss(
  weights: Weights,
  distribution: PromptDistribution,
  loops: number,
): ExactLoss {
  if (weights.family !== "restricted") {
    return { unavailable: `no exact loss is known for ${weights.family} layers` };
  }
  const { layers } = weights;
  const readIn = layers[0]!.readIn;
  if (layers.some((layer) => layer.readIn.some((entry, i) => entry !== readIn[i]))) {
    return { unavailable: "no exact loss is known for layers whose read-in vectors differ" };
  }
  const setting = populationSetting(distribution);
  const preconditioners = layers.map((layer) => layer.preconditioner);
  const shared = readIn.every((entry) => entry === 0) ? {} : { readIn: [...readIn] };
  try {
    const losses =
      layers.length === 1
        ? populationLossPerLoop(setting, { preconditioners, loops, ...shared }).slice(1)
        : Array.from({ length: layers.length * loops }, (_, l) =>
            populationLoss(setting, { ...prefix(preconditioners, l + 1), ...shared }),
          );
    return {
      perLoop: losses.map((loss) => loss.value),
      errorBound: losses.at(-1)!.errorBound,
    };
  } catch (error) {
    if (error instanceof HypothesisError) return { unavailable: error.message };
    throw error;
  }
}

/** The first `count` layers that a looped block applies, as a stack: whole loops where they are. */
function prefix(block: readonly Matrix[], count: number) {
  const loops = count / block.length;
  if (Number.isInteger(loops)) return { preconditioners: block, loops };
  return {
    preconditioners: Array.from({ length: count }, (_, l) => block[l % block.length]!),
    loops: 1,
  };
}
