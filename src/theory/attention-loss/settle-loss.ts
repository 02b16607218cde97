import type { Rational } from "../../numeric/rational.js";
import { ROUNDOFF } from "../population/circuit/float-traces.js";
import type { BoundedValue } from "../population/evaluate-float.js";
import type { PopulationLoss, PopulationLossOptions } from "../population/population-loss.js";

/** A loss in doubles where their bound is small enough, else in rationals. */
export function settleLoss(
  options: PopulationLossOptions,
  inDoubles: (() => BoundedValue) | undefined,
  inRationals: () => Rational,
): PopulationLoss {
  const { exact = false, relativeTolerance = 1e-9 } = options;
  if (!exact && inDoubles !== undefined) {
    const loss = inDoubles();
    if (loss.errorBound <= relativeTolerance * Math.abs(loss.value)) {
      return { ...loss, method: "float" };
    }
  }
  const loss = inRationals();
  const value = loss.toNumber();
  return { value, errorBound: ROUNDOFF * Math.abs(value), method: "exact", exact: loss };
}
