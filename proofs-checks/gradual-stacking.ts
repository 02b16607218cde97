import { Rational } from "../src/numeric/rational.js";
import type { SmoothFunction } from "../src/numeric/smooth-function.js";
import { loopedStepsLoss } from "../src/theory/polynomial-family/looped-steps-loss.js";
import type { WishartSetting } from "../src/theory/setting.js";

/** Which block a new one is copied from: the last (gradual stacking) or the middle one (MIDAS). */
export type StackingScheme = "copy last" | "copy middle";

/** An untied model of scalar steps that grows by one block a stage. */
export interface Stacking extends WishartSetting {
  readonly scheme: StackingScheme;
  /** Steps of the first block. */
  readonly block: readonly number[];
  readonly stages: number;
}

/**
 * The exact loss of untied scalar steps, with its gradient.
 *
 * Accuracy.     exact for the doubles given, rounded once; equal steps have equal slopes to the last bit
 */
export function untiedStepsLoss({ dim, contextLength }: WishartSetting): SmoothFunction {
  return (steps) => {
    const { loss, gradient } = loopedStepsLoss(
      { dim, contextLength, loops: 1 },
      Array.from(steps, Rational.fromNumber),
    );
    return {
      value: loss.toNumber(),
      gradient: Float64Array.from(gradient, (slope) => slope.toNumber()),
    };
  };
}

/**
 * The steps of a stacked model: train, grow by one copied block, train again.
 *
 * Conventions.  the copy lies on top of the block it is made from; of an even number of blocks the lower
 *               middle one is copied
 * @param train  ends of training from the given steps, at the stage numbered from 1
 */
export function stackSteps(
  { scheme, block, stages }: Stacking,
  train: (start: Float64Array, stage: number) => Float64Array,
): Float64Array {
  let steps = train(Float64Array.from(block), 1);
  for (let stage = 2; stage <= stages; stage++) {
    const source = scheme === "copy last" ? stage - 2 : Math.floor((stage - 2) / 2);
    const [from, to] = [source * block.length, (source + 1) * block.length];
    const copied = [...steps.subarray(0, to), ...steps.subarray(from, to), ...steps.subarray(to)];
    steps = train(Float64Array.from(copied), stage);
  }
  return steps;
}
