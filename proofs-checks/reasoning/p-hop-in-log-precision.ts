import { defineClaim } from "../../src/claim/claim.js";
import { pHopModel, runPHop } from "../../src/model/construction/p-hop.js";
import { smallestPrecision } from "../../src/model/construction/smallest-precision.js";
import type { Stream } from "../../src/random/stream.js";
import { drawPHop, type PHopShape, solvePHop } from "../../src/task/p-hop.js";

const WORDS = 6;

/**
 * Bits that grow like log₂ n answer p-hop induction.
 *
 * Statement.    s ≤ the least with γ_s(n+1) ≤ 2^s − 2^{−s}, which is log₂ n + log₂ log₂ n + O(1)
 * Conventions.  γ_s: the least multiple of 2^{−s} of which e^{−γ} rounds to 0, what a position is worth
 * Accuracy.     the smallest precision is that of 6 drawn words, the bound is proved for all
 * Source.       Saunshi et al. 2025 (O(log n) bits); the number derived in docs/derivation-reasoning.md
 */
export const pHopInLogPrecision = defineClaim<PHopShape>({
  id: "p-hop-in-log-precision",
  title: "Bits that grow like log₂ n answer p-hop induction",
  statement: "s_{\\min}(n) \\le \\min\\{s : \\gamma_s\\,(n+1) \\le 2^s-2^{-s}\\}",
  source: "Saunshi et al. 2025",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [point(6, 2, 2), point(16, 4, 4), point(40, 4, 4)],
    thorough: [point(100, 4, 8), point(200, 4, 16)],
  },
  predicted: ({ length }) => bits(length),
  measured: (shape, stream) => {
    const words = wordsOf(shape, stream);
    const value = smallestPrecision("p-hop", (s) => {
      const model = pHopModel(shape, s);
      return words.every((word) => runPHop(model, word) === solvePHop(word, shape.hops));
    });
    return { value, errorBudget: 0, method: "exact" };
  },
  rivals: {
    "one bit fewer": ({ length }) => bits(length) - 1,
    "⌈log₂ n⌉ bits": ({ length }) => Math.ceil(Math.log2(length)),
  },
});

function point(length: number, alphabet: number, hops: number) {
  return {
    name: `n=${length} alphabet=${alphabet} p=${hops}`,
    setting: { length, alphabet, hops },
  };
}

function wordsOf(shape: PHopShape, stream: Stream): number[][] {
  const draws = stream.split("words");
  return Array.from({ length: WORDS }, (_, i) => drawPHop(shape, draws.split(i)));
}

function bits(length: number): number {
  for (let s = 1; ; s++) {
    const recency = Math.ceil((s + 1) * Math.LN2 * 2 ** s) / 2 ** s;
    if (recency * (length + 1) <= 2 ** s - 2 ** -s) return s;
  }
}
