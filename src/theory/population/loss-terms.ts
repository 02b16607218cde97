import { type Alphabet, SAMPLE } from "./circuit/alphabet.js";

/** One signed word of the loss after some layers: coefficient · E tr(word). */
export interface LossTerm {
  readonly word: string;
  /** Length before the alphabet's rules shortened it. */
  readonly length: number;
  readonly coefficient: number;
}

/** The words of the loss after some layers: residual part + (σ²/n) · noise part. */
export interface LossWords {
  readonly residual: readonly LossTerm[];
  readonly noise: readonly LossTerm[];
}

/** Symbols of the prior in the words of a loss; empty strings where the prior is the identity. */
export interface PriorSymbols {
  /** Ω′ + uuᵀ, between two proper words. */
  readonly withReadIn: string;
  /** Ω′, where one of the words is empty. */
  readonly plain: string;
}

/**
 * The words of the loss after each number of layers t = 0, …, T.
 *
 * Statement.    With R_t = Π_{l≤t}(I − S B_l), K_t = K_{t−1}(I − S B_t) + B_t and U = uuᵀ,
 *               residual = E tr(Ω′ R Rᵀ) + E tr(U (I − R)(I − R)ᵀ), noise = E tr(S K Kᵀ).
 *               Only words of R beyond I reach U: they carry Ω′ + U when both factors of R Rᵀ
 *               contribute one, Ω′ otherwise.
 * Accuracy.     exact integers
 */
export function expandLoss(
  alphabet: Alphabet,
  layerSymbols: readonly string[],
  prior: PriorSymbols,
  withNoise: boolean,
): LossWords[] {
  let residual = new Map([["", 1]]);
  let noise = new Map<string, number>();
  const stages: LossWords[] = [];
  for (let t = 0; ; t++) {
    stages.push({
      residual: squareWords(alphabet, residual, (left, right) =>
        left === "" || right === "" ? prior.plain : prior.withReadIn,
      ),
      noise: withNoise ? squareWords(alphabet, noise, () => SAMPLE) : [],
    });
    const symbol = layerSymbols[t];
    if (symbol === undefined) return stages;
    noise = appendLayer(noise, symbol);
    noise.set(symbol, (noise.get(symbol) ?? 0) + 1);
    residual = appendLayer(residual, symbol);
  }
}

/** Σ c·word times I − S B. */
function appendLayer(words: ReadonlyMap<string, number>, symbol: string): Map<string, number> {
  const result = new Map(words);
  for (const [word, coefficient] of words) {
    const longer = word + SAMPLE + symbol;
    result.set(longer, (result.get(longer) ?? 0) - coefficient);
  }
  return result;
}

function squareWords(
  alphabet: Alphabet,
  words: ReadonlyMap<string, number>,
  between: (left: string, right: string) => string,
): LossTerm[] {
  const terms = new Map<string, LossTerm>();
  for (const [left, a] of words) {
    for (const [right, b] of words) {
      const raw = between(left, right) + left + alphabet.transpose(right);
      const word = alphabet.canonical(raw);
      const key = `${raw.length}:${word}`;
      const coefficient = (terms.get(key)?.coefficient ?? 0) + a * b;
      terms.set(key, { word, length: raw.length, coefficient });
    }
  }
  return [...terms.values()].filter(({ coefficient }) => coefficient !== 0);
}
