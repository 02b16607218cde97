import { add, constant, multiply, type Polynomial } from "./polynomial.js";

/** Those of a normal matrix commute with its transpose; a symmetric one needs one letter. */
export type Kind = "symmetric" | "normal" | "general";

/** Every W of a text, as what stands before and after it. */
const cuts = (text: string): [string, string][] =>
  [...text.matchAll(/W/g)].map(({ index }) => [text.slice(0, index), text.slice(index + 1)]);

const transpose = (text: string): string => {
  const swapped = [...text].map((letter) => (letter === "B" ? "b" : letter === "b" ? "B" : "W"));
  return swapped.reverse().join("");
};

/**
 * E tr of words in W, B and b, W = GGᵀ for a d×n matrix G of independent standard normal entries: by
 * pairings while there are at most six W, else by integration by parts.
 */
export class ExpectedTraces {
  readonly #known = new Map([["", constant(1n)]]);

  /** `traceOf` gives the trace of a product of B and its transpose b. */
  constructor(
    readonly kind: Kind,
    readonly n: Polynomial,
    readonly traceOf: (letters: string) => Polynomial,
  ) {}

  of(word: string, mostPairings = 6): Polynomial {
    const count = cuts(word).length;
    const isShort = count > 0 && count <= mostPairings;
    return isShort ? this.#byPairings(this.#canonical(word)) : this.#expectation([word]);
  }

  /**
   * Isserlis for Wg₁ … Wg_k: a sum over the pairings of the 2k Gaussians. Number 2i has row a_i, 2i + 1
   * row b_i, both column c_i. Classes of equal columns are worth n each. Rows run in cycles: from b_i
   * through g_i to a_{i+1} (or back, through g_iᵀ), then to the partner; each is worth the trace it spells.
   */
  #byPairings(word: string): Polynomial {
    const gaps = word.split("W").slice(1);
    const size = 2 * gaps.length;
    const across = (g: number) => (g % 2 === 1 ? g + 1 : g + size - 1) % size;
    const spell = (g: number) => (g % 2 === 1 ? gaps[g >> 1]! : transpose(gaps[across(g) >> 1]!));
    const counts = new Map<string, bigint>();
    for (const partner of pairings(new Array<number>(size).fill(-1))) {
      const columns = cycles(partner, (g) => g ^ 1).length;
      const traces = cycles(partner, across).map((cycle) => this.#tidy(cycle.map(spell).join("")));
      const key = [columns, ...traces.sort()].join();
      counts.set(key, (counts.get(key) ?? 0n) + 1n);
    }
    return [...counts].reduce((sum, [key, count]) => {
      const [columns, ...traces] = key.split(",");
      const factors = new Array<Polynomial>(Number(columns)).fill(this.n);
      for (const trace of traces) factors.push(this.traceOf(trace));
      return add(sum, factors.reduce(multiply), count);
    }, constant(0n));
  }

  /**
   * E Π tr(word). The W that heads the longest word, tr(WM), is integrated by parts:
   *   E tr(WM) Q = n E tr(M) Q + Σ_{M = UWV} E [tr(U) tr(VW) + tr(UᵀVW)] Q
   *                + Σ_{tr(WN) in Q, each W of it in turn} E [tr(WMᵀN) + tr(WMᵀNᵀ)] Q/tr(WN).
   */
  #expectation(traces: readonly string[]): Polynomial {
    const words = traces.filter((text) => text.includes("W")).map((text) => this.#canonical(text));
    words.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
    const key = words.join();
    let sum = this.#known.get(key);
    if (sum === undefined) {
      const [head, ...rest] = words as [string, ...string[]];
      const middle = head.slice(1);
      const turned = transpose(middle);
      sum = multiply(this.n, this.#expectation([middle, ...rest]));
      const include = (...term: string[]) => {
        sum = add(sum!, this.#expectation(term));
      };
      for (const [u, v] of cuts(middle)) {
        include(u, `${v}W`, ...rest);
        include(`${transpose(u)}${v}W`, ...rest);
      }
      for (const [at, other] of rest.entries()) {
        for (const [before, after] of cuts(other)) {
          include(...rest.with(at, `W${turned}${after}${before}`));
          include(...rest.with(at, `W${turned}${transpose(after + before)}`));
        }
      }
      this.#known.set(key, sum);
    }
    const numbers = traces.filter((text) => !text.includes("W"));
    const value = (text: string) => this.traceOf(this.#tidy(text));
    return numbers.reduce((product, text) => multiply(value(text), product), sum);
  }

  /** The least of the rotations of a word and of its transpose, which have one trace. */
  #canonical(word: string): string {
    const rotations = [word, transpose(word)].flatMap(cuts);
    const texts = rotations.map(([before, after]) => this.#tidy(`W${after}${before}`));
    return texts.reduce((least, text) => (text < least ? text : least));
  }

  #tidy(text: string): string {
    if (this.kind === "symmetric") return text.replaceAll("b", "B");
    return this.kind === "normal"
      ? text.replace(/[Bb]+/g, (gap) => [...gap].sort().join(""))
      : text;
  }
}

/** Every way to complete a pairing: the partner of each number, −1 where it has none yet. */
function pairings(partner: readonly number[]): (readonly number[])[] {
  const first = partner.indexOf(-1);
  if (first === -1) return [partner];
  return partner.flatMap((taken, second) => {
    if (taken !== -1 || second <= first) return [];
    return pairings(partner.with(first, second).with(second, first));
  });
}

/** Cycles of steps across and to the partner in turn: the odd numbers before each step across. */
function cycles(partner: readonly number[], across: (g: number) => number): number[][] {
  const seen = new Set<number>();
  return partner.flatMap((_, start) => {
    const cycle: number[] = [];
    for (let g = start | 1; !seen.has(g); g = partner[across(g)]!) {
      seen.add(g).add(across(g));
      cycle.push(g);
    }
    return cycle.length > 0 ? [cycle] : [];
  });
}
