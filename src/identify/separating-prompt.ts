import { matrixFrom, symmetricEigen, symmetricFunction } from "../numeric/matrix.js";
import { gramForm } from "../prompt/gram-prompt.js";
import type { PromptDistribution } from "../prompt/prompt-distribution.js";
import { responseVariance } from "../prompt/response-variance.js";
import type { PromptTokens } from "../prompt/token-prompt.js";
import type { Stream } from "../random/stream.js";
import type { WeightVectors } from "./optimum/prompt-coordinates.js";

/** A prompt on which two algorithms differ as much as a search could make them. */
export interface SeparatingPrompt {
  readonly prompt: PromptTokens;
  /** Of the two, in their order. */
  readonly predictions: readonly [number, number];
  /** |difference| in standard deviations of the response. */
  readonly gap: number;
}

/** Random prompts that the search begins with, and steps of its climb. */
const DRAWS = 64;
const STEPS = 400;

/** Largest stretch of a covariate coordinate at the start: condition numbers up to its fourth power. */
const STRETCH = 2;

/**
 * A prompt that tells two algorithms apart, searched for.
 *
 * Statement.    climbs |ŷ₁ − ŷ₂| over context covariates and task, from prompts of the law with their
 *               coordinates stretched, by a (1+1) evolution strategy; the query is the best one in closed
 *               form, x_q ∝ Σ(w₁ − w₂) with x_qᵀΣ⁻¹x_q = d. Labels are noise-free, wᵀΩ⁻¹w = d, and no
 *               eigenvalue of S is beyond the edge (1 + √(d/n))² that the law's seldom pass
 * Accuracy.     a local maximum, deterministic by the stream
 * Source.       the 1/5 success rule: Rechenberg 1973
 */
export function separatingPrompt(
  distribution: PromptDistribution,
  [first, second]: readonly [WeightVectors, WeightVectors],
  stream: Stream,
): SeparatingPrompt {
  const { dim, contextLength, covariance, taskCovariance } = distribution;
  const covariateRoot = symmetricFunction(covariance, Math.sqrt);
  const taskRoot = symmetricFunction(taskCovariance, Math.sqrt);
  const scale = Math.sqrt(responseVariance(distribution));
  const size = dim * contextLength;

  /** The prompt of whitened covariates (dim, contextLength) and a whitened task, flat in one point. */
  const evaluate = (point: Float64Array) => {
    const white = matrixFrom(dim, contextLength, point.subarray(0, size));
    const { values } = symmetricEigen(white.mmul(white.transpose()));
    const largest = values.at(-1)! / contextLength;
    const shrink = Math.min(1, (1 + Math.sqrt(dim / contextLength)) / Math.sqrt(largest));
    const covariates = covariateRoot.mmul(white.mul(shrink));
    const whitenedTask = point.subarray(size);
    const length = Math.hypot(...whitenedTask);
    const task = taskRoot.mmul(matrixFrom(dim, 1, whitenedTask).mul(Math.sqrt(dim) / length));
    const labels = task.transpose().mmul(covariates);
    const columns = contextLength + 1;
    const tokens = new Float64Array((dim + 1) * columns);
    for (let k = 0; k < contextLength; k++) {
      for (let i = 0; i < dim; i++) tokens[i * columns + k] = covariates.get(i, k);
      tokens[dim * columns + k] = labels.get(0, k);
    }
    const prompt = { dim, contextLength, tokens };
    const gram = gramForm(prompt);
    const [one, other] = [first, second].map((method) => method(gram).subarray(-dim));
    const apart = matrixFrom(
      dim,
      1,
      one!.map((entry, i) => entry - other![i]!),
    );
    const direction = covariance.mmul(apart);
    const norm = Math.sqrt(Math.max(0, apart.transpose().mmul(direction).get(0, 0)));
    const query = norm === 0 ? direction : direction.mul(Math.sqrt(dim) / norm);
    for (let i = 0; i < dim; i++) tokens[i * columns + contextLength] = query.get(i, 0);
    const answer = (weights: Float64Array) =>
      weights.reduce((sum, entry, i) => sum + entry * query.get(i, 0), 0);
    const gap = (Math.sqrt(dim) * norm) / scale;
    return { prompt, predictions: [answer(one!), answer(other!)] as const, gap };
  };

  let point: Float64Array = new Float64Array(size + dim);
  let best = { gap: -1 } as SeparatingPrompt;
  for (let draw = 0; draw < DRAWS; draw++) {
    const own = stream.split(draw);
    const start = own.normals(size + dim);
    for (let i = 0; i < dim; i++) {
      const stretch = STRETCH ** (2 * own.uniform() - 1);
      for (let k = 0; k < contextLength; k++) start[i * contextLength + k]! *= stretch;
    }
    const found = evaluate(start);
    if (found.gap > best.gap) [best, point] = [found, start];
  }
  const climb = stream.split("climb");
  let step = 0.1;
  for (let i = 0; i < STEPS; i++) {
    const move = climb.normals(point.length);
    const next = point.map((entry, k) => entry + step * move[k]!);
    const found = evaluate(next);
    if (found.gap > best.gap) {
      [best, point] = [found, next];
      step *= 1.5;
    } else {
      step *= 1.5 ** -0.25;
    }
  }
  return best;
}
