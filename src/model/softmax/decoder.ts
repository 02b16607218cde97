import { ArgumentError, requireInteger } from "../../errors.js";
import { requireUntiedModel, runUntied, type UntiedModel } from "./untied-model.js";

/** A causal model over tokens 0 … vocabulary − 1, with absolute positions. */
export interface Decoder {
  readonly body: UntiedModel;
  /** One per token. */
  readonly embedding: readonly Float64Array[];
  /** One per token: what a state is multiplied with for the token's logit. */
  readonly unembedding: readonly Float64Array[];
  /** One per position, added to the token's embedding. */
  readonly positions: readonly Float64Array[];
}

/**
 * The tokens that greedy decoding appends to a prompt; of equal logits the first token wins.
 *
 * Throws.       ArgumentError for a token outside the vocabulary, or positions beyond the last
 */
export function decodeGreedily(
  decoder: Decoder,
  prompt: readonly number[],
  steps: number,
): number[] {
  requireDecodable("decodeGreedily", decoder, prompt, steps);
  const tokens = [...prompt];
  for (let step = 0; step < steps; step++) {
    const states = tokens.map((token, i) => embedToken(decoder, token, i));
    const last = runUntied(decoder.body, states).at(-1)!;
    const logits = decoder.unembedding.map((row) =>
      row.reduce((sum, weight, k) => sum + weight * last[k]!, 0),
    );
    tokens.push(logits.indexOf(Math.max(...logits)));
  }
  return tokens.slice(prompt.length);
}

/** The state that a token starts with. */
export function embedToken(
  { embedding, positions }: Decoder,
  token: number,
  position: number,
): Float64Array {
  return positions[position]!.map((entry, k) => entry + embedding[token]![k]!);
}

/** Throws an ArgumentError unless `steps` tokens can be decoded after the prompt. */
export function requireDecodable(
  where: string,
  { body, embedding, unembedding, positions }: Decoder,
  prompt: readonly number[],
  steps: number,
): void {
  requireUntiedModel(where, body);
  requireInteger(where, "steps", steps);
  if (prompt.length === 0) throw new ArgumentError(where, "prompt", "non-empty", prompt);
  const { width } = body.layers[0]!;
  for (const [name, rows] of Object.entries({ embedding, unembedding, positions })) {
    const other = rows.find((row) => row.length !== width);
    if (other !== undefined)
      throw new ArgumentError(where, name, `of width ${width}`, other.length);
  }
  if (unembedding.length !== embedding.length) {
    const requirement = `of ${embedding.length} tokens`;
    throw new ArgumentError(where, "unembedding", requirement, unembedding.length);
  }
  for (const token of prompt) {
    if (!Number.isInteger(token) || token < 0 || token >= embedding.length) {
      throw new ArgumentError(where, "prompt", `of tokens below ${embedding.length}`, token);
    }
  }
  if (prompt.length + steps > positions.length) {
    const requirement = `within ${positions.length} positions, the prompt's ${prompt.length} counted`;
    throw new ArgumentError(where, "steps", requirement, steps);
  }
}
