import type { Stream } from "../random/stream.js";
import type { StepBlock, StepsTaken } from "./step-block.js";

/** A loss and its gradient at one parameter vector. */
export interface LossAndGradient {
  readonly loss: number;
  /** Of the loss, and of the penalty where there is one. */
  readonly gradient: Float64Array;
  /** A regulariser's value, kept apart so that the loss stays comparable with a reference. */
  readonly penalty?: number;
}

/** What takes steps of Adam without coming back in between, with the bits of one step at a time. */
export interface Stepper {
  /** The most steps of a block. */
  readonly blockSteps: number;
  takeSteps(block: StepBlock): StepsTaken;
}

/**
 * What training minimises: a loss with its gradient, exact or estimated from a stream.
 *
 * Conventions.  parameters are one flat vector (`packWeights`) and are not changed; an estimator
 *               draws from `stream` alone, so equal streams give equal estimates.
 */
export interface Objective {
  evaluate(parameters: Float64Array, stream: Stream): LossAndGradient | Promise<LossAndGradient>;
  /** One line that tells this objective from any other; resuming checks that it is the same. */
  describe(): string;
  /** Absent where steps are taken one at a time. */
  readonly stepper?: Stepper;
  /** Frees what the objective holds outside the JavaScript heap. */
  dispose?(): void;
}

/**
 * Objectives that take turns in one run, as under a curriculum.
 *
 * Conventions.  steps count from 0; equal steps give equal objectives, so a run may be resumed.
 */
export interface StagedObjective extends Pick<Objective, "describe" | "dispose"> {
  at(step: number): Objective;
}
