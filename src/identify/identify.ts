import { ArgumentError, HypothesisError, requireInteger, requirePositive } from "../errors.js";
import { exactTheoryGap } from "../prompt/exact-theory-gap.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { responseVariance } from "../prompt/response-variance.js";
import type { PromptTokens } from "../prompt/token-prompt.js";
import type { Stream } from "../random/stream.js";
import {
  predictionSquares,
  relativeDifferences,
  sensitivityCosines,
  trajectorySquares,
} from "./candidate-measures.js";
import { type Candidate, candidatesOn } from "./candidates.js";
import { type AskedModel, lastPrediction, modelAnswers } from "./model-answers.js";
import type { BaselineLoss } from "./optimum/baseline-loss.js";
import {
  availableBaselines,
  type BaselineId,
  type OptimalBaseline,
  optimalBaselines,
  type UnavailableBaseline,
} from "./optimum/optimal-baselines.js";
import { type Stratum, stratifiedPrompts } from "./prompt-strata.js";
import { separatingPrompt } from "./separating-prompt.js";
import { type MeanInterval, simultaneousIntervals } from "./simultaneous-intervals.js";
import { type IdentityVerdict, judgeIdentity } from "./verdict.js";

/** An estimate with the ends of its simultaneous interval. */
export interface Estimate {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** How near a model is to one baseline. Distances are in standard deviations of the response. */
export interface BaselineMatch {
  readonly id: BaselineId;
  readonly parameters: OptimalBaseline["parameters"];
  readonly loss: BaselineLoss;
  /** Other baselines with the same predictions on every prompt. */
  readonly sameAs: readonly BaselineId[];
  readonly distance: Estimate;
  readonly distancePerStratum: readonly Estimate[];
  readonly cosine: Estimate;
  readonly cosinePerStratum: readonly Estimate[];
  /** Over all loops, and after each; null where model or baseline has no determined iterates. */
  readonly trajectory: { readonly distance: Estimate; readonly perLoop: readonly number[] } | null;
}

/** A prompt searched for to tell two algorithms apart, with what the model answers. */
export interface Separation {
  readonly between: readonly [BaselineId, BaselineId];
  readonly prompt: PromptTokens;
  readonly predictions: readonly [number, number];
  readonly model: number;
  /** |difference| of the two predictions, in standard deviations of the response. */
  readonly gap: number;
  /** The one whose prediction is nearer to the model's. */
  readonly favours: BaselineId;
}

/** Which classic algorithm a model runs, with the evidence. */
export interface Identification {
  readonly verdict: IdentityVerdict;
  /** The nearest first. */
  readonly matches: readonly BaselineMatch[];
  readonly unavailable: readonly UnavailableBaseline[];
  readonly strata: readonly Stratum[];
  readonly separations: readonly Separation[];
}

/** How a model is asked, and how sure a verdict has to be. */
export interface IdentifyOptions {
  readonly loops: number;
  readonly stream: Stream;
  /** The baselines of this law and depth, where they are at hand; else optimised. */
  readonly baselines?: readonly (OptimalBaseline | UnavailableBaseline)[];
  /** 240 when absent. */
  readonly prompts?: number;
  /** 4 when absent. */
  readonly strata?: number;
  /** Root mean square difference within which a model counts as an algorithm; 0.1 when absent. */
  readonly tolerance?: number;
  /** Of the intervals, all together; 0.95 when absent. */
  readonly confidence?: number;
  /** When aborted, the model is asked no more and the result is null. */
  readonly signal?: AbortSignal;
  /** Called after every prompt the model answered. */
  readonly onAnswer?: (answered: number) => void;
}

/** Pairs of algorithms that a separating prompt is searched for, at most. */
const MAXIMAL_SEPARATIONS = 3;

/**
 * Which classic algorithm a model runs in context, each baseline at its own optimum for the law.
 *
 * Statement.    on the same prompts for all: distance = √E min((ŷ − ŷ_baseline)²/E y_q², 1); the verdict by
 *               judgeIdentity on simultaneous bootstrap intervals of the squared distances and of all their
 *               pairwise relative differences, over all prompts and in every stratum of condition numbers
 * Conventions.  baselines that predict alike to 1e−6 are one candidate; trajectories and cosines are
 *               evidence beside the verdict, not part of it
 * Accuracy.     docs/identify.md has measured error rates
 * Throws.       ArgumentError for bad options; HypothesisError unless covariates are Gaussian and tasks
 *               fresh; LawViolation with the predictor's message when the model cannot answer
 */
export async function identifyAlgorithm(
  model: AskedModel,
  distribution: PromptDistribution,
  options: IdentifyOptions,
): Promise<Identification | null> {
  const where = "identifyAlgorithm";
  const { loops, stream, prompts: count = 240, strata: strataCount = 4 } = options;
  const { tolerance = 0.1, confidence = 0.95, signal, onAnswer } = options;
  requireInteger(where, "loops", loops);
  requireInteger(where, "prompts", count);
  requireInteger(where, "strata", strataCount);
  requirePositive(where, "tolerance", tolerance);
  if (!(confidence > 0.5 && confidence < 1)) {
    throw new ArgumentError(where, "confidence", "between 0.5 and 1", confidence);
  }
  const gap = exactTheoryGap(distribution);
  if (gap !== undefined) throw new HypothesisError(`${where}: ${gap}`);
  const scale = Math.sqrt(responseVariance(distribution));
  const { prompts, strata } = stratifiedPrompts(distribution, {
    ...{ prompts: count, strata: strataCount, stream: stream.split("prompts") },
  });
  const { covariance } = distribution;
  // First of all the model is asked: one that cannot answer should not have to be waited for.
  const answers = await modelAnswers(model, prompts, {
    ...{ loops, covariance },
    ...(signal !== undefined && { signal }),
    ...(onAnswer !== undefined && { onAnswer }),
  });
  if (answers.length < prompts.length) return null;
  const all =
    options.baselines ??
    optimalBaselines(distribution, { loops, stream: stream.split("baselines") });
  const candidates = candidatesOn(availableBaselines(all), prompts, scale);

  const stratumOf = prompts.map(({ stratum }) => stratum);
  const intervals = (series: readonly Float64Array[], label: string) =>
    simultaneousIntervals(
      { series, strata: stratumOf },
      { confidence, stream: stream.split(label) },
    );
  const squares = candidates.map((candidate) => predictionSquares(answers, candidate, scale));
  const distances = intervals(squares, "distances");
  const pairs = candidates.flatMap((_, second) =>
    Array.from({ length: second }, (__, first) => ({ first, second })),
  );
  const differences = intervals(
    pairs.map(({ first, second }) => relativeDifferences(squares[first]!, squares[second]!)),
    "differences",
  );
  const verdict = judgeIdentity(
    candidates.map(({ members }, k) => ({
      ids: members.map(({ id }) => id),
      squares: distances[k]!,
    })),
    pairs.map((pair, k) => ({ ...pair, differences: differences[k]! })),
    tolerance,
  );
  const cosines = intervals(
    candidates.map((candidate) => sensitivityCosines(answers, candidate)),
    "cosines",
  );
  const members = candidates.flatMap((candidate, k) =>
    candidate.members.map((baseline) => ({ candidate, baseline, k })),
  );
  const trajectories = members.map(({ baseline }) =>
    trajectorySquares(answers, baseline, prompts, scale),
  );
  const known = trajectories.filter((rows) => rows !== null);
  const trajectoryIntervals = intervals(known.map(meanOfRows), "trajectories");
  const matches = members.map(({ candidate, baseline, k }, i): BaselineMatch => {
    const rows = trajectories[i]!;
    return {
      id: baseline.id,
      parameters: baseline.parameters,
      loss: baseline.loss,
      sameAs: candidate.members.filter((other) => other !== baseline).map(({ id }) => id),
      distance: rootEstimate(distances[k]![0]!),
      distancePerStratum: distances[k]!.slice(1).map(rootEstimate),
      cosine: cosineEstimate(cosines[k]![0]!),
      cosinePerStratum: cosines[k]!.slice(1).map(cosineEstimate),
      trajectory: rows && {
        distance: rootEstimate(trajectoryIntervals[known.indexOf(rows)]![0]!),
        perLoop: rows.map((row) => Math.sqrt(row.reduce((sum, x) => sum + x, 0) / row.length)),
      },
    };
  });
  return {
    verdict,
    matches: matches.sort((a, b) => a.distance.value - b.distance.value),
    unavailable: all.filter((one): one is UnavailableBaseline => "unavailable" in one),
    strata,
    separations: await separate(verdict, candidates, model, distribution, options),
  };
}

/** For what is not identifiable: prompts that tell the nearest from the others, asked of the model. */
async function separate(
  verdict: IdentityVerdict,
  candidates: readonly Candidate[],
  model: AskedModel,
  distribution: PromptDistribution,
  { loops, stream }: IdentifyOptions,
): Promise<Separation[]> {
  if (verdict.kind !== "not identifiable") return [];
  const [nearest, ...others] = verdict.between.map(
    ([id]) => candidates.find(({ baseline }) => baseline.id === id)!,
  );
  const separations: Separation[] = [];
  for (const other of others.slice(0, MAXIMAL_SEPARATIONS)) {
    const between = [nearest!.baseline.id, other.baseline.id] as const;
    const methods = [nearest!.baseline.weights, other.baseline.weights] as const;
    const own = stream.split("separation").split(between.join("/"));
    const { prompt, predictions, gap } = separatingPrompt(distribution, methods, own);
    const answer = await lastPrediction(model, prompt, loops);
    const [first, second] = predictions.map((value) => Math.abs(value - answer));
    const favours = first! <= second! ? between[0] : between[1];
    separations.push({ between, prompt, predictions, model: answer, gap, favours });
  }
  return separations;
}

function meanOfRows(rows: readonly Float64Array[]): Float64Array {
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}

function rootEstimate({ mean, lower, upper }: MeanInterval): Estimate {
  const root = (square: number) => Math.sqrt(Math.max(0, square));
  return { value: root(mean), lower: root(lower), upper: root(upper) };
}

function cosineEstimate({ mean, lower, upper }: MeanInterval): Estimate {
  return { value: mean, lower: Math.max(-1, lower), upper: Math.min(1, upper) };
}
