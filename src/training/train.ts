import { ArgumentError, requireInteger, requirePositive } from "../errors.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import type { Stream } from "../random/stream.js";
import { checkpointPath, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { clipGradient } from "./clip-gradient.js";
import type { Objective } from "./objective.js";
import type { Optimizer, OptimizerState } from "./optimizer.js";
import type { Schedule } from "./schedule.js";

/** A loss this many times the first one counts as divergence, though still finite. */
const DIVERGENCE_FACTOR = 1e6;

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
  /** Since training (or its resumption) began. */
  readonly seconds: number;
  /** Estimate of what is left, from the pace so far. */
  readonly secondsLeft: number;
}

export interface TrainingOptions {
  readonly objective: Objective;
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
  readonly status: "max-steps" | "converged" | "diverged" | "interrupted";
  readonly stats: {
    /** Steps done, those before a resumption included. */
    readonly steps: number;
    /** Losses of the first and the last step; undefined when no step was done. */
    readonly initialLoss: number | undefined;
    readonly lastLoss: number | undefined;
    readonly seconds: number;
  };
  /** What happened and what to do: after divergence or interruption. */
  readonly message?: string;
}

/**
 * Minimises an objective by a first-order method: the one training loop of loopgd.
 *
 * Statement.    step k evaluates at the current parameters on `stream.split("step").split(k)`, clips,
 *               and lets the optimiser move; so a run that was interrupted and resumed equals one that
 *               was not, bit for bit.
 * Conventions.  ends "diverged" at the very step whose loss, gradient or result is not finite, or whose
 *               loss exceeds DIVERGENCE_FACTOR times the first; the checkpoint before it stays.
 *               Yields to the event loop between steps, so that signals are heard.
 * Throws.       ArgumentError, before any work, for steps, rates or norms that are not positive and
 *               finite, a folder that is not writable, a checkpoint that does not fit the run
 */
export async function train(options: TrainingOptions): Promise<TrainingResult> {
  requireTrainable(options);
  const { objective, steps, optimizer, schedule, stream, checkpoint, signal } = options;
  const state = startOrResume(options);
  const { parameters } = state;
  const stepStream = stream.split("step");
  const began = performance.now();
  const firstStep = state.step;
  const finish = (status: TrainingResult["status"], message?: string): TrainingResult => ({
    value: parameters,
    status,
    stats: {
      steps: state.step,
      initialLoss: state.losses?.initial,
      lastLoss: state.losses?.last,
      seconds: (performance.now() - began) / 1000,
    },
    ...(message !== undefined && { message }),
  });
  let saved = options.resume ? state.step : -1;
  const save = (): void => {
    if (checkpoint === undefined || saved === state.step) return;
    writeCheckpoint(checkpoint.folder, { ...state, options: trajectoryOptions(options) });
    saved = state.step;
  };
  const before = new Float64Array(parameters.length);
  save();
  while (state.step < steps) {
    if (signal?.aborted) {
      save();
      return finish("interrupted", interruptionMessage(options, state.step));
    }
    const { loss, gradient } = await objective.evaluate(parameters, stepStream.split(state.step));
    const slope = Float64Array.from(gradient);
    const gradientNorm = clipGradient(slope, options.clipNorm ?? Number.POSITIVE_INFINITY);
    // A first loss of zero gives no scale to judge others by.
    const limit = DIVERGENCE_FACTOR * Math.abs(state.losses?.initial ?? loss) || Infinity;
    const isSound = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    if (!isSound || Math.abs(loss) > limit) {
      // The parameters before the step that led here are the last whose loss was in bounds.
      if (state.step > firstStep) parameters.set(before);
      return finish("diverged", divergenceMessage(options, state.step, { loss, gradientNorm }));
    }
    const learningRate = options.learningRate * schedule.factor(state.step, steps);
    before.set(parameters);
    optimizer.update(state.optimizer, parameters, slope, learningRate);
    if (!parameters.every(Number.isFinite)) {
      parameters.set(before);
      return finish("diverged", divergenceMessage(options, state.step, { loss, gradientNorm }));
    }
    state.step += 1;
    state.losses = { initial: state.losses?.initial ?? loss, last: loss };
    report(options, { step: state.step, loss, gradientNorm, learningRate, firstStep, began });
    const isConverged = gradientNorm <= (options.gradientTolerance ?? -1);
    if (isConverged || state.step === steps || state.step % (checkpoint?.every ?? steps) === 0) {
      save();
    }
    if (isConverged) return finish("converged");
    await new Promise((resolve) => setImmediate(resolve));
  }
  return finish("max-steps");
}

