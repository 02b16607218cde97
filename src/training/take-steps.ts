import type { Stream } from "../random/stream.js";
import { extendAverage } from "./averaging.js";
import { clipGradient } from "./clip-gradient.js";
import type { LossAndGradient, Objective, Stepper } from "./objective.js";
import type { AdamRule } from "./optimizer.js";
import type { RunState } from "./run-state.js";
import type { StepsTaken } from "./step-block.js";
import type { TrainingOptions } from "./training-options.js";

/** What one step found. */
export interface TakenStep extends Pick<LossAndGradient, "loss" | "penalty"> {
  readonly gradientNorm: number;
}

/**
 * Steps that were taken from a state, which has moved on by all of them.
 *
 * Conventions.  failed: the step that was refused, if one was; `state.parameters` are then the last whose
 *               loss was in bounds. state.step and state.losses are left to whoever records the steps.
 */
export interface Taken {
  readonly steps: readonly TakenStep[];
  readonly failed?: TakenStep;
  /** Puts the state where it is after the first `count` steps, bit for bit. */
  rewind(count: number): void;
}

/** A loss this many times the first one counts as divergence, though still finite. */
const DIVERGENCE_FACTOR = 1e6;
/** A block is made longer below the first, shorter above the second: events are let through in between. */
const [SHORT_MILLISECONDS, LONG_MILLISECONDS] = [2, 8] as const;

/** Takes the steps of a run: one at a time, or in blocks where the objective does that by itself. */
export class StepTaker {
  readonly #options: TrainingOptions;
  readonly #stream: Stream;
  /** The parameters before the last step; undefined before the first. */
  #before: Float64Array | undefined;
  #blockSteps = 2;

  constructor(options: TrainingOptions) {
    this.#options = options;
    this.#stream = options.stream.split("step");
  }

  /** At least one step and at most `most`. */
  async take(objective: Objective, state: RunState, most: number): Promise<Taken> {
    const { stepper } = objective;
    const { adam } = this.#options.optimizer;
    // The first loss of a run sets the limit for all others.
    const isFirst = state.losses === undefined;
    if (stepper === undefined || adam === undefined || isFirst || most === 1) {
      return this.#takeOne(objective, state);
    }
    const count = Math.min(most, this.#blockSteps);
    const began = performance.now();
    const taken = this.#takeBlock(stepper, adam, state, count);
    const milliseconds = performance.now() - began;
    if (milliseconds > LONG_MILLISECONDS) this.#blockSteps = Math.max(1, count >> 1);
    else if (milliseconds < SHORT_MILLISECONDS && count === this.#blockSteps) {
      this.#blockSteps = Math.min(stepper.blockSteps, 2 * count);
    }
    return taken;
  }

  async #takeOne(objective: Objective, state: RunState): Promise<Taken> {
    const { steps, optimizer, averaging, clipNorm = Number.POSITIVE_INFINITY } = this.#options;
    const estimate = await objective.evaluate(state.parameters, this.#stream.split(state.step));
    const { loss } = estimate;
    const slope = Float64Array.from(estimate.gradient);
    const step = { ...estimate, gradientNorm: clipGradient(slope, clipNorm) };
    const rewind = (): void => {};
    const isSound = Number.isFinite(loss) && Number.isFinite(step.gradientNorm);
    if (!isSound || Math.abs(loss) > lossLimit(state, loss)) {
      state.parameters = this.#before ?? state.parameters;
      return { steps: [], failed: step, rewind };
    }
    this.#before = Float64Array.from(state.parameters);
    optimizer.update(
      state.optimizer,
      state.parameters,
      slope,
      learningRate(this.#options, state.step),
    );
    if (!state.parameters.every(Number.isFinite)) {
      state.parameters = this.#before;
      return { steps: [], failed: step, rewind };
    }
    if (averaging?.includes(state.step + 1, steps)) {
      state.average = extendAverage(averaging, state.average!, state.parameters);
    }
    return { steps: [step], rewind };
  }

  #takeBlock(stepper: Stepper, rule: AdamRule, state: RunState, count: number): Taken {
    const start = copyOf(state);
    const [first, limit] = [state.step, lossLimit(state, 0)];
    const move = (most: number) => this.#move(stepper, rule, state, first, most, limit);
    const { losses, gradientNorms, ...result } = move(count);
    const found = Array.from(losses, (loss, i) => ({ loss, gradientNorm: gradientNorms[i]! }));
    const steps = found.slice(0, result.steps);
    const rewind = (wanted: number): void => {
      if (wanted === count) return;
      Object.assign(state, copyOf(start));
      move(wanted);
    };
    if (result.ending === "whole") return { steps, rewind };
    if (result.ending === "unsound-estimate") state.parameters = this.#before!;
    return { steps, failed: found[result.steps]!, rewind };
  }

  /** Moves a state by up to `count` steps, `first` and on. */
  #move(
    stepper: Stepper,
    rule: AdamRule,
    state: Moving,
    first: number,
    count: number,
    limit: number,
  ): StepsTaken {
    const { averaging, steps, clipNorm = Number.POSITIVE_INFINITY } = this.#options;
    let taken = state.average?.count ?? 0;
    // The first parameters an average takes in are copied, which weight 1 says.
    const averageWeights = Array.from({ length: count }, (_, i) => {
      if (averaging === undefined || !averaging.includes(first + i + 1, steps)) return 0;
      taken += 1;
      return taken === 1 ? 1 : averaging.weight(taken);
    });
    const average = state.average && Float64Array.from(state.average.vector);
    const result = stepper.takeSteps({
      ...{ parameters: state.parameters, optimizer: state.optimizer, rule },
      ...{ average, averageWeights, clipNorm, lossLimit: limit },
      learningRates: Array.from({ length: count }, (_, i) =>
        learningRate(this.#options, first + i),
      ),
      streamOf: (i) => this.#stream.split(first + i),
    });
    if (average !== undefined) {
      const included = averageWeights.slice(0, result.steps).filter((weight) => weight > 0).length;
      state.average = { count: state.average!.count + included, vector: average };
    }
    this.#before = result.before ?? this.#before;
    return result;
  }
}

/** What a step changes, in memory of its own. */
function copyOf({ parameters, optimizer, average }: Moving): Moving {
  return {
    parameters: Float64Array.from(parameters),
    optimizer: {
      step: optimizer.step,
      slots: Object.fromEntries(
        Object.entries(optimizer.slots).map(([name, slot]) => [name, Float64Array.from(slot)]),
      ),
    },
    average: average && { count: average.count, vector: Float64Array.from(average.vector) },
  };
}

type Moving = Pick<RunState, "parameters" | "optimizer" | "average">;

/** The learning rate of a step, counted from 0. */
export function learningRate(
  { learningRate: peak, schedule, steps }: TrainingOptions,
  step: number,
): number {
  return peak * schedule.factor(step, steps);
}

function lossLimit(state: RunState, loss: number): number {
  // A first loss of zero gives no scale to judge others by.
  return DIVERGENCE_FACTOR * Math.abs(state.losses?.initial ?? loss) || Number.POSITIVE_INFINITY;
}
