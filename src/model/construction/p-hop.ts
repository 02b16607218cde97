import { ArgumentError, requireInteger } from "../../errors.js";
import type { PHopShape } from "../../task/p-hop.js";
import { fixedPoint, type Rounding, UNROUNDED } from "../softmax/fixed-point.js";
import { selection } from "../softmax/linear-map.js";
import {
  type AttentionHead,
  runBlock,
  type TransformerBlock,
} from "../softmax/transformer-block.js";
import { FeedForwardProgram } from "./feed-forward-program.js";
import { bitsFor, readSignedBits, signedBits } from "./signed-bits.js";
import { smallestPrecision } from "./smallest-precision.js";
import { placed, stateLayout } from "./state-layout.js";

/**
 * A one-layer transformer that, looped ⌈log₂ p⌉ + 2 times, answers p-hop induction.
 *
 * Statement.    the first loop brings the token before, the second find₁ by its content; every other
 *               turns the pointers (find_q, find_{q+1}) into those of 2q or 2q + 1, by one look-up, for
 *               the bits of p − 1 from the first on; the second pointer ends as find_p
 * Conventions.  position 0 is #, without a token; pointers and positions are signed bits
 * Source.       Saunshi et al. 2025, p-hop (they state ⌊log₂ p⌋ + 2 loops, which is one fewer unless p is
 *               a power of two); these weights derived here: docs/derivation-reasoning.md
 */
export interface PHopModel extends PHopShape {
  readonly loops: number;
  readonly block: TransformerBlock;
  /** The rounding after every operation. */
  readonly round: Rounding;
}

type Layout = ReturnType<typeof layout>;

/**
 * The construction for words of `length` tokens.
 *
 * @param bits   s of the fixed-point numbers that it is built for and runs in; default: doubles
 */
export function pHopModel({ length, alphabet, hops }: PHopShape, bits?: number): PHopModel {
  requireInteger("pHopModel", "length", length);
  requireInteger("pHopModel", "alphabet", alphabet, 2);
  requireInteger("pHopModel", "hops", hops);
  const round = bits === undefined ? UNROUNDED : fixedPoint(bits);
  const sizes = layout(length, alphabet, hops);
  const { recency, sharpness } = scoresFor(length, bits);
  return {
    ...{ length, alphabet, hops, round },
    loops: doublings(hops) + 2,
    block: {
      width: sizes.width,
      heads: [
        addressHead(sizes, "before", ["token"], ["fetched"], sharpness),
        contentHead(sizes, sharpness, recency),
        addressHead(
          sizes,
          "wanted",
          ["first", "second", "secondToken"],
          ["readFirst", "readSecond", "readToken"],
          sharpness,
        ),
      ],
      feedForward: update(sizes),
    },
  };
}

/**
 * The construction in fixed-point numbers of `bits` bits.
 *
 * Throws.       ArgumentError when they are too few, with the smallest number that works for all words
 */
export function pHopModelInBits(shape: PHopShape, bits: number): PHopModel {
  requireInteger("pHopModelInBits", "bits", bits);
  const model = pHopModel(shape, bits);
  const isEnough = (s: number) => {
    const { recency, sharpness } = scoresFor(shape.length, s);
    return recency * (shape.length + 1) <= sharpness;
  };
  if (!isEnough(bits)) {
    const least = smallestPrecision(`p-hop over ${shape.length} tokens`, isEnough);
    const requirement = `at least ${least} for ${shape.length} tokens`;
    throw new ArgumentError("pHopModelInBits", "bits", requirement, bits);
  }
  return model;
}

/**
 * The answer to p-hop of a word; null where the model finds fewer than p hops.
 *
 * Throws.       ArgumentError for a word of another length, or a token outside the alphabet
 */
export function runPHop(model: PHopModel, word: readonly number[]): number | null {
  const { length, alphabet, hops, block, loops, round } = model;
  if (word.length !== length) {
    throw new ArgumentError("runPHop", "word", `of ${length} tokens`, word.length);
  }
  for (const token of word) {
    if (!Number.isInteger(token) || token < 0 || token >= alphabet) {
      throw new ArgumentError("runPHop", "word", `of integers below ${alphabet}`, token);
    }
  }
  const { slots, width } = layout(length, alphabet, hops);
  const m = bitsFor(alphabet);
  const q = bitsFor(length + 1);
  const states = [null, ...word].map((token, position) => {
    const state = new Float64Array(width);
    const write = (name: keyof typeof slots, values: readonly number[]) => {
      state.set(values, slots[name][0]);
    };
    if (token !== null) {
      write("token", signedBits(token, m));
      write("isToken", [1]);
    }
    write("position", [position]);
    write("one", [1]);
    write("own", signedBits(position, q));
    write("before", signedBits(Math.max(0, position - 1), q));
    write("isStart", [1, 1]);
    write("bits", [-1, ...signedBits(hops - 1, doublings(hops)).toReversed()]);
    return state;
  });
  const last = runBlock(block, states, loops, { round }).at(-1)!;
  const answer = slots.secondToken.map((entry) => last[entry]!);
  return answer.every((bit) => Math.abs(bit) < 1 / 2) ? null : readSignedBits(answer);
}

