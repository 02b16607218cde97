import { quantileSorted } from "simple-statistics";
import { ArgumentError } from "../errors.js";
import { matrixFrom, symmetricEigen } from "../numeric/matrix.js";
import { gramForm, type PromptGram } from "../prompt/gram-prompt.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { type PromptTokens, tokenPromptSampler } from "../prompt/token-prompt.js";
import type { Stream } from "../random/stream.js";

/** A prompt that every candidate answers, in both forms. */
export interface StratifiedPrompt {
  readonly tokens: PromptTokens;
  readonly gram: PromptGram;
  readonly conditionNumber: number;
  /** Which stratum it lies in, from 0, the best conditioned. */
  readonly stratum: number;
}

/** Prompts between two quantiles of the condition number. */
export interface Stratum {
  readonly lower: number;
  readonly upper: number;
  readonly prompts: number;
}

/** Prompts a stratum needs for its bootstrap to mean something. */
const LEAST_PROMPTS = 20;

/**
 * Prompts of a law, in strata of equal size by the condition number of their sample covariance.
 *
 * Statement.    κ = λ_max/λ_min of Ŝ = XXᵀ/n over its min(n, d) eigenvalues that are not 0 for lack of
 *               examples; bounds at the quantiles of κ
 * Conventions.  prompt i is drawn from `stream.split(i)`, in token form
 * Throws.       ArgumentError for fewer than 20 prompts a stratum
 */
export function stratifiedPrompts(
  distribution: PromptDistribution,
  options: { readonly prompts: number; readonly strata: number; readonly stream: Stream },
): { readonly prompts: readonly StratifiedPrompt[]; readonly strata: readonly Stratum[] } {
  const { prompts: count, strata: strataCount, stream } = options;
  if (!(count >= LEAST_PROMPTS * strataCount)) {
    const requirement = `at least ${LEAST_PROMPTS} for each of ${strataCount} strata`;
    throw new ArgumentError("stratifiedPrompts", "prompts", requirement, count);
  }
  const draw = tokenPromptSampler(distribution);
  const drawn = Array.from({ length: count }, (_, i) => {
    const { dim, contextLength, tokens } = draw(stream.split(i));
    const seen = { dim, contextLength, tokens };
    const gram = gramForm(seen);
    return { tokens: seen, gram, conditionNumber: conditionNumber(gram) };
  });
  const sorted = drawn.map((prompt) => prompt.conditionNumber).sort((a, b) => a - b);
  const bounds = Array.from({ length: strataCount + 1 }, (_, k) =>
    quantileSorted(sorted, k / strataCount),
  );
  const prompts = drawn.map((prompt) => {
    const above = bounds.findIndex((bound, k) => k > 0 && prompt.conditionNumber <= bound);
    return { ...prompt, stratum: above < 0 ? strataCount - 1 : above - 1 };
  });
  const strata = Array.from({ length: strataCount }, (_, k) => ({
    lower: bounds[k]!,
    upper: bounds[k + 1]!,
    prompts: prompts.filter(({ stratum }) => stratum === k).length,
  }));
  // In one dimension every condition number is 1, and all prompts are one stratum.
  const used = strata.filter((stratum) => stratum.prompts > 0);
  return used.length === strataCount
    ? { prompts, strata }
    : {
        prompts: prompts.map((prompt) => ({ ...prompt, stratum: 0 })),
        strata: [{ lower: sorted[0]!, upper: sorted.at(-1)!, prompts: count }],
      };
}

function conditionNumber({ dim, contextLength, gram }: PromptGram): number {
  const whole = matrixFrom(dim + 1, dim + 1, gram).subMatrix(0, dim - 1, 0, dim - 1);
  const { values } = symmetricEigen(whole);
  const smallest = values[Math.max(0, dim - contextLength)]!;
  return values.at(-1)! / Math.max(smallest, Number.MIN_VALUE);
}
