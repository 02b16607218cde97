import { ArgumentError, requireInteger, requirePositive } from "../errors.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import { extendAverage } from "./averaging.js";
import { clipGradient } from "./clip-gradient.js";
import type { LossAndGradient } from "./objective.js";
import { checkpointWriter, growAt, type RunState, startOrResume } from "./run-state.js";
import { divergenceMessage, interruptionMessage } from "./training-messages.js";
import type { TrainingOptions, TrainingResult, TrainingStep } from "./training-options.js";

/** A loss this many times the first one counts as divergence, though still finite. */
const DIVERGENCE_FACTOR = 1e6;

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
  const save = checkpointWriter(options, state);
  const stepStream = stream.split("step");
  const began = performance.now();
  const firstStep = state.step;
  const finish = (status: TrainingResult["status"], message?: string): TrainingResult => ({
    value: state.parameters,
    ...(state.average !== undefined &&
      state.average.count > 0 && { average: state.average.vector }),
    status,
    stats: {
      steps: state.step,
      initialLoss: state.losses?.initial,
      lastLoss: state.losses?.last,
      seconds: (performance.now() - began) / 1000,
    },
    ...(message !== undefined && { message }),
  });
  let before = state.parameters;
  save();
  while (state.step < steps && state.converged === undefined) {
    if (signal?.aborted) {
      save();
      return finish("interrupted", interruptionMessage(options, state.step));
    }
    growAt(state, options);
    const current = "at" in objective ? objective.at(state.step) : objective;
    const estimate = await current.evaluate(state.parameters, stepStream.split(state.step));
    const { loss } = estimate;
    const slope = Float64Array.from(estimate.gradient);
    const gradientNorm = clipGradient(slope, options.clipNorm ?? Number.POSITIVE_INFINITY);
    // A first loss of zero gives no scale to judge others by.
    const limit = DIVERGENCE_FACTOR * Math.abs(state.losses?.initial ?? loss) || Infinity;
    const isSound = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    if (!isSound || Math.abs(loss) > limit) {
      // The parameters before the step that led here are the last whose loss was in bounds.
      if (state.step > firstStep) state.parameters = before;
      return finish("diverged", divergenceMessage(options, state.step, { loss, gradientNorm }));
    }
    const learningRate = options.learningRate * schedule.factor(state.step, steps);
    before = Float64Array.from(state.parameters);
    optimizer.update(state.optimizer, state.parameters, slope, learningRate);
    if (!state.parameters.every(Number.isFinite)) {
      state.parameters = before;
      return finish("diverged", divergenceMessage(options, state.step, { loss, gradientNorm }));
    }
    recordStep(state, options, { ...estimate, gradientNorm });
    report(options, { step: state.step, loss, gradientNorm, learningRate, firstStep, began });
    const isLast = state.converged !== undefined || state.step === steps;
    if (isLast || state.step % (checkpoint?.every ?? steps) === 0) save();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return finish(state.converged === undefined ? "max-steps" : "converged", state.converged);
}

/** Takes a step that was done into the state: its loss, the average, and whether to stop. */
function recordStep(
  state: RunState,
  { steps, averaging, stop, gradientTolerance }: TrainingOptions,
  { loss, penalty = 0, gradientNorm }: LossAndGradient & { readonly gradientNorm: number },
): void {
  state.step += 1;
  state.losses = { initial: state.losses?.initial ?? loss, last: loss };
  if (averaging?.includes(state.step, steps)) {
    state.average = extendAverage(averaging, state.average!, state.parameters);
  }
  if (gradientTolerance !== undefined && gradientNorm <= gradientTolerance) {
    state.converged = `the gradient norm ${gradientNorm.toPrecision(3)} is within ${gradientTolerance}`;
  }
  if (state.step <= (stop?.from ?? 0)) return;
  stop?.rules.forEach((rule, i) => {
    const reason = rule.observe(state.stopMemories[i]!, loss + penalty);
    if (reason !== undefined)
      state.converged = `training stopped after step ${state.step}: ${reason}`;
  });
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
