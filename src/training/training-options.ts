import type { Stream } from "../random/stream.js";
import type { Averaging } from "./averaging.js";
import type { Objective, StagedObjective } from "./objective.js";
import type { Optimizer } from "./optimizer.js";
import type { Schedule } from "./schedule.js";
import type { Growth } from "./staging/growth.js";
import type { StopRule } from "./stopping/stop-rule.js";

/** One step of training: `step` counts from 1. */
export interface TrainingStep {
  readonly step: number;
  readonly steps: number;
  /** Loss at the parameters before the step. */
  readonly loss: number;
  /** (loss − referenceLoss)/referenceLoss, when a reference loss was handed in. */
  readonly excess?: number;
  /** Norm of the gradient before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** A regulariser's value at the parameters before the step, if the run has one. */
  readonly penalty?: number;
  /** Since training (or its resumption) began. */
  readonly seconds: number;
  /** Estimate of what is left, from the pace so far. */
  readonly secondsLeft: number;
}

export interface TrainingOptions {
  readonly objective: Objective | StagedObjective;
  /** Where training starts; not changed. */
  readonly start: Float64Array;
  readonly steps: number;
  readonly optimizer: Optimizer;
  /** Peak of the schedule. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** Gradients are scaled to at most this norm; default: never. */
  readonly clipNorm?: number;
  /** Stops as "converged" once the gradient norm is at most this: for objectives without noise. */
  readonly gradientTolerance?: number;
  /** Kept beside the parameters; it does not enter the updates. */
  readonly averaging?: Averaging;
  /** Stops as "converged" when a rule says so, of the losses after step `from` (default: 0). */
  readonly stop?: { readonly rules: readonly StopRule[]; readonly from?: number };
  /** Enlarges the model on the way; `start` is then the smallest one. */
  readonly growth?: Growth;
  /** Step k (from 0) draws from `stream.split("step").split(k)`. */
  readonly stream: Stream;
  readonly checkpoint?: { readonly folder: string; readonly every: number };
  /** Continues from the folder's newest checkpoint. */
  readonly resume?: boolean;
  readonly onStep?: (step: TrainingStep) => void;
  /** Once aborted, the step in progress is finished and a checkpoint written. */
  readonly signal?: AbortSignal;
  readonly referenceLoss?: number;
}

export interface TrainingResult {
  /** Parameters at the end; after divergence the last finite ones. */
  readonly value: Float64Array;
  /** Their average, when one was asked for and has begun. */
  readonly average?: Float64Array;
  readonly status: "max-steps" | "converged" | "diverged" | "interrupted";
  readonly stats: {
    /** Steps done, those before a resumption included. */
    readonly steps: number;
    /** Losses of the first and the last step; undefined when no step was done. */
    readonly initialLoss: number | undefined;
    readonly lastLoss: number | undefined;
    readonly seconds: number;
  };
  /** Why it converged; what happened and what to do after divergence or interruption. */
  readonly message?: string;
}
