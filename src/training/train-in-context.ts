import { ArgumentError } from "../errors.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import { layerParameterCount, type ModelShape, unpackWeights } from "../model/model-shape.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { adam } from "./adam.js";
import type { Averaging } from "./averaging.js";
import { chooseEngine, type EngineOptions, estimatesPlainLoss } from "./engine/choose-engine.js";
import { requireFiniteLoss } from "./finite-loss.js";
import { initialParameters } from "./initial-parameters.js";
import { MetricsWriter } from "./metrics.js";
import type { Optimizer } from "./optimizer.js";
import { cosineSchedule, type Schedule } from "./schedule.js";
import { planStages, type StagingOptions } from "./staging/plan-stages.js";
import type { StopRule } from "./stopping/stop-rule.js";
import { train } from "./train.js";
import { TRAINING_DEFAULTS } from "./training-defaults.js";
import type { TrainingResult, TrainingStep } from "./training-options.js";
import type { StepRecord, TrainingRun } from "./training-run.js";

/** A training run: the law, the model, and how it is trained. */
export interface ContextTraining extends EngineOptions, StagingOptions {
  readonly distribution: PromptDistribution;
  readonly shape: ModelShape;
  /** Default: TRAINING_DEFAULTS. */
  readonly steps?: number;
  /** Peak of the schedule; default: TRAINING_DEFAULTS, by family. */
  readonly learningRate?: number;
  /** Default: Adam. */
  readonly optimizer?: Optimizer;
  /** Default: a cosine to zero. */
  readonly schedule?: Schedule;
  readonly clipNorm?: number;
  /** An average of the parameters, returned in place of the last ones; default: none. */
  readonly averaging?: Averaging;
  /** What ends the run early; the rules begin once curricula and stacking have ended. */
  readonly stop?: readonly StopRule[];
  /** Everything random in the run: starting weights and prompts. */
  readonly stream: Stream;
  /** Where training starts (under stacking: one block); default: small Gaussian weights. */
  readonly start?: Float64Array;
  /** Where metrics and checkpoints go; default: nowhere. */
  readonly folder?: string;
  /** Steps between checkpoints; default: a tenth of the run. */
  readonly checkpointEvery?: number;
  /** Continues the folder's run from its newest checkpoint. */
  readonly resume?: boolean;
  /** Shown beside the loss while training; it does not enter the updates. */
  readonly referenceLoss?: number;
  /** Called once, when nothing of the engine can be refused any more, with its name and why it runs. */
  readonly onEngine?: (engine: string) => void;
  readonly onStep?: (step: TrainingStep) => void;
  readonly signal?: AbortSignal;
}

/**
 * Trains an in-context model: by the plain estimator on fresh prompts unless told otherwise.
 *
 * Statement.    minimises E Σ_t ω_t (ŷ_t − y_q)² by a first-order method, ω the last loop unless given
 * Throws.       ArgumentError before any work for options that cannot be used together, an unusable
 *               backend, or a folder that is not writable or holds another run; HypothesisError where
 *               the covariates' tails make the loss infinite, or the engine does not reach the model
 */
export async function trainInContext(options: ContextTraining): Promise<TrainingRun> {
  const { distribution, shape, stream, folder } = options;
  const steps = options.steps ?? TRAINING_DEFAULTS.steps;
  if (folder !== undefined) requireWritableFolder("trainInContext", "folder", folder);
  requireFiniteLoss("trainInContext", shape, distribution);
  requireCompatible(options);
  const plan = planStages(shape, distribution, steps, options);
  const engine = await chooseEngine(options);
  const start =
    options.start ?? (engine.start ?? initialParameters)(plan.startShape, stream.split("start"));
  const checkpointEvery = options.checkpointEvery ?? Math.ceil(steps / 10);
  const metrics =
    folder === undefined ? undefined : await MetricsWriter.open(folder, options.resume === true);
  const objective = plan.objective(engine);
  const history: StepRecord[] = [];
  const record = (step: TrainingStep): void => {
    const { step: count, loss, gradientNorm, learningRate } = step;
    // A model that grows has nothing to hold alike before its second block.
    const penalty = step.penalty ?? (options.similarity === undefined ? undefined : 0);
    if (history.length === 0) history.push(...(metrics?.recordsBefore(count) ?? []));
    history.push({
      ...{ step: count, loss, gradientNorm, learningRate },
      ...(penalty !== undefined && { penalty }),
    });
    metrics?.append(history.at(-1)!);
    // Before the checkpoint of this step: a resumed run finds the records of all steps it has.
    if (count % checkpointEvery === 0) metrics?.sync();
    options.onStep?.(step);
  };
  try {
    options.onEngine?.(engine.announcement ?? engine.name);
    const result = await train({
      ...{ objective, start, steps, stream: stream.split("training"), onStep: record },
      optimizer: options.optimizer ?? adam(),
      learningRate: options.learningRate ?? TRAINING_DEFAULTS.learningRate[shape.family],
      schedule: options.schedule ?? cosineSchedule(),
      ...(options.clipNorm !== undefined && { clipNorm: options.clipNorm }),
      ...(options.averaging !== undefined && { averaging: options.averaging }),
      ...(options.stop !== undefined && { stop: { rules: options.stop, from: plan.settledFrom } }),
      ...(plan.growth !== undefined && { growth: plan.growth }),
      ...(folder !== undefined && { checkpoint: { folder, every: checkpointEvery } }),
      ...(options.resume !== undefined && { resume: options.resume }),
      ...(options.signal !== undefined && { signal: options.signal }),
      ...(options.referenceLoss !== undefined && { referenceLoss: options.referenceLoss }),
    });
    if (history.length === 0) history.push(...(metrics?.recordsBefore(steps + 1) ?? []));
    metrics?.close(history);
    return {
      ...{ distribution, history, losses: engine.losses, engine: engine.name },
      positions: options.positions ?? "last",
      ...trainedModel(shape, result),
      status: result.status,
      seconds: result.stats.seconds,
      ...(result.message !== undefined && { message: result.message }),
      ...(options.referenceLoss !== undefined && { referenceLoss: options.referenceLoss }),
    };
  } finally {
    metrics?.close();
    objective.dispose?.();
  }
}

/** The model at the end of a run; one that was cut off while it grew has fewer layers. */
function trainedModel(
  shape: ModelShape,
  { value, average }: TrainingResult,
): Pick<TrainingRun, "shape" | "weights" | "lastWeights"> {
  const trained = { ...shape, layers: value.length / layerParameterCount(shape) };
  const lastWeights = unpackWeights(trained, value);
  return average === undefined
    ? { shape: trained, weights: lastWeights }
    : { shape: trained, weights: unpackWeights(trained, average), lastWeights };
}

function requireCompatible(options: ContextTraining): void {
  const where = "trainInContext";
  const { lossWeights, loopsCurriculum, stop = [] } = options;
  if (lossWeights !== undefined && loopsCurriculum !== undefined) {
    const requirement = "absent under a curriculum over loops, since there is one per loop";
    throw new ArgumentError(where, "lossWeights", requirement, lossWeights);
  }
  const rule = stop.find(({ needsReference }) => needsReference);
  if (rule !== undefined && !estimatesPlainLoss(options)) {
    const requirement = "without a reference when losses are weighted or of all positions";
    throw new ArgumentError(where, "stop", requirement, rule.spec);
  }
}
