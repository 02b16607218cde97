import { ArgumentError, Description } from "../errors.js";
import type { AverageState } from "./averaging.js";
import { type Checkpoint, checkpointPath, readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import type { TrainingOptions } from "./training-options.js";

/** The state of a run between two steps; every change replaces or fills its fields. */
export type RunState = {
  -readonly [Field in keyof Omit<Checkpoint, "options">]: Checkpoint[Field];
};

/** Where a run begins: at its start, or at its folder's newest checkpoint. */
export function startOrResume(options: TrainingOptions): RunState {
  const { start, optimizer, checkpoint, resume, averaging, stop } = options;
  if (checkpoint !== undefined && resume) {
    const { options: _same, ...state } = readCheckpoint(
      checkpoint.folder,
      trajectoryOptions(options),
    );
    requireComplete(state, options, checkpointPath(checkpoint.folder));
    return state;
  }
  return {
    step: 0,
    parameters: Float64Array.from(start),
    optimizer: optimizer.start(start.length),
    average: averaging === undefined ? undefined : emptyAverage(start.length),
    stopMemories: stop?.rules.map((rule) => rule.start()) ?? [],
    converged: undefined,
    losses: undefined,
  };
}

/** A checkpoint of this run that lacks a part of it was altered, and is refused. */
function requireComplete(state: RunState, options: TrainingOptions, path: string): void {
  const { start, averaging, growth, stop } = options;
  const memories = stop?.rules.map((rule) => rule.start().length) ?? [];
  const isComplete =
    (growth !== undefined || state.parameters.length === start.length) &&
    (state.average === undefined) === (averaging === undefined) &&
    state.stopMemories.length === memories.length &&
    memories.every((length, i) => state.stopMemories[i]?.length === length);
  if (isComplete) return;
  const held = `${state.parameters.length} parameters, ${state.stopMemories.length} stop rules`;
  const average = state.average === undefined ? "no average" : "an average";
  const got = new Description(`${held}, ${average}`);
  throw new ArgumentError("train", `"${path}"`, "a whole checkpoint of this run", got);
}

/** Writes checkpoints of a run, each step's at most once. */
export function checkpointWriter(options: TrainingOptions, state: RunState): () => void {
  const { checkpoint, resume } = options;
  let saved = resume ? state.step : -1;
  return () => {
    if (checkpoint === undefined || saved === state.step) return;
    writeCheckpoint(checkpoint.folder, { ...state, options: trajectoryOptions(options) });
    saved = state.step;
  };
}

/** An average that has taken in nothing yet. */
function emptyAverage(parameterCount: number): AverageState {
  return { count: 0, vector: new Float64Array(parameterCount) };
}

/**
 * Enlarges the model before a step where its growth says so: new parameters are copies of old ones.
 *
 * The optimiser's memory is copied alike, or begins anew; an average begins anew, since models of
 * different depth have none.
 */
export function growAt(state: RunState, { growth, optimizer }: TrainingOptions): void {
  const sources = growth?.sourcesAt(state.step);
  if (growth === undefined || sources === undefined) return;
  const copy = (vector: Float64Array) => Float64Array.from(sources, (source) => vector[source]!);
  state.parameters = copy(state.parameters);
  if (state.average !== undefined) state.average = emptyAverage(sources.length);
  state.optimizer = growth.keepsOptimizer
    ? {
        step: state.optimizer.step,
        slots: Object.fromEntries(
          Object.entries(state.optimizer.slots).map(([name, slot]) => [name, copy(slot)]),
        ),
      }
    : optimizer.start(sources.length);
}

/** What the path of the parameters depends on, as texts a refused resumption can show. */
function trajectoryOptions(options: TrainingOptions): Record<string, string> {
  const { objective, start, steps, optimizer, learningRate, schedule, clipNorm, stream } = options;
  const { averaging, stop, growth, gradientTolerance } = options;
  const overHorizon = ({ spec, usesHorizon }: { spec: string; usesHorizon: boolean }) =>
    usesHorizon ? `${spec} over ${steps} steps` : spec;
  const rules = stop?.rules.map(({ spec }) => spec).join(", ") ?? "";
  return {
    objective: objective.describe(),
    parameters: `${start.length}`,
    optimizer: optimizer.spec,
    learningRate: `${learningRate}`,
    schedule: overHorizon(schedule),
    clipNorm: clipNorm === undefined ? "none" : `${clipNorm}`,
    averaging: averaging === undefined ? "none" : overHorizon(averaging),
    stop: rules === "" ? "none" : `${rules} from step ${stop?.from ?? 0}`,
    gradientTolerance: gradientTolerance === undefined ? "none" : `${gradientTolerance}`,
    growth: growth === undefined ? "none" : overHorizon({ spec: growth.spec, usesHorizon: true }),
    // A stream does not tell its seed, but one draw of it tells two streams apart.
    stream: `${stream.split("fingerprint").uniform()}`,
  };
}
