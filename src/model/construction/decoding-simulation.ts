import { type Decoder, embedToken, requireDecodable } from "../softmax/decoder.js";
import { type LinearMap, selection } from "../softmax/linear-map.js";
import { runBlock, type TransformerBlock } from "../softmax/transformer-block.js";
import { FeedForwardProgram } from "./feed-forward-program.js";
import { bitsFor, signedBits } from "./signed-bits.js";
import { placed, stateLayout } from "./state-layout.js";

/** Layers that, looped m times, decode m tokens. */
export interface DecodingSimulation {
  readonly decoder: Decoder;
  readonly promptLength: number;
  readonly loops: number;
  readonly width: number;
  /** The decoder's own, and three that decode, shift by one and embed. */
  readonly layers: readonly TransformerBlock[];
}

type Slots = ReturnType<typeof layout>["slots"];

/** A wrong bit of an address leaves e^{−2000} of the weight, which is 0 in doubles. */
const SHARPNESS = 1000;

/** Logits less than 10^{−9} apart count as equal, and nothing is decoded then. */
const STEEPNESS = 1e9;

/**
 * A looped model whose m loops on (v, #ᵐ) decode m tokens after v.
 *
 * Statement.    a loop runs the L layers on all positions, compares all logits by pairs, moves the winner
 *               one position on, and embeds it where a counter, one per position, says that it is due
 * Conventions.  L + 3 layers; width 2d + 3V + 2⌈log₂(n+m)⌉ + 3 for V tokens; one head more
 * Accuracy.     the states of all filled positions are the decoder's doubles
 * Throws.       as `decodeGreedily` does
 * Source.       Saunshi et al. 2025 (statement); these weights derived here:
 *               docs/derivation-reasoning.md
 */
export function decodingSimulation(
  decoder: Decoder,
  promptLength: number,
  steps: number,
): DecodingSimulation {
  requireDecodable("decodingSimulation", decoder, new Array<number>(promptLength).fill(0), steps);
  const { slots, width } = layout(decoder, promptLength + steps);
  const { layers, order } = decoder.body;
  const own = order.map((layer) => widened(layers[layer]!, width));
  return {
    ...{ decoder, promptLength, width },
    loops: steps,
    layers: [
      ...own,
      { width, heads: [], feedForward: countWins(decoder, slots, width) },
      { width, heads: [], feedForward: findWinner(decoder, slots, width) },
      { width, heads: [shift(slots, width)], feedForward: embedDue(decoder, slots, width) },
    ],
  };
}

/** The tokens that the loops decode after a prompt; null where none stands out. */
export function runDecodingSimulation(
  { decoder, promptLength, loops, width, layers }: DecodingSimulation,
  prompt: readonly number[],
): (number | null)[] {
  requireDecodable("runDecodingSimulation", decoder, prompt, loops);
  const { slots } = layout(decoder, promptLength + loops);
  const q = slots.own.length;
  let states: Float64Array[] = Array.from({ length: promptLength + loops }, (_, position) => {
    const state = new Float64Array(width);
    const token = prompt[position];
    const start =
      token === undefined ? decoder.positions[position]! : embedToken(decoder, token, position);
    state.set(start, slots.state[0]);
    state.set(start, slots.start[0]);
    state.set(signedBits(position, q), slots.own[0]);
    state.set(signedBits(Math.max(0, position - 1), q), slots.before[0]);
    state[slots.one[0]!] = 1;
    state[slots.until[0]!] = position - promptLength;
    return state;
  });
  for (let loop = 0; loop < loops; loop++) {
    for (const layer of layers) states = runBlock(layer, states, 1);
  }
  return states.slice(promptLength).map((state) => {
    const token = slots.token.findIndex((entry) => state[entry] === 1);
    return token < 0 ? null : token;
  });
}

function layout(decoder: Decoder, positions: number) {
  const d = decoder.body.layers[0]!.width;
  const tokens = decoder.embedding.length;
  const q = bitsFor(positions);
  return stateLayout({
    // What the layers work on, what a loop starts with, and the token that was written.
    ...{ state: d, start: d, token: tokens },
    // How many other tokens each one beats; 1 for the winner that was brought here.
    ...{ wins: tokens, brought: tokens },
    ...{ own: q, before: q },
    // Loops until this position is written, whether that is now, and 1.
    ...{ until: 1, due: 1, one: 1 },
  });
}

