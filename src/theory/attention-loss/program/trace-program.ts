import { Alphabet, type LetterKind, SAMPLE } from "../../population/circuit/alphabet.js";
import { buildCircuit, type Circuit } from "../../population/circuit/circuit.js";
import { planTraces, type TracePlan } from "../../population/circuit/trace-plan.js";
import { SAMPLE_NAME, transposeWord, type WordSum } from "./word-sum.js";

/** A weighted root of a program's circuit. */
export interface WeightedRoot {
  readonly root: number;
  readonly coefficient: number;
  /** How often G occurs in its word. */
  readonly degree: number;
  /** The letters in its word, as often as they occur, by their plain symbols. */
  readonly symbols: readonly number[];
}

/**
 * Means of traces of words in a sample covariance G and given matrices, ready to be evaluated.
 *
 * Conventions.  What stands between two G is one letter: a product of given matrices. `letters` holds
 *               these products as words; letter k and its transpose are symbols 2k and 2k + 1
 */
export interface TraceProgram {
  readonly letters: readonly string[];
  readonly circuit: Circuit;
  readonly plan: TracePlan;
  readonly sums: readonly (readonly WeightedRoot[])[];
  /** Per sum: words without G, whose traces are constants. */
  readonly constants: readonly (readonly { word: string; coefficient: number }[])[];
}

/**
 * Compiles sums of words, each under a trace and a mean.
 *
 * @param simplify  shortens what stands between two G; "" where it is the inverse of the scale of G
 * Throws.       HypothesisError when the circuit is out of reach
 */
export function compileTraces(
  sums: readonly WordSum[],
  simplify: (gap: string) => string,
): TraceProgram {
  const letters: string[] = [];
  const index = new Map<string, { letter: number; transposed: boolean }>();
  const kinds: LetterKind[] = [];
  const register = (gap: string) => {
    const known = index.get(gap);
    if (known !== undefined) return known;
    const letter = letters.length;
    const other = transposeWord(gap);
    letters.push(gap);
    kinds.push(other === gap ? "symmetric" : "general");
    index.set(other, { letter, transposed: true });
    index.set(gap, { letter, transposed: false });
    return index.get(gap)!;
  };
  const split = sums.map((sum) =>
    [...sum.coefficients].map(([word, coefficient]) => ({
      coefficient,
      word,
      gaps: gapsOf(word).map(simplify),
    })),
  );
  for (const terms of split) {
    for (const { gaps } of terms) for (const gap of gaps) if (gap !== "") register(gap);
  }
  const alphabet = new Alphabet(kinds);
  const roots = new Map<string, number>();
  const compiled = split.map((terms) => {
    const byRoot = new Map<number, WeightedRoot>();
    for (const { gaps, coefficient } of terms) {
      if (gaps.length === 0) continue;
      const spelled = gaps
        .map((gap) => {
          if (gap === "") return SAMPLE;
          const { letter, transposed } = index.get(gap)!;
          return SAMPLE + alphabet.letter(letter, transposed);
        })
        .join("");
      const symbols = gaps.filter((gap) => gap !== "").map((gap) => 2 * index.get(gap)!.letter);
      const canonical = alphabet.canonical(spelled);
      const root = roots.get(canonical) ?? roots.size;
      roots.set(canonical, root);
      const before = byRoot.get(root)?.coefficient ?? 0;
      const degree = gaps.length;
      byRoot.set(root, { root, coefficient: before + coefficient, degree, symbols });
    }
    return [...byRoot.values()].filter(({ coefficient }) => coefficient !== 0);
  });
  const circuit = buildCircuit(alphabet, [...roots.keys()]);
  return {
    letters,
    circuit,
    plan: planTraces(alphabet, circuit.traces),
    sums: compiled,
    constants: split.map((terms) =>
      terms
        .filter(({ gaps }) => gaps.length === 0)
        .map(({ word, coefficient }) => ({ word: simplify(word), coefficient })),
    ),
  };
}

/** The products between the G of a cyclic word, the first one after the first G; none without G. */
function gapsOf(word: string): string[] {
  const names = word.split(" ");
  const first = names.indexOf(SAMPLE_NAME);
  if (first < 0) return [];
  const rotated = [...names.slice(first + 1), ...names.slice(0, first)];
  const gaps: string[][] = [[]];
  for (const name of rotated) {
    if (name === SAMPLE_NAME) gaps.push([]);
    else gaps.at(-1)!.push(name);
  }
  return gaps.map((gap) => gap.join(" "));
}
