import { HypothesisError } from "../errors.js";
import type { RestrictedLayer, Weights } from "../model/weights.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { populationLoss, populationLossPerLoop } from "../theory/population/population-loss.js";
import { populationSetting } from "./population-setting.js";

/** The exact population loss of given weights, or the reason why it is out of reach. */
export type ExactLoss =
  | {
      /** Nearest double to the exact loss after every loop, 1 … loops. */
      readonly perLoop: readonly number[];
      /** Largest error of the last entry. */
      readonly errorBound: number;
    }
  | { readonly unavailable: string };

/**
 * The exact population loss of restricted weights, looped or untied, at any law.
 *
 * Statement.    E(ŷ − y_q)² after every loop, over prompts of the law, without sampling
 * Accuracy.     as `populationLoss`; the weights count as the exact doubles they are
 */
export function exactLoss(
  weights: Weights,
  distribution: PromptDistribution,
  loops: number,
): ExactLoss {
  if (weights.family === "full") {
    return { unavailable: "no exact loss is known for full (P, Q) layers" };
  }
  const layers: readonly RestrictedLayer[] =
    weights.family === "untied" ? weights.layers : [weights];
  const readIn = layers[0]!.readIn;
  if (layers.some((layer) => layer.readIn.some((entry, i) => entry !== readIn[i]))) {
    return { unavailable: "no exact loss is known for layers whose read-in vectors differ" };
  }
  const setting = populationSetting(distribution);
  const preconditioners = layers.map((layer) => layer.preconditioner);
  const shared = readIn.every((entry) => entry === 0) ? {} : { readIn: [...readIn] };
  try {
    const losses =
      weights.family === "untied"
        ? preconditioners.map((_, l) =>
            populationLoss(setting, {
              preconditioners: preconditioners.slice(0, l + 1),
              loops: 1,
              ...shared,
            }),
          )
        : populationLossPerLoop(setting, { preconditioners, loops, ...shared }).slice(1);
    return {
      perLoop: losses.map((loss) => loss.value),
      errorBound: losses.at(-1)!.errorBound,
    };
  } catch (error) {
    if (error instanceof HypothesisError) return { unavailable: error.message };
    throw error;
  }
}
