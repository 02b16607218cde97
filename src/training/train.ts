import { ArgumentError, requireInteger, requirePositive } from "../errors.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import { checkpointWriter, growAt, type RunState, startOrResume } from "./run-state.js";
import { learningRate, StepTaker, type TakenStep } from "./take-steps.js";
import { divergenceMessage, interruptionMessage } from "./training-messages.js";
import type { TrainingOptions, TrainingResult, TrainingStep } from "./training-options.js";

/**
 * Minimises an objective by a first-order method: the one training loop of loopgd.
 *
 * Statement.    step k evaluates at the current parameters on `stream.split("step").split(k)`, clips,
 *               and lets the optimiser move; so a run that was interrupted and resumed equals one that
 *               was not, bit for bit.
 * Conventions.  ends "diverged" at the very step whose loss, gradient or result is not finite, or whose
 *               loss exceeds 10⁶ times the first; the checkpoint before it stays.
 *               Yields to the event loop between steps, so that signals are heard.
 * Throws.       ArgumentError, before any work, for steps, rates or norms that are not positive and
 *               finite, a folder that is not writable, a checkpoint that does not fit the run
 */
export async function train(options: TrainingOptions): Promise<TrainingResult> {
  requireTrainable(options);
  const { objective, steps, checkpoint, signal } = options;
  const state = startOrResume(options);
  const save = checkpointWriter(options, state);
  const taker = new StepTaker(options);
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
  save();
  while (state.step < steps && state.converged === undefined) {
    if (signal?.aborted) {
      save();
      return finish("interrupted", interruptionMessage(options, state.step));
    }
    growAt(state, options);
    const current = "at" in objective ? objective.at(state.step) : objective;
    const every = checkpoint?.every ?? steps;
    const untilSaved = Math.min(steps, state.step + every - (state.step % every)) - state.step;
    const taken = await taker.take(current, state, "at" in objective ? 1 : untilSaved);
    for (const [i, step] of taken.steps.entries()) {
      const rate = learningRate(options, state.step);
      recordStep(state, options, step);
      report(options, { ...step, step: state.step, learningRate: rate, firstStep, began });
      if (state.converged === undefined && !signal?.aborted) continue;
      taken.rewind(i + 1);
      break;
    }
    if (taken.failed !== undefined && !signal?.aborted && state.converged === undefined) {
      return finish("diverged", divergenceMessage(options, state.step, taken.failed));
    }
    const isLast = state.converged !== undefined || state.step === steps;
    if (isLast || state.step % every === 0) save();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return finish(state.converged === undefined ? "max-steps" : "converged", state.converged);
}

/** Takes a step that was done into the state: its loss, the average, and whether to stop. */
function recordStep(
  state: RunState,
  { stop, gradientTolerance }: TrainingOptions,
  { loss, penalty = 0, gradientNorm }: TakenStep,
): void {
  state.step += 1;
  state.losses = { initial: state.losses?.initial ?? loss, last: loss };
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
  const { steps, clipNorm, gradientTolerance, checkpoint, resume } = options;
  requireInteger(where, "steps", steps);
  requirePositive(where, "learningRate", options.learningRate);
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
  at: Pick<TrainingStep, "step" | "loss" | "gradientNorm" | "learningRate" | "penalty"> & {
    readonly firstStep: number;
    readonly began: number;
  },
): void {
  if (onStep === undefined) return;
  const { step, loss, gradientNorm, learningRate, penalty, firstStep, began } = at;
  const seconds = (performance.now() - began) / 1000;
  const secondsLeft = (seconds / (step - firstStep)) * (steps - step);
  onStep({
    ...{ step, steps, loss, gradientNorm, learningRate, seconds, secondsLeft },
    ...(penalty !== undefined && { penalty }),
    ...(referenceLoss !== undefined && { excess: (loss - referenceLoss) / referenceLoss }),
  });
}
