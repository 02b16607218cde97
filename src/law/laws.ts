import { ArgumentError } from "../errors.js";
import { checkLaw, type LawResult } from "./check-law.js";
import {
  covariateScaling,
  fixedPoint,
  gradientDescentSteps,
  monotoneError,
} from "./descent-laws.js";
import type { Law } from "./law.js";
import type { ModelUnderTest } from "./predictor.js";
import {
  covariateRotation,
  exampleDuplication,
  examplePermutation,
  gaugeInvariance,
  labelLinearity,
  queryMask,
} from "./symmetry-laws.js";

/** Every law, in the order in which they are checked. */
export const laws: readonly Law[] = [
  gradientDescentSteps,
  examplePermutation,
  exampleDuplication,
  covariateRotation,
  covariateScaling,
  labelLinearity,
  queryMask,
  gaugeInvariance,
  fixedPoint,
  monotoneError,
];

/**
 * Holds a model against every law but those skipped, one after the other.
 *
 * @param options.skip  ids of laws that the model is not meant to obey
 * Throws.       ArgumentError for an id that is no law's, or a model that cannot be tested
 */
export async function checkLaws(
  model: ModelUnderTest,
  options: {
    readonly skip?: readonly string[];
    readonly seed?: number;
    readonly runs?: number;
    readonly onResult?: (result: LawResult) => void;
  } = {},
): Promise<LawResult[]> {
  const { skip = [], onResult, ...sampling } = options;
  requireLaws(skip);
  const results: LawResult[] = [];
  for (const law of laws) {
    const { id, statement } = law;
    const result: LawResult = skip.includes(id)
      ? { id, statement, verdict: "skipped", detail: null, runs: 0, seconds: 0 }
      : await checkLaw(law, model, sampling);
    results.push(result);
    onResult?.(result);
  }
  return results;
}

/** Throws ArgumentError for an id that is no law's. */
export function requireLaws(ids: readonly string[]): void {
  const known = laws.map(({ id }) => id);
  for (const id of ids) {
    if (!known.includes(id)) {
      throw new ArgumentError("checkLaws", "skip", `ids of laws (${known.join(", ")})`, id);
    }
  }
}
