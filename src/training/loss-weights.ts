import { ArgumentError, Description } from "../errors.js";
import type { ModelShape } from "../model/model-shape.js";

/**
 * How much the error after each loop counts: Σ_t ω_t (ŷ_t − y)², ŷ_t after loop t.
 *
 * Conventions.  default: the last loop alone, ω = (0, …, 0, 1). They are not normalised.
 * Shapes.       (loops)
 * Throws.       ArgumentError unless there is one finite weight ≥ 0 per loop, and one above 0
 */
export function resolveLossWeights(
  where: string,
  { loops }: Pick<ModelShape, "loops">,
  lossWeights?: readonly number[],
): readonly number[] {
  if (lossWeights === undefined) {
    return Array.from({ length: loops }, (_, t) => (t === loops - 1 ? 1 : 0));
  }
  const isSound =
    lossWeights.every((weight) => Number.isFinite(weight) && weight >= 0) &&
    lossWeights.some((weight) => weight > 0);
  if (!isSound || lossWeights.length !== loops) {
    const requirement = `one finite weight ≥ 0 for each of ${loops} loops, not all 0`;
    throw new ArgumentError(
      where,
      "lossWeights",
      requirement,
      new Description(`[${lossWeights.join(", ")}]`),
    );
  }
  return [...lossWeights];
}

/**
 * What training tells one objective from another by; nothing for the last loop alone.
 *
 * @example describeLossWeights([0, 0, 1])  // → ""
 */
export function describeLossWeights(lossWeights: readonly number[]): string {
  const isPlain = lossWeights.every(
    (weight, t) => weight === (t === lossWeights.length - 1 ? 1 : 0),
  );
  return isPlain ? "" : `; loss weights ${lossWeights.join(", ")}`;
}
