import { ArgumentError, requireInteger } from "../errors.js";
import type { Stream } from "../random/stream.js";
import { compose, type FiniteGroup } from "./group.js";

/** n elements drawn uniformly. */
export function drawGroupWord(group: FiniteGroup, length: number, stream: Stream): number[] {
  requireInteger("drawGroupWord", "length", length);
  return Array.from({ length }, () => stream.integer(group.order));
}

/**
 * g₁∘…∘gₙ, one product after another.
 *
 * Throws.       ArgumentError for an element outside the group
 */
export function composeWord(group: FiniteGroup, word: readonly number[]): number {
  return word.reduce((product, element) => {
    const isElement = Number.isInteger(element) && element >= 0 && element < group.order;
    if (!isElement) {
      const requirement = `elements of ${group.name}, integers below ${group.order}`;
      throw new ArgumentError("composeWord", "word", requirement, element);
    }
    return compose(group, product, element);
  }, group.identity);
}
