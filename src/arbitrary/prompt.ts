import fc from "fast-check";
import { requireInteger } from "../errors.js";
import { type GramPrompt, toGramPrompt } from "../prompt/gram-prompt.js";
import { type PromptDistribution, promptDistribution } from "../prompt/prompt-distribution.js";
import type { TokenPrompt } from "../prompt/token-prompt.js";
import { covariances, taskPriors } from "./covariance.js";
import { smallVector } from "./number.js";
import { contextLengths } from "./setting.js";

/** Entries of covariates, tasks and noise stay within ±this. */
const LIMIT = 2;

/**
 * Regression prompts in token form, entries multiples of 1/16 within ±2: any prompt, not a likely one.
 *
 * Shrinks to   zero covariates, zero task, no noise
 *
 * @param options.contextLength  default: any, weighted to the awkward (`contextLengths`)
 * @param options.noise          whether labels may differ from w·x; default: true
 */
export function tokenPrompts(
  dim: number,
  options: { readonly contextLength?: number; readonly noise?: boolean } = {},
): fc.Arbitrary<TokenPrompt> {
  requireInteger("tokenPrompts", "dim", dim);
  const { noise = true } = options;
  const lengths =
    options.contextLength === undefined
      ? contextLengths(dim)
      : fc.constant(requiredLength(options.contextLength));
  return lengths.chain((contextLength) =>
    fc
      .record({
        covariates: smallVector(dim * (contextLength + 1), LIMIT),
        task: smallVector(dim, LIMIT),
        noise: noise
          ? smallVector(contextLength, LIMIT)
          : fc.constant(new Float64Array(contextLength)),
      })
      .map((parts) => promptOf(dim, contextLength, parts)),
  );
}

/** The Gram form of `tokenPrompts`. */
export function gramPrompts(
  dim: number,
  options: { readonly contextLength?: number; readonly noise?: boolean } = {},
): fc.Arbitrary<GramPrompt> {
  return tokenPrompts(dim, options).map(toGramPrompt);
}

/**
 * Prompt laws: any covariance, prior, noise or none, context on both sides of the dimension.
 *
 * Shrinks to   one dimension, one example, identity, no noise
 */
export function promptLaws(
  options: { readonly maxDim?: number; readonly conditionNumber?: number } = {},
): fc.Arbitrary<PromptDistribution> {
  const { maxDim = 4, conditionNumber = 100 } = options;
  return fc.integer({ min: 1, max: maxDim }).chain((dim) =>
    fc
      .record({
        contextLength: contextLengths(dim),
        covariance: covariances(dim, { conditionNumber }),
        noiseVariance: fc.integer({ min: 0, max: 16 }).map((k) => k / 8),
      })
      .chain((law) =>
        taskPriors(law.covariance).map((taskCovariance) =>
          promptDistribution({ dim, ...law, taskCovariance }),
        ),
      ),
  );
}

function requiredLength(contextLength: number): number {
  requireInteger("tokenPrompts", "contextLength", contextLength);
  return contextLength;
}

function promptOf(
  dim: number,
  contextLength: number,
  parts: {
    readonly covariates: Float64Array;
    readonly task: Float64Array;
    readonly noise: Float64Array;
  },
): TokenPrompt {
  const columns = contextLength + 1;
  const tokens = new Float64Array((dim + 1) * columns);
  tokens.set(parts.covariates);
  let target = 0;
  for (let column = 0; column < columns; column++) {
    let label = 0;
    for (let i = 0; i < dim; i++) label += parts.task[i]! * tokens[i * columns + column]!;
    if (column === contextLength) target = label;
    else tokens[dim * columns + column] = label + parts.noise[column]!;
  }
  return { dim, contextLength, tokens, target, task: parts.task };
}
