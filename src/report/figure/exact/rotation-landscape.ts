import { Rational } from "../../../numeric/rational.js";
import { isotropicOptimum } from "../../../theory/isotropic-optimum.js";
import { RotationFamily } from "../../../theory/population/rotation-family.js";
import { rotationOptimum } from "../../../theory/population/rotation-optimum.js";
import type { LoopedSetting } from "../../../theory/setting.js";

/** The exact loss on the family B = cI + εJ. */
export interface RotationLandscape extends LoopedSetting {
  readonly stepSizes: readonly number[];
  readonly antisymmetric: readonly number[];
  /** One row per ε, one column per c. */
  readonly losses: readonly (readonly number[])[];
  readonly isotropic: { readonly stepSize: number; readonly loss: number };
  readonly best: {
    readonly stepSize: number;
    readonly antisymmetric: number;
    readonly loss: number;
  };
}

/**
 * The loss over a window around both optima.
 *
 * Accuracy.     every loss exact before rounding
 * Throws.       ArgumentError for a bad setting or odd d; HypothesisError beyond 7 loops
 */
export function rotationLandscape(
  setting: LoopedSetting,
  options: { readonly points: number },
): RotationLandscape {
  const family = RotationFamily.of(setting);
  const optimum = isotropicOptimum({ ...setting, digits: 15 });
  const isotropic = {
    stepSize: optimum.stepSize.toNumber(),
    loss: optimum.loss.toNumber(),
  };
  const best = rotationOptimum(setting);
  const reach = Math.max(1.8 * best.antisymmetric, 0.15 * isotropic.stepSize);
  const across = Math.max(0.25 * isotropic.stepSize, best.stepSize - isotropic.stepSize + 0.1);
  const grid = (from: number, to: number) =>
    Array.from({ length: options.points }, (_, i) =>
      Number((from + ((to - from) * i) / (options.points - 1)).toFixed(6)),
    );
  const stepSizes = grid(isotropic.stepSize - across, isotropic.stepSize + across);
  const antisymmetric = grid(-reach, reach);
  return {
    ...setting,
    stepSizes,
    antisymmetric,
    losses: antisymmetric.map((epsilon) =>
      stepSizes.map((c) =>
        family.at(Rational.fromNumber(c), Rational.fromNumber(epsilon)).toNumber(),
      ),
    ),
    isotropic,
    best: { stepSize: best.stepSize, antisymmetric: best.antisymmetric, loss: best.loss },
  };
}
