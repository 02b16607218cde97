import { loopedStepsOptimum } from "../../../theory/polynomial-family/looped-steps-optimum.js";
import { untiedOptimum } from "../../../theory/polynomial-family/untied-optimum.js";
import type { WishartSetting } from "../../../theory/setting.js";

/** Best losses by depth of models whose blocks of k layers are looped: k⊗L has depth kL. */
export interface DepthLosses extends WishartSetting {
  /** k = 1 is the looped model. */
  readonly blocks: readonly {
    readonly blockLayers: number;
    readonly points: readonly { readonly depth: number; readonly loss: number }[];
  }[];
  readonly untied: readonly { readonly depth: number; readonly loss: number }[];
}

/**
 * The exact optimum over scalar steps of looped, untied and k⊗L models, at every depth they share.
 *
 * Accuracy.     nearest doubles to proved enclosures
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond 64 layers
 */
export function depthLosses(
  setting: WishartSetting,
  options: { readonly depth: number; readonly blockLayers: readonly number[] },
): DepthLosses {
  const { dim, contextLength } = setting;
  const depths = Array.from({ length: options.depth }, (_, i) => i + 1);
  return {
    ...setting,
    blocks: options.blockLayers.map((blockLayers) => ({
      blockLayers,
      points: depths
        .filter((depth) => depth % blockLayers === 0)
        .map((depth) => {
          const loops = depth / blockLayers;
          const optimum = loopedStepsOptimum({ dim, contextLength, loops, steps: blockLayers });
          return { depth, loss: optimum.loss.toNumber() };
        }),
    })),
    untied: depths.map((depth) => ({
      depth,
      loss: untiedOptimum({ dim, contextLength, loops: depth }).loss.toNumber(),
    })),
  };
}
