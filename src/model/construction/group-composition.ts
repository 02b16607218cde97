import { ArgumentError, requireInteger } from "../../errors.js";
import { compose, type FiniteGroup } from "../../task/group.js";
import { fixedPoint, type Rounding, UNROUNDED } from "../softmax/fixed-point.js";
import { type LinearMap, selection } from "../softmax/linear-map.js";
import { runBlock, type TransformerBlock } from "../softmax/transformer-block.js";
import { bitsFor, readSignedBits, signedBits } from "./signed-bits.js";
import { placed, range } from "./state-layout.js";

/**
 * A one-layer transformer that, looped ⌈log₂ n⌉ times, composes n elements of a finite group.
 *
 * Statement.    With j counted from the last position, the loop replaces y_j by y_{2j+1}∘y_{2j}: after t
 *               loops y_0 is the product of the last 2^t elements. Position n, the token #, is the
 *               identity, and what lies beyond counts as it
 * Conventions.  the state is [y | left | right | j | 2j+1 | 2j], every entry of the first three
 *               ⌈log₂|G|⌉ and of the last three ⌈log₂(n+1)⌉ signed bits
 * Source.       Saunshi et al. 2025, group composition (statement and sizes); these weights derived here
 */
export interface GroupComposition {
  readonly group: FiniteGroup;
  readonly length: number;
  readonly loops: number;
  readonly block: TransformerBlock;
  /** Entries of a query. */
  readonly attentionWidth: number;
  /** The rounding after every operation. */
  readonly round: Rounding;
}

/**
 * How a query meets a key: "narrow" adds up the agreement of their bits, so that sums reach ⌈log₂(n+1)⌉;
 * "level" takes 1 away after every bit, with twice the entries, so that those of the right key stay at 0
 * or 1 and constant precision does for every n.
 */
export type AddressMatch = "narrow" | "level";

/** How a construction for a group is built. */
export interface GroupCompositionOptions {
  /** Default: "narrow". */
  readonly match?: AddressMatch;
  /** s of the fixed-point numbers that it is built for and runs in; default: doubles. */
  readonly bits?: number;
}

/** A wrong bit leaves e^{−24} of the weight: below the roundings that doubles leave in ⌈log₂ n⌉ loops. */
const SHARPNESS = 12;

/**
 * The construction for words of `length` elements.
 *
 * In few bits it may not work: `groupCompositionInBits` refuses what does not.
 */
export function groupComposition(
  group: FiniteGroup,
  length: number,
  { match = "narrow", bits }: GroupCompositionOptions = {},
): GroupComposition {
  requireInteger("groupComposition", "length", length);
  const sharpness = bits === undefined ? SHARPNESS : leastSharpness(bits);
  const m = bitsFor(group.order);
  const q = bitsFor(length + 1);
  const width = 3 * m + 3 * q;
  const slot = (index: number) => range(index * m, m);
  const address = (index: number) => range(3 * m + index * q, q);
  const scores = match === "narrow" ? narrowScores : levelScores;
  const head = (wanted: number, target: number) => ({
    ...scores(width, sharpness, address(wanted), address(0)),
    value: selection(width, slot(0)),
    output: placed(width, slot(target)),
  });
  return {
    ...{ group, length, attentionWidth: match === "narrow" ? q : 2 * q },
    round: bits === undefined ? UNROUNDED : fixedPoint(bits),
    loops: Math.ceil(Math.log2(length)),
    block: {
      width,
      heads: [head(1, 1), head(2, 2)],
      feedForward: multiplication(group, m, width),
    },
  };
}

/**
 * The product that the construction computes of a word.
 *
 * @param loops  default: those of the construction
 * Throws.       ArgumentError for a word of another length, or with an element outside the group
 */
export function runGroupComposition(
  construction: GroupComposition,
  word: readonly number[],
  loops = construction.loops,
): number {
  const { group, block, round } = construction;
  const states = embedWord(construction, word);
  const last = runBlock(block, states, loops, { round }).at(-1)!;
  return readSignedBits(last.subarray(0, bitsFor(group.order)));
}

/** The states of (#, g₁ … gₙ). Throws as `runGroupComposition` does. */
export function embedWord(
  { group, length }: GroupComposition,
  word: readonly number[],
): Float64Array[] {
  if (word.length !== length) {
    throw new ArgumentError("runGroupComposition", "word", `of ${length} elements`, word.length);
  }
  const m = bitsFor(group.order);
  const q = bitsFor(length + 1);
  return [group.identity, ...word].map((element, position) => {
    if (!Number.isInteger(element) || element < 0 || element >= group.order) {
      const requirement = `of elements of ${group.name}, integers below ${group.order}`;
      throw new ArgumentError("runGroupComposition", "word", requirement, element);
    }
    const j = length - position;
    const addresses = [j, 2 * j + 1, 2 * j].map((a) => signedBits(Math.min(a, length), q));
    return Float64Array.from([
      ...signedBits(element, m),
      ...new Array<number>(2 * m).fill(0),
      ...addresses.flat(),
    ]);
  });
}

/**
 * The least β, in s bits, of which e^{−2β} rounds to 0. More is worse: a sum of scores that saturates
 * forgets.
 */
function leastSharpness(bits: number): number {
  const scale = 2 ** bits;
  return Math.ceil(((bits + 1) * Math.LN2 * scale) / 2) / scale;
}

/** Σ_k q_k k_k, sharpened. */
function narrowScores(
  width: number,
  sharpness: number,
  wanted: readonly number[],
  own: readonly number[],
) {
  return { query: selection(width, wanted, sharpness), key: selection(width, own) };
}

/** Σ_k (q_k k_k − 1), sharpened: every other entry of a query is a constant. */
function levelScores(
  width: number,
  sharpness: number,
  wanted: readonly number[],
  own: readonly number[],
) {
  const interleaved = (
    entries: readonly number[],
    factor: number,
    constant: number,
  ): LinearMap => ({
    inputs: width,
    rows: entries.flatMap((entry) => [[[entry, factor] as const], []]),
    bias: entries.flatMap(() => [0, constant]),
  });
  return { query: interleaved(wanted, sharpness, -sharpness), key: interleaved(own, 1, 1) };
}

/**
 * One unit per pair of elements, on when left and right are those two, writes the product; two per bit
 * of the three slots take away what stood there.
 */
function multiplication(group: FiniteGroup, m: number, width: number) {
  const hidden: [number, number][][] = [];
  const bias: number[] = [];
  const output: [number, number][][] = Array.from({ length: width }, () => []);
  for (let a = 0; a < group.order; a++) {
    for (let b = 0; b < group.order; b++) {
      const pattern = [...signedBits(a, m), ...signedBits(b, m)];
      const unit = hidden.push(pattern.map((bit, k) => [m + k, bit])) - 1;
      // All 2m bits right give 2m, one wrong 2m − 2.
      bias.push(1 - 2 * m);
      const product = signedBits(compose(group, a, b), m);
      for (const [k, bit] of product.entries()) output[k]!.push([unit, bit]);
    }
  }
  for (let entry = 0; entry < 3 * m; entry++) {
    for (const sign of [1, -1]) {
      output[entry]!.push([hidden.push([[entry, sign]]) - 1, -sign]);
      bias.push(0);
    }
  }
  return {
    hidden: { inputs: width, rows: hidden, bias },
    output: { inputs: hidden.length, rows: output },
  };
}
