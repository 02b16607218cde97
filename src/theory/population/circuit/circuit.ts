import { HypothesisError } from "../../../errors.js";
import type { Alphabet } from "./alphabet.js";
import { doubled, SequenceTable } from "./sequence-table.js";
import { WordTable } from "./word-table.js";

/**
 * The Stein recursion as an arithmetic circuit: the mean of any product of traces of words, as a
 * function of the traces of words without S.
 *
 * Statement.    State s has the value v_s = t[meanTrace_s]·v[meanChild_s]
 *               + ν Σ_e weight_e·t[edgeTrace_e]·v[edgeChild_e] over its edges e, with ν = 1/n,
 *               t the traces (t₀ = 1) and v = 1 for the last state, the empty product.
 * Conventions.  nS ~ W_d(n, I); the words are words in S. Children come after their parents: one
 *               sweep from the last state to the first evaluates everything.
 */
export interface Circuit {
  readonly alphabet: Alphabet;
  /** Words without S by trace index; index 0 is the constant 1, not a word. */
  readonly traces: readonly string[];
  /** For each requested word, its state and the trace that multiplies it. */
  readonly roots: readonly CircuitRoot[];
  readonly stateCount: number;
  /** Number of S in a state; n^degree · v is a polynomial in n. */
  readonly degree: Uint8Array;
  readonly meanChild: Int32Array;
  readonly meanTrace: Int32Array;
  readonly edgeStart: Int32Array;
  readonly edgeChild: Int32Array;
  readonly edgeTrace: Int32Array;
  readonly edgeWeight: Int32Array;
}

export interface CircuitRoot {
  readonly state: number;
  readonly trace: number;
}

/** coefficient · E tr(word of the root); `length` is the word's before any shortening. */
export interface RootTerm {
  readonly root: number;
  readonly length: number;
  readonly coefficient: number;
}

/** States beyond which a circuit is refused: about 1 GB while it is built. */
const MAXIMAL_STATES = 600_000;

/**
 * Builds the circuit whose roots are the means of the traces of the given words.
 *
 * Throws.       HypothesisError when it needs more than `maximalStates` states
 * Source.       derived here: Gaussian integration by parts, one S at a time
 */
export function buildCircuit(
  alphabet: Alphabet,
  rootWords: readonly string[],
  maximalStates = MAXIMAL_STATES,
): Circuit {
  return new CircuitBuilder(alphabet, maximalStates).build(rootWords);
}

class CircuitBuilder {
  readonly #table: WordTable;
  readonly #states = new SequenceTable();
  readonly #scratch = new Int32Array(64);
  readonly #degrees: number[] = [];
  #meanChild = new Int32Array(1 << 10);
  #meanTrace = new Int32Array(1 << 10);
  #edgeStart = new Int32Array(1 << 10);
  #edgeChild = new Int32Array(1 << 12);
  #edgeTrace = new Int32Array(1 << 12);
  #edgeWeight = new Int32Array(1 << 12);
  #edgeCount = 0;

  constructor(
    readonly alphabet: Alphabet,
    readonly maximalStates: number,
  ) {
    this.#table = new WordTable(alphabet);
  }

