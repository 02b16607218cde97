import { existsSync } from "node:fs";
import { join } from "node:path";
import { JsonLinesWriter, readJsonLines, rewriteJsonLines } from "../io/json-lines.js";
import { requireWritableFolder } from "../io/writable-folder.js";
import { type ModelShape, unpackWeights } from "../model/model-shape.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { adam } from "./adam.js";
import { initialParameters } from "./initial-parameters.js";
import type { Objective } from "./objective.js";
import type { Optimizer } from "./optimizer.js";
import { cosineSchedule, type Schedule } from "./schedule.js";
import { type TrainingStep, train } from "./train.js";
import { TRAINING_DEFAULTS } from "./training-defaults.js";
import type { StepRecord, TrainingRun } from "./training-run.js";

/** An objective with the name of what computes it. */
export interface Engine {
  readonly name: string;
  readonly objective: Objective;
  /** Whether the objective estimates its loss from prompts or knows it. */
  readonly losses: TrainingRun["losses"];
}

/** A training run: the law, the model, and how it is trained. */
export interface ContextTraining {
  readonly distribution: PromptDistribution;
  readonly shape: ModelShape;
  /** Default: TRAINING_DEFAULTS. */
  readonly steps?: number;
  /** Fresh prompts at every step; default: TRAINING_DEFAULTS. */
  readonly batch?: number;
  /** Peak of the schedule; default: TRAINING_DEFAULTS, by family. */
  readonly learningRate?: number;
  /** Default: Adam. */
  readonly optimizer?: Optimizer;
  /** Default: a cosine to zero. */
  readonly schedule?: Schedule;
  readonly clipNorm?: number;
  /** Everything random in the run: starting weights and prompts. */
  readonly stream: Stream;
  /**
   * What is minimised, and the name of what computes it; default: the plain estimator on fresh token
   * prompts, which `batch` and `backend` are about.
   */
  readonly engine?: Engine;
  /** Where training starts; default: small Gaussian weights. */
  readonly start?: Float64Array;
  /** A TensorFlow.js backend by name; default: the first that works. */
  readonly backend?: string;
  /** Where metrics.jsonl and checkpoints go; default: nowhere. */
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
 * Trains an in-context model, on fresh token prompts by the plain estimator unless told otherwise.
 *
 * Statement.    minimises E(ŷ − y_q)², ŷ after the last loop, by a first-order method
 * Throws.       ArgumentError before any work for options that cannot be used, an unusable backend, or a
 *               folder that is not writable or holds another run
 */
export async function trainInContext(options: ContextTraining): Promise<TrainingRun> {
  const { distribution, shape, stream, folder, referenceLoss } = options;
  const steps = options.steps ?? TRAINING_DEFAULTS.steps;
  if (folder !== undefined) requireWritableFolder("trainInContext", "folder", folder);
  const { engine: given } = options;
  const { name: engine, objective, losses } = given ?? (await tokenEngine(options));
  if (given !== undefined) options.onEngine?.(engine);
  const metrics =
    folder === undefined ? undefined : new MetricsFile(folder, options.resume === true);
  const history: StepRecord[] = [];
  try {
    const result = await train({
      objective,
      start: options.start ?? initialParameters(shape, stream.split("start")),
      steps,
      optimizer: options.optimizer ?? adam(),
      learningRate: options.learningRate ?? TRAINING_DEFAULTS.learningRate[shape.family],
      schedule: options.schedule ?? cosineSchedule(),
      stream: stream.split("training"),
      onStep: (step) => {
        const record = stepRecord(step);
        if (history.length === 0) history.push(...(metrics?.recordsBefore(step.step) ?? []));
        history.push(record);
        metrics?.append(record);
        options.onStep?.(step);
      },
      ...(options.clipNorm === undefined ? {} : { clipNorm: options.clipNorm }),
      ...(folder === undefined
        ? {}
        : { checkpoint: { folder, every: options.checkpointEvery ?? Math.ceil(steps / 10) } }),
      ...(options.resume === undefined ? {} : { resume: options.resume }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(referenceLoss === undefined ? {} : { referenceLoss }),
    });
    return {
      distribution,
      shape,
      weights: unpackWeights(shape, result.value),
      history: history.length > 0 ? history : (metrics?.recordsBefore(steps + 1) ?? []),
      status: result.status,
      losses,
      engine,
      seconds: result.stats.seconds,
      ...(result.message === undefined ? {} : { message: result.message }),
      ...(referenceLoss === undefined ? {} : { referenceLoss }),
    };
  } finally {
    metrics?.close();
    objective.dispose?.();
  }
}

/** The plain estimator on the chosen TensorFlow.js backend. */
async function tokenEngine(options: ContextTraining): Promise<Engine> {
  const { distribution, shape, backend: requested, batch = TRAINING_DEFAULTS.batch } = options;
  // TensorFlow.js is loaded by those who train, not by everyone who imports the package.
  const { describeBackend, selectBackend } = await import("./backend.js");
  const { tensorflowObjective } = await import("./tensorflow-objective.js");
  const backend = await selectBackend(requested === undefined ? {} : { requested });
  const objective = tensorflowObjective({ shape, distribution, batch });
  options.onEngine?.(describeBackend(backend));
  return { name: `TensorFlow.js ${backend.name}, float32`, objective, losses: "sampled" };
}

function stepRecord({ step, loss, gradientNorm, learningRate }: TrainingStep): StepRecord {
  return { step, loss, gradientNorm, learningRate };
}

/** metrics.jsonl of a run folder: one record a step, in step order also after a resumption. */
class MetricsFile {
  readonly #path: string;
  readonly #earlier: readonly StepRecord[];
  #writer: JsonLinesWriter | undefined;

  constructor(folder: string, resume: boolean) {
    this.#path = join(folder, "metrics.jsonl");
    this.#earlier = resume && existsSync(this.#path) ? readMetrics(this.#path) : [];
  }

  /** What an earlier part of the run recorded, up to the step it is resumed at. */
  recordsBefore(step: number): StepRecord[] {
    return this.#earlier.filter((record) => record.step < step);
  }

  append(record: StepRecord): void {
    if (this.#writer === undefined) {
      // Steps after the checkpoint that a killed run recorded are done again now.
      rewriteJsonLines(this.#path, this.recordsBefore(record.step).map(toJson));
      this.#writer = new JsonLinesWriter("trainInContext", this.#path);
    }
    this.#writer.write(toJson(record));
  }

  close(): void {
    this.#writer?.close();
  }
}

/** Reads the metrics of a run folder. */
function readMetrics(path: string): StepRecord[] {
  return readJsonLines(path).map((line) => ({
    step: Number(line.step),
    loss: Number(line.loss),
    gradientNorm: Number(line.gradientNorm),
    learningRate: Number(line.learningRate),
  }));
}

function toJson({ step, loss, gradientNorm, learningRate }: StepRecord) {
  return { step, loss, gradientNorm, learningRate };
}
