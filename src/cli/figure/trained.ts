import { compareWeights, type WeightComparison } from "../../compare/compare-weights.js";
import { ArgumentError, Description } from "../../errors.js";
import { unpackWeights } from "../../model/model-shape.js";
import type { Weights } from "../../model/weights.js";
import { promptDistribution } from "../../prompt/prompt-distribution.js";
import { Stream } from "../../random/stream.js";
import { initialParameters } from "../../training/initial-parameters.js";
import { constantSchedule } from "../../training/schedule.js";
import { sgd } from "../../training/sgd.js";
import { trainInContext } from "../../training/train-in-context.js";
import type { TrainingRun } from "../../training/training-run.js";
import { readStoredRun } from "../stored-run.js";
import { countedContext, type FigureSettings } from "./settings.js";

/** A model to draw: that of --run, or a small one trained for the figure. */
export interface TrainedModel {
  readonly run: TrainingRun;
  readonly comparison: WeightComparison;
  /** Where it started, where its optimiser is plain descent: the flow's clock. */
  readonly descentFrom?: Weights;
}

/** Fresh prompts for the loss of a model trained for a figure. */
const PROMPTS = 20_000;

/** The model of --run, else one trained by Adam as `loopgd train` does. */
export async function trainedModel(settings: FigureSettings): Promise<TrainedModel> {
  return settings.run === undefined ? train(settings, "adam") : storedModel(settings.run);
}

/** As trainedModel, but by plain descent, which gradient flow can be held against. */
export async function descendedModel(settings: FigureSettings): Promise<TrainedModel> {
  return settings.run === undefined ? train(settings, "sgd") : storedModel(settings.run);
}

/** Says what is trained, since it takes seconds. */
export function announceTraining({ io, seed }: FigureSettings, what: string): void {
  io.stderr(`training ${what}, seed ${seed}\n`);
}

async function storedModel(folder: string): Promise<TrainedModel> {
  const { run, comparison, record } = await readStoredRun("figure", folder);
  const { optimizer, stack, family } = record.options;
  const isPlain =
    optimizer === "sgd" &&
    stack === undefined &&
    (family === "restricted" || family === undefined) &&
    run.history[0]?.step === 1;
  if (!isPlain) return { run, comparison };
  const stream = Stream.fromSeed(record.seed).split("train").split("start");
  const start = unpackWeights(run.shape, initialParameters(run.shape, stream));
  return { run, comparison, descentFrom: start };
}

async function train(settings: FigureSettings, optimizer: "adam" | "sgd"): Promise<TrainedModel> {
  const { dim, loops, seed, io } = settings;
  const distribution = promptDistribution({ dim, contextLength: countedContext(settings) });
  const shape = { family: "restricted", dim, layers: 1, loops } as const;
  announceTraining(settings, `a looped model, d = ${dim}, n = ${settings.context}, L = ${loops}`);
  const stream = Stream.fromSeed(seed).split("train");
  const run = await trainInContext({
    ...{ distribution, shape, stream, signal: io.signal },
    batch: 512,
    ...(optimizer === "sgd" && {
      optimizer: sgd(),
      steps: 150,
      learningRate: 0.01,
      schedule: constantSchedule(),
      clipNorm: 1e3,
    }),
  });
  if (run.status === "interrupted") {
    throw new ArgumentError("figure", "training", "let finish", new Description("an interrupt"));
  }
  const comparison = compareWeights(run.weights, distribution, {
    loops,
    prompts: PROMPTS,
    stream: Stream.fromSeed(seed).split("compare"),
  });
  if (optimizer === "adam") return { run, comparison };
  const start = unpackWeights(shape, initialParameters(shape, stream.split("start")));
  return { run, comparison, descentFrom: start };
}