/** ⌈log₂ p⌉. */
function doublings(hops: number): number {
  return Math.ceil(Math.log2(hops));
}

function layout(length: number, alphabet: number, hops: number) {
  const m = bitsFor(alphabet);
  const q = bitsFor(length + 1);
  return stateLayout({
    // What the word says, and what stays: every position knows its place and the one before.
    ...{ token: m, isToken: 1, one: 1, position: 1, own: q, before: q },
    // The token before; find_q, find_{q+1} and the token there; where to look next.
    ...{ previous: m, first: q, second: q, secondToken: m, wanted: q },
    // What the heads bring, until the feed-forward layer has used it.
    ...{ fetched: m, found: q, foundToken: m, readFirst: q, readSecond: q, readToken: m },
    // +1 in the first two loops; the bits of p − 1, after one that is not used.
    ...{ isStart: 2, bits: doublings(hops) + 1 },
  });
}

/** How much a position is worth, and a wrong bit costs. */
function scoresFor(length: number, bits: number | undefined) {
  if (bits === undefined) return { recency: 24, sharpness: 24 * (length + 1) };
  const scale = 2 ** bits;
  // The least multiple of 2^{−s} of which e^{−γ} rounds to 0, and the largest number there is.
  return {
    recency: Math.ceil((bits + 1) * Math.LN2 * scale) / scale,
    sharpness: scale - 1 / scale,
  };
}

/** Looks at the position whose address stands in a slot. */
function addressHead(
  { slots, width }: Layout,
  wanted: "before" | "wanted",
  from: readonly (keyof Layout["slots"])[],
  to: readonly (keyof Layout["slots"])[],
  sharpness: number,
): AttentionHead {
  // Σ_k β(q_k k_k − 1): one too large a sum is never needed.
  const query = slots[wanted].flatMap((entry) => [
    [[entry, sharpness] as const],
    [[slots.one[0]!, -sharpness] as const],
  ]);
  const key = slots.own.flatMap((entry) => [[[entry, 1] as const], [[slots.one[0]!, 1] as const]]);
  return {
    query: { inputs: width, rows: query },
    key: { inputs: width, rows: key },
    value: selection(
      width,
      from.flatMap((name) => slots[name]),
    ),
    output: placed(
      width,
      to.flatMap((name) => slots[name]),
    ),
  };
}

/** Looks at the last position whose previous token is the own one; at # where there is none. */
function contentHead({ slots, width }: Layout, sharpness: number, recency: number): AttentionHead {
  const one = slots.one[0]!;
  const query = slots.token.flatMap((entry) => [
    [[entry, sharpness] as const],
    [[one, -sharpness] as const],
  ]);
  const key = slots.previous.flatMap((entry) => [
    [[entry, 1] as const],
    [[slots.isToken[0]!, 1] as const],
  ]);
  return {
    query: { inputs: width, rows: [...query, [[one, recency]]] },
    key: { inputs: width, rows: [...key, [[slots.position[0]!, 1]]] },
    value: selection(width, [...slots.own, ...slots.token]),
    output: placed(width, [...slots.found, ...slots.foundToken]),
  };
}

function update({ slots, width }: Layout): TransformerBlock["feedForward"] {
  const program = new FeedForwardProgram(width);
  const isStart = slots.isStart[0]!;
  const bit = slots.bits[0]!;
  program.move(slots.fetched, slots.previous);
  const pointers = [
    { start: slots.own, later: slots.readFirst, to: slots.first, bit: -1 },
    { start: slots.found, later: slots.readSecond, to: slots.second, bit: 1 },
  ];
  program.erase(slots.wanted);
  for (const pointer of pointers) {
    program.erase(pointer.to);
    for (const [from, sign] of [[pointer.start, 1] as const, [pointer.later, -1] as const]) {
      program.addWhere(from, pointer.to, [[isStart, sign]]);
      const flags = [[isStart, sign] as const, [bit, pointer.bit] as const];
      program.addWhere(from, slots.wanted, flags);
    }
  }
  program.erase(slots.secondToken);
  program.addWhere(slots.foundToken, slots.secondToken, [[isStart, 1]]);
  program.addWhere(slots.readToken, slots.secondToken, [[isStart, -1]]);
  for (const name of ["found", "foundToken", "readFirst", "readSecond", "readToken"] as const) {
    program.erase(slots[name]);
  }
  // isStart: +1, +1, −1, −1 …; of the bits the next one comes first.
  program.erase(slots.isStart);
  program.add(slots.isStart[1]!, [[isStart, 1]]);
  program.constant(slots.isStart[1]!, -1);
  program.erase(slots.bits);
  for (const [k, entry] of slots.bits.slice(1).entries()) {
    program.add(entry, [[slots.bits[k]!, 1]]);
  }
  return program.layer();
}