  build(rootWords: readonly string[]): Circuit {
    const numbers = rootWords.map((word) => this.#table.number(word));
    const highest = Math.max(0, ...numbers.map((number) => this.#degreeOf(number)));
    const roots: CircuitRoot[] = new Array(numbers.length);
    let done = 0;
    // By falling degree: children have one S less, so they are numbered after their parents.
    for (let degree = highest; degree >= 0; degree--) {
      for (const [i, number] of numbers.entries()) {
        if (this.#degreeOf(number) !== degree) continue;
        const state = number >= 0 ? this.#intern([number]) : this.#intern([]);
        roots[i] = { state, trace: number >= 0 ? 0 : -number };
      }
      if (degree === 0) this.#intern([]);
      for (const end = this.#states.size; done < end; done++) {
        this.#degrees[done] = degree;
        this.#expand(done, degree);
      }
    }
    return this.#finish(roots);
  }

  #degreeOf(number: number): number {
    return number >= 0 ? this.#table.sampleCounts[number]! : 0;
  }

  #expand(state: number, degree: number): void {
    if (state + 1 >= this.#edgeStart.length) {
      this.#meanChild = doubled(this.#meanChild);
      this.#meanTrace = doubled(this.#meanTrace);
      this.#edgeStart = doubled(this.#edgeStart);
    }
    if (degree > 0) this.#removeSample(state);
    this.#edgeStart[state + 1] = this.#edgeCount;
  }

  #removeSample(state: number): void {
    const members = this.#states.members(state);
    const chosen = this.#choose(members);
    const word = members[chosen]!;
    const rest: number[] = [];
    for (let i = 0; i < members.length; i++) if (i !== chosen) rest.push(members[i]!);

    const mean = this.#table.mean(word);
    this.#meanTrace[state] = mean.trace;
    this.#meanChild[state] = this.#intern(rest, mean.words);
    for (const { count, trace, words } of this.#table.inner(word)) {
      this.#addEdge(this.#intern(rest, words), trace, count);
    }
    for (let i = 0; i < rest.length; ) {
      const other = rest[i]!;
      let end = i + 1;
      while (end < rest.length && rest[end] === other) end += 1;
      const remaining = rest.slice(0, i).concat(rest.slice(i + 1));
      const joined = this.#table.joined(word, other);
      for (let k = 0; k < joined.length; k += 2) {
        const child = this.#intern(remaining, [joined[k]!]);
        this.#addEdge(child, 0, joined[k + 1]! * (end - i));
      }
      i = end;
    }
  }

  /** Position of the word with the most S, then the longest: fewest states, by measurement. */
  #choose(members: Int32Array): number {
    const { lengths, sampleCounts } = this.#table;
    let best = 0;
    for (let i = 1; i < members.length; i++) {
      const more = sampleCounts[members[i]!]! - sampleCounts[members[best]!]!;
      const longer = lengths[members[i]!]! - lengths[members[best]!]!;
      if (more > 0 || (more === 0 && longer > 0)) best = i;
    }
    return best;
  }

  #intern(members: readonly number[], more: readonly number[] = []): number {
    const scratch = this.#scratch;
    let length = 0;
    for (const member of members) scratch[length++] = member;
    for (const member of more) {
      let slot = length++;
      for (; slot > 0 && scratch[slot - 1]! > member; slot--) scratch[slot] = scratch[slot - 1]!;
      scratch[slot] = member;
    }
    const id = this.#states.intern(scratch, length);
    if (id >= this.maximalStates) {
      throw new HypothesisError(
        `buildCircuit: the exact population engine reaches ${this.maximalStates} states and this model needs more; sample its loss instead`,
      );
    }
    return id;
  }

  #addEdge(child: number, trace: number, weight: number): void {
    if (this.#edgeCount === this.#edgeChild.length) {
      this.#edgeChild = doubled(this.#edgeChild);
      this.#edgeTrace = doubled(this.#edgeTrace);
      this.#edgeWeight = doubled(this.#edgeWeight);
    }
    this.#edgeChild[this.#edgeCount] = child;
    this.#edgeTrace[this.#edgeCount] = trace;
    this.#edgeWeight[this.#edgeCount] = weight;
    this.#edgeCount += 1;
  }

  #finish(roots: readonly CircuitRoot[]): Circuit {
    const stateCount = this.#states.size;
    return {
      alphabet: this.alphabet,
      traces: this.#table.traces,
      roots,
      stateCount,
      degree: Uint8Array.from(this.#degrees),
      meanChild: this.#meanChild.slice(0, stateCount),
      meanTrace: this.#meanTrace.slice(0, stateCount),
      edgeStart: this.#edgeStart.slice(0, stateCount + 1),
      edgeChild: this.#edgeChild.slice(0, this.#edgeCount),
      edgeTrace: this.#edgeTrace.slice(0, this.#edgeCount),
      edgeWeight: this.#edgeWeight.slice(0, this.#edgeCount),
    };
  }
}
