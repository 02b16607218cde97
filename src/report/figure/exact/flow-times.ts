import { ArgumentError } from "../../../errors.js";
import { Rational } from "../../../numeric/rational.js";
import { flowTimeBounds } from "../../../theory/gradient-flow/flow-time-bounds.js";
import { infiniteContextFlowTime } from "../../../theory/gradient-flow/infinite-context-flow-time.js";
import { scalarFlowTime } from "../../../theory/gradient-flow/scalar-flow-time.js";
import { isotropicOptimum } from "../../../theory/isotropic-optimum.js";
import type { LoopedSetting } from "../../../theory/setting.js";

/** Times of gradient flow from A = 0 to a loss ξ, exact and as bounded. */
export interface FlowTimes extends LoopedSetting {
  /** The optimum's loss, which the flow approaches and never reaches. */
  readonly floor: number;
  /** By falling ξ. */
  readonly points: readonly {
    readonly targetLoss: number;
    /** Nearest double to the middle of a proved enclosure. */
    readonly exact: number;
    readonly infiniteContext: number;
    readonly reported: number;
    readonly integrated: number;
  }[];
}

/**
 * Flow times at losses spread evenly on a log scale from just under d to just above the optimum's.
 *
 * Accuracy.     exact: enclosed to 6 digits; the others to 1e−14 relative
 * Throws.       ArgumentError for a bad setting or for one loop, of which the bounds do not speak
 */
export function flowTimes(setting: LoopedSetting, options: { readonly points: number }): FlowTimes {
  const { dim, contextLength, loops } = setting;
  if (loops < 2) throw new ArgumentError("flowTimes", "loops", "at least 2", loops);
  const floor = isotropicOptimum({ dim, contextLength, loops, digits: 12 }).loss.toNumber();
  const start = Math.log(0.9 * dim);
  const end = Math.log(1.02 * floor);
  const targets = Array.from({ length: options.points }, (_, i) =>
    Number(Math.exp(start + ((end - start) * i) / (options.points - 1)).toPrecision(4)),
  );
  return {
    ...setting,
    floor,
    points: targets.map((targetLoss) => ({
      targetLoss,
      exact: scalarFlowTime({
        ...{ dim, contextLength, loops, digits: 6 },
        targetLoss: Rational.fromNumber(targetLoss),
      }).time.midpoint.toNumber(),
      infiniteContext: infiniteContextFlowTime({ dim, loops }, targetLoss),
      ...flowTimeBounds(loops, targetLoss),
    })),
  };
}