/** A layer that leaves further entries of the state alone. */
function widened(layer: TransformerBlock, width: number): TransformerBlock {
  const reads = (map: LinearMap): LinearMap => ({ ...map, inputs: width });
  const writes = (map: LinearMap): LinearMap => ({
    inputs: map.inputs,
    rows: Array.from({ length: width }, (_, i) => map.rows[i] ?? []),
    bias: Array.from({ length: width }, (_, i) => map.bias?.[i] ?? 0),
  });
  return {
    width,
    heads: layer.heads.map(({ query, key, value, output }) => ({
      ...{ query: reads(query), key: reads(key), value: reads(value) },
      output: writes(output),
    })),
    feedForward: {
      hidden: reads(layer.feedForward.hidden),
      output: writes(layer.feedForward.output),
    },
  };
}

/** wins_i = Σ_j [logit_i ≥ logit_j], a step of two ReLUs for every pair. */
function countWins({ unembedding }: Decoder, slots: Slots, width: number) {
  const program = new FeedForwardProgram(width);
  for (const [i, own] of unembedding.entries()) {
    for (const [j, other] of unembedding.entries()) {
      if (i === j) continue;
      const difference = slots.state.map(
        (entry, k) => [entry, STEEPNESS * (own[k]! - other[k]!)] as const,
      );
      program.unit(difference, 1, [[slots.wins[i]!, 1]]);
      program.unit(difference, 0, [[slots.wins[i]!, -1]]);
    }
  }
  return program.layer();
}

/** wins becomes exactly 1 for the token that beats all, and at most −1/2 for the others. */
function findWinner({ unembedding }: Decoder, slots: Slots, width: number) {
  const program = new FeedForwardProgram(width);
  program.erase(slots.wins);
  program.erase(slots.state);
  const most = unembedding.length - 1;
  for (const entry of slots.wins) {
    program.constant(entry, 1);
    program.unit([[entry, -2]], 2 * most - 1 / 2, [[entry, -1]]);
  }
  const [until, due] = [slots.until[0]!, slots.due[0]!];
  for (const [offset, weight] of [
    [1, 1],
    [0, -2],
    [-1, 1],
  ] as const) {
    program.unit([[until, 1]], offset, [[due, weight]]);
  }
  return program.layer();
}

function shift(slots: Slots, width: number): TransformerBlock["heads"][number] {
  const one = slots.one[0]!;
  const interleaved = (
    entries: readonly number[],
    factor: number,
    constant: number,
  ): LinearMap => ({
    inputs: width,
    rows: entries.flatMap((entry) => [[[entry, factor] as const], [[one, constant] as const]]),
  });
  return {
    query: interleaved(slots.before, SHARPNESS, -SHARPNESS),
    key: interleaved(slots.own, 1, 1),
    value: selection(width, slots.wins),
    output: placed(width, slots.brought),
  };
}

/** Writes the token that was brought where it is due, and starts all positions anew. */
function embedDue({ embedding }: Decoder, slots: Slots, width: number) {
  const program = new FeedForwardProgram(width);
  for (const [k, entry] of slots.start.entries()) program.add(entry, [[slots.state[k]!, 1]]);
  const [until, due] = [slots.until[0]!, slots.due[0]!];
  for (const [token, entry] of slots.brought.entries()) {
    const embedded = [...embedding[token]!].flatMap((weight, k) => [
      [slots.state[k]!, weight] as const,
      [slots.start[k]!, weight] as const,
    ]);
    program.unit(
      [
        [entry, 1],
        [due, 1],
      ],
      -1,
      [[slots.token[token]!, 1], ...embedded],
    );
  }
  for (const entry of [...slots.brought, ...slots.wins, due]) program.add(entry, [[entry, -1]]);
  program.constant(until, -1);
  return program.layer();
}
