import { populationEngine } from "../compare/population-objective.js";
import { referenceLoss } from "../compare/reference-loss.js";
import { ArgumentError } from "../errors.js";
import type { ModelShape } from "../model/model-shape.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { parseAveraging } from "../training/averaging.js";
import { estimatesPlainLoss } from "../training/engine/choose-engine.js";
import { parseOptimizer } from "../training/parse-optimizer.js";
import { parseSchedule } from "../training/schedule.js";
import { parseCurriculum } from "../training/staging/curriculum.js";
import { parseStacking } from "../training/staging/stacking.js";
import { parseStop } from "../training/stopping/parse-stop.js";
import type { ContextTraining } from "../training/train-in-context.js";
import type { TrainOptions } from "./train-options.js";

/**
 * What the options of `loopgd train` ask for, read and checked.
 *
 * Throws.       ArgumentError for options that cannot be read; HypothesisError when the exact loss is
 *               asked for and not known
 */
export function trainingPlan(
  options: TrainOptions,
  shape: ModelShape,
  distribution: PromptDistribution,
): Omit<ContextTraining, "stream"> {
  const estimator = estimatorPlan(options, shape, distribution);
  // Losses of another kind must not be held against it.
  const reference = estimatesPlainLoss(estimator) ? referenceLoss(shape, distribution) : undefined;
  const { average, stop, similarity, stack, curriculumContext, curriculumLoops } = options;
  return {
    ...{ distribution, shape, ...estimator },
    ...{ steps: options.steps, resume: options.resume },
    optimizer: parseOptimizer(options.optimizer),
    schedule: parseSchedule(options.schedule),
    ...(options.lr !== undefined && { learningRate: options.lr }),
    ...(options.clip !== undefined && { clipNorm: options.clip }),
    ...(options.checkpointEvery !== undefined && { checkpointEvery: options.checkpointEvery }),
    ...(reference !== undefined && { referenceLoss: reference }),
    ...(average !== undefined && { averaging: parseAveraging(average) }),
    ...(stop !== undefined && { stop: stop.map((rule) => parseStop(rule, reference)) }),
    ...(similarity !== undefined && { similarity: parseSimilarity(similarity) }),
    ...(stack !== undefined && { stacking: parseStacking(stack) }),
    ...(curriculumContext !== undefined && {
      contextCurriculum: parseCurriculum(curriculumContext),
    }),
    ...(curriculumLoops !== undefined && { loopsCurriculum: parseCurriculum(curriculumLoops) }),
  };
}

function estimatorPlan(options: TrainOptions, shape: ModelShape, distribution: PromptDistribution) {
  const { engine, estimator, positions, precision, workers, backend, lossWeights } = options;
  const given = {
    ...(estimator !== undefined && { estimator }),
    ...(positions !== undefined && { positions }),
    ...(precision !== undefined && { precision }),
    ...(workers !== undefined && { workers }),
    ...(backend !== undefined && { backend }),
    ...(lossWeights !== undefined && { lossWeights: parseLossWeights(lossWeights, shape) }),
  };
  if (engine === "population") return { ...given, engine: populationEngine(shape, distribution) };
  return { ...given, batch: options.batch, ...(engine !== undefined && { engine }) };
}

/**
 * Weights of the loops' losses from the text of `--loss-weights`.
 *
 * Throws.       ArgumentError for a text that is neither `uniform` nor a weight per loop
 */
export function parseLossWeights(text: string, { loops }: ModelShape): number[] {
  if (text === "uniform") return Array.from({ length: loops }, () => 1 / loops);
  const weights = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const isSound = weights.every((weight) => Number.isFinite(weight) && weight >= 0);
  if (weights.length === loops && isSound && weights.some((weight) => weight > 0)) return weights;
  const requirement = `uniform, or ${loops} numbers ≥ 0 with commas between, one per loop, not all 0`;
  throw new ArgumentError("train", "--loss-weights", requirement, text);
}

/**
 * The penalty on blocks that differ from the text of `--similarity`: STRENGTH or STRENGTH:LAYERS.
 *
 * Throws.       ArgumentError for a text of another form
 */
export function parseSimilarity(text: string): { strength: number; blockLayers: number } {
  const match = /^([^:]+)(?::(\d+))?$/.exec(text);
  const strength = Number(match?.[1] ?? Number.NaN);
  const blockLayers = Number(match?.[2] ?? 1);
  if (strength > 0 && Number.isFinite(strength) && blockLayers > 0)
    return { strength, blockLayers };
  const requirement = "a number > 0, or one with the layers of a block: 0.1 or 0.1:2";
  throw new ArgumentError("train", "--similarity", requirement, text);
}
