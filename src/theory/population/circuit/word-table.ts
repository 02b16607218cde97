import { type Alphabet, SAMPLE_CODE } from "./alphabet.js";
import { SequenceTable } from "./sequence-table.js";

/** What one Stein step makes of a trace: count · (trace that split off) · (words that remain). */
export interface StepOutcome {
  count: number;
  /** Index of the trace that split off; 0 is the constant 1. */
  readonly trace: number;
  /** The words left that still contain S: none, one or two. */
  readonly words: readonly number[];
}

/**
 * Numbered words, up to equality of traces, and what a Stein step does to them.
 *
 * Words without S ("traces") and words with S are numbered apart; trace 0 is the constant 1. The
 * step on a word w = S M always removes the S that heads its canonical form, the one that follows
 * the shortest gap: of the orders tried, this one meets the fewest states.
 */
export class WordTable {
  /** The words without S, from index 1; index 0 stands for the constant 1. */
  readonly traces: string[] = [""];
  readonly sampleCounts: number[] = [];
  readonly lengths: number[] = [];
  readonly #words: Int32Array[] = [];
  readonly #canonical = new SequenceTable();
  /** By number in #canonical: word (≥ 0) or −(trace index). */
  readonly #numbers: number[] = [];
  #buffer = new Int32Array(64);
  readonly #mean: StepOutcome[] = [];
  readonly #inner: StepOutcome[][] = [];
  readonly #joined: Map<number, readonly number[]>[] = [];

  constructor(readonly alphabet: Alphabet) {}

  /** Number of a word with S (≥ 0), or −(trace index) of one without (< 0). */
  number(word: string): number {
    const codes = this.alphabet.encode(word);
    this.#reserve(codes.length);
    this.#buffer.set(codes);
    return this.#numberOfBuffer(codes.length);
  }

  /** The term tr M of E tr(S M), the only one that 1/n does not multiply. */
  mean(word: number): StepOutcome {
    this.#mean[word] ??= this.#meanOf(word);
    return this.#mean[word];
  }

  /** The terms of E tr(S M) in which S pairs with another S of the same trace. */
  inner(word: number): readonly StepOutcome[] {
    this.#inner[word] ??= this.#innerOf(word);
    return this.#inner[word];
  }

  /**
   * The terms in which the S of `word` pairs with an S of `other`: the two traces become one.
   * Flat list of word, count, word, count, …
   */
  joined(word: number, other: number): readonly number[] {
    this.#joined[word] ??= new Map();
    const known = this.#joined[word].get(other);
    if (known !== undefined) return known;
    const list = this.#joinedOf(this.#words[word]!, this.#words[other]!);
    this.#joined[word].set(other, list);
    return list;
  }

  #meanOf(word: number): StepOutcome {
    const codes = this.#words[word]!;
    for (let i = 1; i < codes.length; i++) this.#buffer[i - 1] = codes[i]!;
    const number = this.#numberOfBuffer(codes.length - 1);
    return number < 0
      ? { count: 1, trace: -number, words: [] }
      : { count: 1, trace: 0, words: [number] };
  }

  #innerOf(word: number): StepOutcome[] {
    const codes = this.#words[word]!;
    const { flip } = this.alphabet;
    const buffer = this.#buffer;
    const outcomes: StepOutcome[] = [];
    // The word is S U S V: it splits into tr(U)·tr(V S) and turns into tr(Uᵀ V S).
    for (let i = 1; i < codes.length; i++) {
      if (codes[i] !== SAMPLE_CODE) continue;
      for (let k = 1; k < i; k++) buffer[k - 1] = codes[k]!;
      const split = this.#numberOfBuffer(i - 1);
      for (let k = i; k < codes.length; k++) buffer[k - i] = codes[k]!;
      count(outcomes, split, this.#numberOfBuffer(codes.length - i));
      for (let k = 1; k < i; k++) buffer[i - 1 - k] = flip[codes[k]!]!;
      for (let k = i + 1; k < codes.length; k++) buffer[k - 2] = codes[k]!;
      buffer[codes.length - 2] = SAMPLE_CODE;
      count(outcomes, this.#numberOfBuffer(codes.length - 1));
    }
    return outcomes;
  }

  #joinedOf(codes: Int32Array, others: Int32Array): number[] {
    const { flip } = this.alphabet;
    const outcomes: number[] = [];
    const length = codes.length + others.length - 1;
    this.#reserve(length);
    const buffer = this.#buffer;
    for (let i = 0; i < others.length; i++) {
      if (others[i] !== SAMPLE_CODE) continue;
      for (const isTransposed of [false, true]) {
        buffer[0] = SAMPLE_CODE;
        for (let k = 1; k < codes.length; k++) buffer[codes.length - k] = flip[codes[k]!]!;
        for (let k = 1; k < others.length; k++) {
          const code = others[(i + k) % others.length]!;
          if (isTransposed) buffer[length - k] = flip[code]!;
          else buffer[codes.length + k - 1] = code;
        }
        const number = this.#numberOfBuffer(length);
        let slot = 0;
        while (slot < outcomes.length && outcomes[slot] !== number) slot += 2;
        if (slot === outcomes.length) outcomes.push(number, 1);
        else outcomes[slot + 1]! += 1;
      }
    }
    return outcomes;
  }

  #reserve(length: number): void {
    if (length > this.#buffer.length) this.#buffer = new Int32Array(2 * length);
  }

  #numberOfBuffer(length: number): number {
    const reduced = this.alphabet.canonicalize(this.#buffer, length);
    const id = this.#canonical.intern(this.#buffer, reduced);
    this.#numbers[id] ??= this.#add(this.#buffer.slice(0, reduced));
    return this.#numbers[id];
  }

  #add(codes: Int32Array): number {
    let count = 0;
    for (const code of codes) if (code === SAMPLE_CODE) count += 1;
    if (count === 0) {
      this.traces.push(this.alphabet.spell(codes));
      return -(this.traces.length - 1);
    }
    this.#words.push(codes);
    this.sampleCounts.push(count);
    this.lengths.push(codes.length);
    return this.#words.length - 1;
  }
}

/** Adds one outcome with the given numbers (the second may be absent; only the first a trace). */
function count(outcomes: StepOutcome[], first: number, second = -1): void {
  const trace = first < 0 ? -first : 0;
  const one = first < 0 ? second : first;
  const two = first < 0 ? -1 : second;
  for (const outcome of outcomes) {
    const [a = -1, b = -1] = outcome.words;
    if (outcome.trace === trace && a === one && b === two) {
      outcome.count += 1;
      return;
    }
  }
  const words = two >= 0 ? [one, two] : one >= 0 ? [one] : [];
  outcomes.push({ count: 1, trace, words });
}
