import type { Alphabet } from "./alphabet.js";

/**
 * How to compute the traces of many words with few matrix products: every word is cut in half,
 * tr(UV) costs d² once the products U and V are there, and the halves share prefixes.
 *
 * Conventions.  Symbol 2k is letter k, symbol 2k + 1 its transpose. Node 0 is the empty product;
 *               node i is node `parent[i]` times symbol `symbol[i]`, parents first.
 */
export interface TracePlan {
  readonly symbolCount: number;
  readonly parent: readonly number[];
  readonly symbol: readonly number[];
  /** For trace k ≥ 1, the nodes whose product it is the trace of (left[0] is not used). */
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** The plan for words[1…] (words without S); words[0] stands for the constant 1. */
export function planTraces(alphabet: Alphabet, words: readonly string[]): TracePlan {
  const parent = [-1];
  const symbol = [-1];
  const nodes = new Map<string, number>([["", 0]]);
  const nodeOf = (word: string): number => {
    const known = nodes.get(word);
    if (known !== undefined) return known;
    const last = word.length - 1;
    const { index, transposed } = alphabet.decode(word, last)!;
    const before = nodeOf(word.slice(0, last));
    parent.push(before);
    symbol.push(2 * index + (transposed ? 1 : 0));
    nodes.set(word, parent.length - 1);
    return parent.length - 1;
  };
  const left = [0];
  const right = [0];
  for (const word of words.slice(1)) {
    const middle = word.length >> 1;
    left.push(nodeOf(word.slice(0, middle)));
    right.push(nodeOf(word.slice(middle)));
  }
  return { symbolCount: 2 * alphabet.kinds.length, parent, symbol, left, right };
}
