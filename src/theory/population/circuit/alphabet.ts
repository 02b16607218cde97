/**
 * What a letter may be assumed to satisfy; every assumption merges words and shrinks the circuit.
 *
 * - `general`: nothing; the letter and its transpose are two symbols
 * - `symmetric`: equal to its transpose
 * - `normal`: commutes with its transpose (words are sorted inside a gap)
 * - `orthogonal`: its transpose is its inverse (they cancel inside a gap)
 */
export type LetterKind = "general" | "symmetric" | "normal" | "orthogonal";

/** The symbol of the random matrix S; it sorts before every letter. */
export const SAMPLE = "a";

/** The code of S. */
export const SAMPLE_CODE = 0;

const FIRST = SAMPLE.charCodeAt(0);

/**
 * Words in the symmetric random matrix S and letters M₀, M₁, … with their transposes.
 *
 * Conventions.  A word is a string: "a" is S, letter k is the character 1 + 2k after it and its
 *               transpose the next one, so that "abac" reads S M₀ S M₀ᵀ. Codes count characters
 *               from "a". Words stand for traces: they are equal up to rotation and up to reversal
 *               with transposition.
 */
export class Alphabet {
  /** The code of the transposed symbol, by code. */
  readonly flip: Int32Array;
  readonly #hasRules: boolean;
  #forward = new Int32Array(64);
  #backward = new Int32Array(64);

  constructor(readonly kinds: readonly LetterKind[]) {
    this.#hasRules = kinds.some((kind) => kind === "normal" || kind === "orthogonal");
    this.flip = Int32Array.from({ length: 1 + 2 * kinds.length }, (_, code) => {
      const isFixed = code === SAMPLE_CODE || kinds[(code - 1) >> 1] === "symmetric";
      return isFixed ? code : ((code - 1) ^ 1) + 1;
    });
  }

  /** The one-character word of a letter, or of its transpose. */
  letter(index: number, transposed = false): string {
    const isTransposed = transposed && this.kinds[index] !== "symmetric";
    return String.fromCharCode(FIRST + 1 + 2 * index + (isTransposed ? 1 : 0));
  }

  /** The letter that a character stands for; undefined for S. */
  decode(word: string, position: number): { index: number; transposed: boolean } | undefined {
    const code = word.charCodeAt(position) - FIRST;
    return code === SAMPLE_CODE
      ? undefined
      : { index: (code - 1) >> 1, transposed: (code & 1) === 0 };
  }

  encode(word: string): Int32Array {
    return Int32Array.from(word, (symbol) => symbol.charCodeAt(0) - FIRST);
  }

  spell(codes: Int32Array): string {
    return String.fromCharCode(...codes.map((code) => FIRST + code));
  }

  /** The word of the transposed product. */
  transpose(word: string): string {
    return this.spell(
      this.encode(word)
        .reverse()
        .map((code) => this.flip[code]!),
    );
  }

  /** The one representative of all words with the same trace. */
  canonical(word: string): string {
    const codes = this.encode(word);
    return this.spell(codes.subarray(0, this.canonicalize(codes, codes.length)));
  }

  /** Makes codes[0 … length−1] canonical in place; gives the new length. */
  canonicalize(codes: Int32Array, length: number): number {
    const reduced = this.#hasRules ? this.#reduce(codes, length) : length;
    if (this.#forward.length < reduced) {
      this.#forward = new Int32Array(2 * reduced);
      this.#backward = new Int32Array(2 * reduced);
    }
    const forward = this.#forward;
    const backward = this.#backward;
    const start = leastRotation(codes, reduced);
    for (let i = 0, from = start; i < reduced; i++) {
      forward[i] = codes[from]!;
      from = from + 1 === reduced ? 0 : from + 1;
    }
    for (let i = 0; i < reduced; i++) backward[i] = this.flip[forward[reduced - 1 - i]!]!;
    const other = leastRotation(backward, reduced);
    let isBackwardLess = false;
    for (let i = 0, from = other; i < reduced; i++) {
      if (backward[from] !== forward[i]) {
        isBackwardLess = backward[from]! < forward[i]!;
        break;
      }
      from = from + 1 === reduced ? 0 : from + 1;
    }
    for (let i = 0; i < reduced; i++) {
      codes[i] = isBackwardLess ? backward[(other + i) % reduced]! : forward[i]!;
    }
    return reduced;
  }

  /** Sorts or cancels inside every maximal cyclic run of one normal or orthogonal letter. */
  #reduce(codes: Int32Array, length: number): number {
    let before = length;
    let after = this.#reduceRuns(codes, before);
    // A run that cancels away can join its neighbours: once more.
    while (after < before) {
      before = after;
      after = this.#reduceRuns(codes, before);
    }
    return after;
  }

  #reduceRuns(codes: Int32Array, length: number): number {
    const word = codes.slice(0, length);
    // S has letter −1.
    const letterAt = (i: number) => (word[i % length]! - 1) >> 1;
    let start = 0;
    while (start < length && letterAt(start) === letterAt(start + length - 1)) start += 1;
    let written = 0;
    for (let i = 0; i < length; ) {
      const letter = letterAt(start + i);
      const kind = this.kinds[letter];
      let plain = 0;
      let transposed = 0;
      const isFree = kind !== "normal" && kind !== "orthogonal";
      for (; i < length && letterAt(start + i) === letter; i++) {
        const code = word[(start + i) % length]!;
        if (isFree) codes[written++] = code;
        else if ((code & 1) === 1) plain += 1;
        else transposed += 1;
      }
      const cancelled = kind === "orthogonal" ? Math.min(plain, transposed) : 0;
      for (let k = cancelled; k < plain; k++) codes[written++] = 1 + 2 * letter;
      for (let k = cancelled; k < transposed; k++) codes[written++] = 2 + 2 * letter;
    }
    return written;
  }
}

/** Where the least rotation of codes[0 … length−1] starts. */
function leastRotation(codes: Int32Array, length: number): number {
  let smallest = 0x7fffffff;
  for (let i = 0; i < length; i++) if (codes[i]! < smallest) smallest = codes[i]!;
  let best = -1;
  for (let start = 0; start < length; start++) {
    // The least rotation begins where a run of the smallest symbol begins.
    if (codes[start] !== smallest) continue;
    if (codes[start === 0 ? length - 1 : start - 1] === smallest) continue;
    if (best < 0 || isLessRotation(codes, length, start, best)) best = start;
  }
  return Math.max(best, 0);
}

function isLessRotation(codes: Int32Array, length: number, a: number, b: number): boolean {
  for (let i = 0, x = a, y = b; i < length; i++) {
    if (codes[x] !== codes[y]) return codes[x]! < codes[y]!;
    x = x + 1 === length ? 0 : x + 1;
    y = y + 1 === length ? 0 : y + 1;
  }
  return false;
}