interface RunState {
  step: number;
  readonly parameters: Float64Array;
  readonly optimizer: OptimizerState;
  losses: { readonly initial: number; readonly last: number } | undefined;
}

function requireTrainable(options: TrainingOptions): void {
  const where = "train";
  const { steps, learningRate, clipNorm, gradientTolerance, checkpoint, resume } = options;
  requireInteger(where, "steps", steps);
  requirePositive(where, "learningRate", learningRate);
  if (clipNorm !== undefined) requirePositive(where, "clipNorm", clipNorm);
  if (gradientTolerance !== undefined) {
    requirePositive(where, "gradientTolerance", gradientTolerance);
  }
  const entry = options.start.findIndex((value) => !Number.isFinite(value));
  if (entry >= 0) {
    throw new ArgumentError(where, `start[${entry}]`, "a finite number", options.start[entry]);
  }
  if (checkpoint !== undefined) {
    requireInteger(where, "checkpoint.every", checkpoint.every);
    requireWritableFolder(where, "checkpoint.folder", checkpoint.folder);
  } else if (resume) {
    throw new ArgumentError(where, "checkpoint", "given when resume is set", undefined);
  }
}

function startOrResume(options: TrainingOptions): RunState {
  const { start, optimizer, checkpoint, resume } = options;
  const fresh = (): RunState => ({
    step: 0,
    parameters: Float64Array.from(start),
    optimizer: optimizer.start(start.length),
    losses: undefined,
  });
  if (checkpoint === undefined || !resume) return fresh();
  const {
    step,
    parameters,
    optimizer: state,
    losses,
  } = readCheckpoint(checkpoint.folder, trajectoryOptions(options));
  return { step, parameters, optimizer: state, losses };
}

/** What the path of the parameters depends on, as texts a refused resumption can show. */
function trajectoryOptions(options: TrainingOptions): Record<string, string> {
  const { objective, start, steps, optimizer, learningRate, schedule, clipNorm, stream } = options;
  return {
    objective: objective.describe(),
    parameters: `${start.length}`,
    optimizer: optimizer.spec,
    learningRate: `${learningRate}`,
    schedule: schedule.usesHorizon ? `${schedule.spec} over ${steps} steps` : schedule.spec,
    clipNorm: clipNorm === undefined ? "none" : `${clipNorm}`,
    // A stream does not tell its seed, but one draw of it tells two streams apart.
    stream: `${stream.split("fingerprint").uniform()}`,
  };
}

function report(
  { onStep, referenceLoss, steps }: TrainingOptions,
  at: Pick<TrainingStep, "step" | "loss" | "gradientNorm" | "learningRate"> & {
    readonly firstStep: number;
    readonly began: number;
  },
): void {
  if (onStep === undefined) return;
  const { step, loss, gradientNorm, learningRate, firstStep, began } = at;
  const seconds = (performance.now() - began) / 1000;
  const secondsLeft = (seconds / (step - firstStep)) * (steps - step);
  onStep({
    ...{ step, steps, loss, gradientNorm, learningRate, seconds, secondsLeft },
    ...(referenceLoss !== undefined && { excess: (loss - referenceLoss) / referenceLoss }),
  });
}

function divergenceMessage(
  { learningRate, clipNorm, checkpoint }: TrainingOptions,
  step: number,
  { loss, gradientNorm }: { loss: number; gradientNorm: number },
): string {
  const clip =
    clipNorm === undefined
      ? "clipping the gradient (--clip 1)"
      : `a smaller --clip than ${clipNorm}`;
  const kept =
    checkpoint === undefined
      ? ""
      : `; the checkpoint in "${checkpointPath(checkpoint.folder)}" is kept`;
  return (
    `training diverged at step ${step + 1}: loss ${loss.toPrecision(4)}, ` +
    `gradient norm ${gradientNorm.toPrecision(4)}. Try a smaller learning rate ` +
    `(--lr ${learningRate / 10}), ${clip}, or a larger batch${kept}`
  );
}

function interruptionMessage({ steps, checkpoint }: TrainingOptions, step: number): string {
  const kept =
    checkpoint === undefined
      ? "no checkpoint was asked for"
      : `resume from "${checkpointPath(checkpoint.folder)}"`;
  return `training was interrupted after step ${step} of ${steps}; ${kept}`;
}
