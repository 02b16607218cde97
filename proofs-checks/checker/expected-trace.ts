import { add, constant, multiply, type Polynomial } from "./polynomial.js";

/**
 * A word tr(W g₁ W g₂ … W g_k), given by its gaps g, products of B (letter B) and Bᵀ (letter b);
 * W = GGᵀ, G d×n with independent standard normal entries.
 */
export type Word = readonly string[];

/** What the letters stand for. Those of a normal B commute; a symmetric one needs one letter. */
export interface Letters {
  readonly kind: "symmetric" | "normal" | "general";
  readonly n: Polynomial;
  /** Trace of a product of B and Bᵀ. */
  traceOf(gap: string): Polynomial;
}

/** Expectations of words: pairings while there are at most six W, else integration by parts. */
export class ExpectedTraces {
  readonly #known = new Map<string, Polynomial>();

  constructor(readonly letters: Letters) {}

  of(word: Word, mostPairings = 6): Polynomial {
    if (word.length === 0) return this.letters.traceOf("");
    return word.length <= mostPairings ? this.#byPairings(word) : this.#product([word], []);
  }

  /**
   * Isserlis: a sum over the pairings of the 2k Gaussians. Number 2i has row a_i, 2i + 1 row b_i, both
   * column c_i. Classes of equal columns are worth n each. Rows run in cycles: from b_i through g_i to
   * a_{i+1} (backwards through g_iᵀ), then to the partner; each cycle is worth the trace it spells.
   */
  #byPairings(word: Word): Polynomial {
    const size = 2 * word.length;
    const across = (g: number) => (g % 2 === 1 ? g + 1 : g + size - 1) % size;
    const spell = (g: number) =>
      g % 2 === 1 ? word[g >> 1]! : this.#transpose(word[across(g) >> 1]!);
    const counts = new Map<string, bigint>();
    for (const partner of pairings(new Array<number>(size).fill(-1))) {
      const columns = cycles(partner, (g) => g ^ 1).length;
      const traces = cycles(partner, across).map((cycle) => this.#tidy(cycle.map(spell).join("")));
      const key = [columns, ...traces.sort()].join();
      counts.set(key, (counts.get(key) ?? 0n) + 1n);
    }
    let sum = constant(0n);
    for (const [key, count] of counts) {
      const [columns, ...gaps] = key.split(",");
      const factors = new Array<Polynomial>(Number(columns)).fill(this.letters.n);
      for (const gap of gaps) factors.push(this.letters.traceOf(gap));
      sum = add(sum, factors.reduce(multiply), count);
    }
    return sum;
  }

  /**
   * E Π tr(word). The W that heads the first word, tr(WM), M = g₁ W … g_k, is integrated by parts:
   *   E tr(WM) Q = n E tr(M) Q + Σ_{M = UWV} E [tr(U) tr(VW) + tr(UᵀVW)] Q
   *                + Σ_{tr(WN) in Q, each W of it in turn} E [tr(WMᵀN) + tr(WMᵀNᵀ)] Q/tr(WN).
   */
  #expectation(words: readonly string[]): Polynomial {
    const [head, ...rest] = words;
    if (head === undefined) return constant(1n);
    const key = words.join("|");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const gaps = head.split(",");
    const flipped = gaps.map((gap) => this.#transpose(gap));
    const [first, ...later] = flipped as [string, ...string[]];
    let sum = multiply(this.letters.n, this.#product([closed(gaps)], rest));
    const include = (inside: readonly Word[], others: readonly string[]) => {
      sum = add(sum, this.#product(inside, others));
    };
    for (let i = 1; i < gaps.length; i++) {
      include([closed(gaps.slice(0, i)), gaps.slice(i)], rest);
      include([[...later.slice(0, i - 1).reverse(), first + gaps[i], ...gaps.slice(i + 1)]], rest);
    }
    for (const [at, other] of rest.entries()) {
      for (const forwards of rotations(other.split(","))) {
        const backwards = forwards.map((gap) => this.#transpose(gap)).reverse();
        for (const [next, ...after] of [forwards, backwards]) {
          include([[...later.toReversed(), first + next, ...after]], rest.toSpliced(at, 1));
        }
      }
    }
    this.#known.set(key, sum);
    return sum;
  }

  /** E of new words, of which "=gap" holds no W and is a number, times known ones. */
  #product(words: readonly Word[], rest: readonly string[]): Polynomial {
    let factor = constant(1n);
    const random = [...rest];
    for (const word of words) {
      if (!word[0]!.startsWith("=")) random.push(this.#canonical(word));
      else factor = multiply(factor, this.letters.traceOf(this.#tidy(word[0]!.slice(1))));
    }
    random.sort((a, b) => b.split(",").length - a.split(",").length || (a < b ? -1 : 1));
    return multiply(factor, this.#expectation(random));
  }

  /** The least of the rotations of a word and of its transpose, which have one trace. */
  #canonical(word: Word): string {
    const tidy = word.map((gap) => this.#tidy(gap));
    const transposed = tidy.map((gap) => this.#transpose(gap)).reverse();
    const texts = [...rotations(tidy), ...rotations(transposed)].map((gaps) => gaps.join());
    return texts.reduce((least, text) => (text < least ? text : least));
  }

  #transpose(gap: string): string {
    const swapped = [...gap].map((letter) => (letter === "B" ? "b" : "B"));
    return this.#tidy(swapped.reverse().join(""));
  }

  #tidy(gap: string): string {
    if (this.letters.kind === "symmetric") return "B".repeat(gap.length);
    return this.letters.kind === "normal" ? [...gap].sort().join("") : gap;
  }
}

/** tr(g₁ W g₂ … W g_k) as a word; "=g₁" where there is no W. */
function closed(gaps: Word): Word {
  return gaps.length === 1 ? [`=${gaps[0]}`] : [...gaps.slice(1, -1), gaps.at(-1)! + gaps[0]];
}

function rotations(gaps: Word): Word[] {
  return gaps.map((_, start) => [...gaps.slice(start), ...gaps.slice(0, start)]);
}

/** Every way to complete a pairing: the partner of each number, −1 where it has none yet. */
function* pairings(partner: number[]): Generator<readonly number[]> {
  const first = partner.indexOf(-1);
  if (first === -1) yield partner;
  for (let second = first + 1; first !== -1 && second < partner.length; second++) {
    if (partner[second] !== -1) continue;
    [partner[first], partner[second]] = [second, first];
    yield* pairings(partner);
    [partner[first], partner[second]] = [-1, -1];
  }
}

/** Cycles of steps across and to the partner in turn: the numbers before each step across. */
function cycles(partner: readonly number[], across: (g: number) => number): number[][] {
  const seen = new Set<number>();
  const found: number[][] = [];
  for (let start = 1; start < partner.length; start += 2) {
    const cycle: number[] = [];
    for (let g = start; !seen.has(g); g = partner[across(g)]!) {
      seen.add(g).add(across(g));
      cycle.push(g);
    }
    if (cycle.length > 0) found.push(cycle);
  }
  return found;
}
