import type { Stream } from "../random/stream.js";
import type { AdamRule, OptimizerState } from "./optimizer.js";

/**
 * Steps that an objective is asked to take by itself, many in one call.
 *
 * Conventions.  parameters, optimizer and average are moved in place. Step i evaluates on `streamOf(i)`,
 *               clips to `clipNorm`, moves by `rule` at `learningRates[i]`, and takes the parameters into
 *               the average with `averageWeights[i]`, where 0 is not at all.
 */
export interface StepBlock {
  readonly parameters: Float64Array;
  readonly optimizer: OptimizerState;
  readonly rule: AdamRule;
  readonly average: Float64Array | undefined;
  readonly averageWeights: ArrayLike<number>;
  readonly learningRates: ArrayLike<number>;
  readonly streamOf: (step: number) => Stream;
  readonly clipNorm: number;
  /** A loss whose size is above this is divergence. */
  readonly lossLimit: number;
}

/**
 * The steps of a block that were taken.
 *
 * Conventions.  losses and gradientNorms have one entry per step; under an ending other than "whole" also
 *               one for the step that was not taken
 */
export interface StepsTaken {
  readonly steps: number;
  readonly losses: Float64Array;
  /** Before clipping. */
  readonly gradientNorms: Float64Array;
  /**
   * "unsound-estimate": the next step's loss or gradient is out of bounds; "unsound-parameters": it would
   * have made parameters that are not finite, which are as before it.
   */
  readonly ending: "whole" | "unsound-estimate" | "unsound-parameters";
  /** The parameters before the last step that was taken; undefined when none was. */
  readonly before: Float64Array | undefined;
}
