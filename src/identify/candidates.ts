import { iteratePredictions } from "../baseline/gradient-descent.js";
import type { OptimalBaseline } from "./optimum/optimal-baselines.js";
import type { StratifiedPrompt } from "./prompt-strata.js";

/** Baselines that predict the same on every prompt, as one candidate. */
export interface Candidate {
  /** The first of them. */
  readonly baseline: OptimalBaseline;
  /** All of them, in the order of the baselines. */
  readonly members: readonly OptimalBaseline[];
  /** Weight vectors of the first for every prompt, (loops, dim) row-major each. */
  readonly weights: readonly Float64Array[];
  /** Predictions after the last loop, one a prompt. */
  readonly predictions: Float64Array;
}

/** Root mean square difference, in standard deviations of the response, below which two are one. */
const COINCIDE = 1e-6;

/** What a baseline answers on given prompts, those that answer alike put together. */
export function candidatesOn(
  baselines: readonly OptimalBaseline[],
  prompts: readonly StratifiedPrompt[],
  responseScale: number,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const baseline of baselines) {
    const weights = prompts.map(({ gram }) => baseline.weights(gram));
    const predictions = Float64Array.from(
      prompts,
      ({ gram }, i) => iteratePredictions(weights[i]!, gram).at(-1)!,
    );
    const same = candidates.findIndex(
      (other) => distance(other.predictions, predictions) <= COINCIDE * responseScale,
    );
    if (same < 0) candidates.push({ baseline, members: [baseline], weights, predictions });
    else {
      const { members } = candidates[same]!;
      candidates[same] = { ...candidates[same]!, members: [...members, baseline] };
    }
  }
  return candidates;
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
}
