import { ArgumentError } from "../errors.js";
import { type ModelShape, packWeights, unpackWeights, type Weights } from "../model/weights.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import type { Stream } from "../random/stream.js";
import { describeBackend, type SelectedBackend, selectBackend } from "./backend.js";
import { DEFAULT_BATCH, DEFAULT_LEARNING_RATE, DEFAULT_STEPS } from "./defaults.js";
import { initialParameters } from "./initial-parameters.js";
import type { Optimizer } from "./optimizer.js";
import { parseOptimizer } from "./parse-optimizer.js";
import { parseSchedule, type Schedule } from "./schedule.js";
import { tensorflowObjective } from "./tensorflow-objective.js";
import { type TrainingOptions, train } from "./train.js";
import type { StepRecord, TrainingRun } from "./training-run.js";

export interface ModelTrainingOptions
  extends Pick<
    TrainingOptions,
    "clipNorm" | "checkpoint" | "resume" | "onStep" | "signal" | "referenceLoss"
  > {
  readonly shape: ModelShape;
  readonly distribution: PromptDistribution;
  /** The only source of randomness: start and prompts. */
  readonly stream: Stream;
  /** Default: DEFAULT_STEPS. */
  readonly steps?: number;
  /** Prompts a step; default: DEFAULT_BATCH. */
  readonly batch?: number;
  /** Default: DEFAULT_LEARNING_RATE. */
  readonly learningRate?: number;
  /** Default: Adam. */
  readonly optimizer?: Optimizer;
  /** Default: cosine to zero. */
  readonly schedule?: Schedule;
  /** Default: small Gaussian weights (`initialParameters`). */
  readonly start?: Weights;
  /** Default: the first that works (`selectBackend`). */
  readonly backend?: SelectedBackend;
  /** Steps recorded before a resumption: the returned history begins with those not done again. */
  readonly earlierSteps?: readonly StepRecord[];
}

/** A training run, with what to tell the user after divergence or interruption. */
export interface ModelTraining extends TrainingRun {
  readonly message?: string;
}

/**
 * Trains a looped, full or untied linear transformer on token prompts by the plain estimator.
 *
 * Statement.    mean squared error on the query after the last loop, fresh prompts at every step;
 *               nothing of the theory enters.
 * Accuracy.     loss and gradient in float32 on the backend; parameters and optimiser in float64
 * Throws.       ArgumentError as `train`, `tensorflowObjective` and `selectBackend` do
 */
export async function trainModel(options: ModelTrainingOptions): Promise<ModelTraining> {
  const { shape, distribution, stream, batch = DEFAULT_BATCH, steps = DEFAULT_STEPS } = options;
  const { earlierSteps = [], onStep, start, referenceLoss } = options;
  if (start !== undefined && start.family !== shape.family) {
    throw new ArgumentError("trainModel", "start", `of the ${shape.family} family`, start.family);
  }
  const objective = tensorflowObjective({ shape, distribution, batch });
  const backend = options.backend ?? (await selectBackend());
  const history: StepRecord[] = [];
  const began = performance.now();
  const result = await train({
    ...options,
    objective,
    steps,
    start: start ? packWeights(start) : initialParameters(shape, stream.split("start")),
    optimizer: options.optimizer ?? parseOptimizer("adam"),
    learningRate: options.learningRate ?? DEFAULT_LEARNING_RATE,
    schedule: options.schedule ?? parseSchedule("cosine"),
    onStep: (at) => {
      const { step, loss, gradientNorm, learningRate } = at;
      history.push({ step, loss, gradientNorm, learningRate });
      onStep?.(at);
    },
  });
  const firstStep = history[0]?.step ?? Number.POSITIVE_INFINITY;
  const earlier = earlierSteps.filter(({ step }) => step < firstStep);
  return {
    ...{ distribution, shape, status: result.status },
    history: [...earlier, ...history],
    weights: unpackWeights(shape, result.value),
    engine: `TensorFlow.js ${describeBackend(backend)}, float32`,
    seconds: (performance.now() - began) / 1000,
    ...(referenceLoss !== undefined && { referenceLoss }),
    ...(result.message !== undefined && { message: result.message }),
  };
}
