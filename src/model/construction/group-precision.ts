import { ArgumentError, requireInteger } from "../../errors.js";
import { compose, type FiniteGroup } from "../../task/group.js";
import { attentionWeights, runBlock } from "../softmax/transformer-block.js";
import {
  type AddressMatch,
  embedWord,
  type GroupComposition,
  groupComposition,
} from "./group-composition.js";
import { bitsFor, signedBits } from "./signed-bits.js";
import { smallestPrecision } from "./smallest-precision.js";

/**
 * Whether a construction composes every word exactly, in the numbers that it runs in.
 *
 * Statement.    it does if both heads give the wanted position the weight 1 and all others 0, which no
 *               word changes, and the feed-forward layer multiplies every pair: then all states stay ±1
 */
export function isExactComposition(construction: GroupComposition): boolean {
  return attendsExactly(construction) && multipliesExactly(construction);
}

/** The least number of bits at which the construction composes every word exactly. */
export function smallestGroupPrecision(
  group: FiniteGroup,
  length: number,
  match: AddressMatch,
): number {
  return smallestPrecision(`composition of ${length} elements of ${group.name}`, (bits) =>
    isExactComposition(groupComposition(group, length, { match, bits })),
  );
}

/**
 * The construction in fixed-point numbers of `bits` bits.
 *
 * Throws.       ArgumentError when they are too few, with the smallest number that works
 */
export function groupCompositionInBits(
  group: FiniteGroup,
  length: number,
  bits: number,
  match: AddressMatch = "narrow",
): GroupComposition {
  requireInteger("groupCompositionInBits", "bits", bits);
  const construction = groupComposition(group, length, { match, bits });
  if (!isExactComposition(construction)) {
    const least = smallestGroupPrecision(group, length, match);
    const requirement = `at least ${least} to compose ${length} elements of ${group.name}`;
    throw new ArgumentError("groupCompositionInBits", "bits", requirement, bits);
  }
  return construction;
}

function attendsExactly(construction: GroupComposition): boolean {
  const { group, length, block, round } = construction;
  const states = embedWord(construction, new Array<number>(length).fill(group.identity));
  return block.heads.every((head, h) =>
    attentionWeights(head, states, { round }).every((weights, position) => {
      const j = length - position;
      const wanted = length - Math.min(2 * j + (h === 0 ? 1 : 0), length);
      return weights.every((weight, key) => weight === (key === wanted ? 1 : 0));
    }),
  );
}

function multipliesExactly({ group, block, round }: GroupComposition): boolean {
  const m = bitsFor(group.order);
  const elements = Array.from({ length: group.order }, (_, a) => a);
  const pairs = elements.flatMap((a) => elements.map((b) => [a, b] as const));
  const states = pairs.map(([a, b]) => {
    const state = new Float64Array(block.width);
    state.set([...signedBits(a, m), ...signedBits(a, m), ...signedBits(b, m)]);
    return state;
  });
  const products = runBlock({ ...block, heads: [] }, states, 1, { round });
  return pairs.every(([a, b], i) =>
    signedBits(compose(group, a, b), m).every((bit, k) => products[i]![k] === bit),
  );
}
