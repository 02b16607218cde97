import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HypothesisError } from "../../../../src/errors.js";
import { Alphabet, SAMPLE } from "../../../../src/theory/population/circuit/alphabet.js";
import { buildCircuit, type Circuit } from "../../../../src/theory/population/circuit/circuit.js";
import { sweepIntegers } from "../../../../src/theory/population/circuit/integer-sweeps.js";
import { expandCircuit } from "../../../../src/theory/population/expand-circuit.js";
import { buildPolynomial } from "../../../../src/theory/population/population-polynomial.js";
import { checkProperty } from "../../../seed.js";

type Integers = readonly (readonly bigint[])[];

const times = (a: Integers, b: Integers): Integers =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0n)));
const transpose = (a: Integers): Integers => a.map((_, i) => a.map((row) => row[i]!));
const identity = (dim: number): Integers =>
  Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (_, j) => (i === j ? 1n : 0n)));
const traceOf = (a: Integers) => a.reduce((sum, row, i) => sum + row[i]!, 0n);

/** The product of a word without S; letters "b", "c" = letter 0 and its transpose, and so on. */
function product(word: string, letters: readonly Integers[]): Integers {
  let result = identity(letters[0]!.length);
  for (const symbol of word) {
    const code = symbol.charCodeAt(0) - SAMPLE.charCodeAt(0) - 1;
    const letter = letters[code >> 1]!;
    result = times(result, code % 2 === 0 ? letter : transpose(letter));
  }
  return result;
}

/**
 * Second route, by Isserlis: E Π tr(W M₁ W M₂ …) for W = Σ_j g_j g_jᵀ ~ W_d(n, I) is a sum over
 * the pairings of the 2k Gaussian vectors. Paired vectors share their sample, and following gaps
 * and pairs in turn walks round products of gaps, transposed when walked against their direction.
 */
function momentByPairings(words: readonly string[], letters: readonly Integers[], n: bigint) {
  const gaps: { matrix: Integers; from: number; to: number }[] = [];
  let count = 0;
  for (const word of words) {
    const [before = "", ...parts] = word.split(SAMPLE);
    if (parts.length === 0) throw new Error("a word without S");
    parts[parts.length - 1] += before;
    // Occurrence i of S is g g ᵀ: half 2i meets the gap before it, half 2i + 1 the gap after it.
    for (const [i, part] of parts.entries()) {
      const next = count + ((i + 1) % parts.length);
      gaps.push({
        matrix: product(part, letters),
        from: 2 * (count + i) + 1,
        to: 2 * next,
      });
    }
    count += parts.length;
  }
  const gapAt = new Array<number>(2 * count);
  for (const [g, { from, to }] of gaps.entries()) {
    gapAt[from] = g;
    gapAt[to] = g;
  }
  let total = 0n;
  const partner = new Array<number>(2 * count).fill(-1);
  const pair = () => {
    const first = partner.indexOf(-1);
    if (first === -1) {
      total += n ** BigInt(sampleClasses()) * cycleTraces();
      return;
    }
    for (let second = first + 1; second < 2 * count; second++) {
      if (partner[second] !== -1) continue;
      partner[first] = second;
      partner[second] = first;
      pair();
      partner[first] = -1;
      partner[second] = -1;
    }
  };
  const sampleClasses = () => {
    const label = Array.from({ length: count }, (_, i) => i);
    for (let half = 0; half < 2 * count; half++) {
      const [a, b] = [label[half >> 1]!, label[partner[half]! >> 1]!];
      if (a !== b) for (const [i, one] of label.entries()) if (one === b) label[i] = a;
    }
    return new Set(label).size;
  };
  const cycleTraces = () => {
    const seen = new Set<number>();
    let traces = 1n;
    for (const [start] of gaps.entries()) {
      if (seen.has(start)) continue;
      let walked = identity(letters[0]!.length);
      let half = gaps[start]!.from;
      do {
        const g = gapAt[half]!;
        const { matrix, from, to } = gaps[g]!;
        seen.add(g);
        walked = times(walked, half === from ? matrix : transpose(matrix));
        half = partner[half === from ? to : from]!;
      } while (half !== gaps[start]!.from);
      traces *= traceOf(walked);
    }
    return traces;
  };
  pair();
  return total;
}

function momentByCircuit(circuit: Circuit, letters: readonly Integers[], n: bigint) {
  const traces = circuit.traces.map((word, k) => (k === 0 ? 1n : traceOf(product(word, letters))));
  const values = sweepIntegers(circuit, traces, n);
  return circuit.roots.map(({ state, trace }) => traces[trace]! * values[state]!);
}

const integers = (dim: number) =>
  fc.array(fc.array(fc.bigInt({ min: -3n, max: 3n }), { minLength: dim, maxLength: dim }), {
    minLength: dim,
    maxLength: dim,
  });

describe("buildCircuit", () => {
  it("equals the sum over Gaussian pairings for any word of up to four S, exactly", () => {
    const alphabet = new Alphabet(["general", "general"]);
    const words = fc
      .string({ unit: fc.constantFrom("a", "b", "c", "d", "e"), minLength: 1, maxLength: 9 })
      .filter((word) => {
        const samples = word.split(SAMPLE).length - 1;
        return samples >= 1 && samples <= 4;
      });
    const inputs = fc
      .integer({ min: 1, max: 3 })
      .chain((dim) =>
        fc.tuple(words, integers(dim), integers(dim), fc.bigInt({ min: 1n, max: 9n })),
      );
    checkProperty(
      fc.property(inputs, ([word, one, two, n]) => {
        const letters = [one, two];
        const circuit = buildCircuit(alphabet, [word]);
        expect(momentByCircuit(circuit, letters, n)).toEqual([
          momentByPairings([word], letters, n),
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it("equals the pairings for five S on a general letter, a word of the loss at L = 3", () => {
    const letters = [
      [
        [1n, 2n],
        [-1n, 3n],
      ],
    ];
    const circuit = buildCircuit(new Alphabet(["general"]), ["abababacac"]);
    expect(momentByCircuit(circuit, letters, 3n)).toEqual([
      momentByPairings(["abababacac"], letters, 3n),
    ]);
  });

  it("merges words under the rules without changing the moments", () => {
    const word = "abacabbac";
    // B = 2I + 3J is normal; J alone, a rotation by a right angle, is orthogonal.
    const normal = [
      [
        [2n, 3n],
        [-3n, 2n],
      ],
    ];
    const orthogonal = [
      [
        [0n, 1n],
        [-1n, 0n],
      ],
    ];
    const symmetric = [
      [
        [2n, 1n],
        [1n, -1n],
      ],
    ];
    for (const [kind, letters] of [
      ["normal", normal],
      ["orthogonal", orthogonal],
      ["symmetric", symmetric],
    ] as const) {
      const merged = buildCircuit(new Alphabet([kind]), [
        kind === "symmetric" ? word.replaceAll("c", "b") : word,
      ]);
      expect(momentByCircuit(merged, letters, 5n)).toEqual([momentByPairings([word], letters, 5n)]);
    }
  });

  it("refuses to grow past its limit, and says what to do instead", () => {
    const build = () => buildCircuit(new Alphabet(["general"]), ["abababacacac"], 20);
    expect(build).toThrow(HypothesisError);
    expect(build).toThrow(/reaches 20 states.*sample/);
  });
});

describe("expandCircuit", () => {
  const polynomialOf = (loops: number, kind: "general" | "symmetric") =>
    buildPolynomial({
      layers: new Array<number>(loops).fill(0),
      kind,
      hasPrior: false,
      hasPlainPrior: false,
      hasNoise: false,
      stages: [loops],
    });

  // Counts of the naive memoised recursion, theory.md §3, found by another implementation.
  it.each([
    ["general", [5, 44, 365, 2249, 11838]],
    ["symmetric", [5, 34, 143, 461, 1272, 3136, 7105]],
  ] as const)("gives the known numbers of monomials, %s", (kind, counts) => {
    const found = counts.map((_, i) => {
      const { circuit, stages } = polynomialOf(i + 1, kind);
      return expandCircuit(circuit, [stages[0]!.residual])[0]!.length;
    });
    expect(found).toEqual(counts);
  });

  it("agrees with the circuit as a polynomial in n and the traces, exactly", () => {
    for (const kind of ["general", "symmetric"] as const) {
      const { circuit, stages } = polynomialOf(3, kind);
      const [terms] = expandCircuit(circuit, [stages[0]!.residual]);
      // Any integers will do as traces: the identity is one of polynomials.
      const inputs = fc.tuple(
        fc.array(fc.bigInt({ min: -9n, max: 9n }), {
          minLength: circuit.traces.length,
          maxLength: circuit.traces.length,
        }),
        fc.bigInt({ min: 1n, max: 99n }),
      );
      checkProperty(
        fc.property(inputs, ([values, n]) => {
          const traces = [1n, ...values.slice(1)];
          const expanded = terms!.reduce(
            (sum, term) =>
              sum +
              term.coefficient *
                n ** BigInt(6 - term.inverseN) *
                term.traces.reduce((all, k) => all * traces[k]!, 1n),
            0n,
          );
          const states = sweepIntegers(circuit, traces, n);
          const direct = stages[0]!.residual.reduce((sum, { root, coefficient }) => {
            const { state, trace } = circuit.roots[root]!;
            const scale = n ** BigInt(6 - circuit.degree[state]!);
            return sum + BigInt(coefficient) * scale * traces[trace]! * states[state]!;
          }, 0n);
          expect(expanded).toBe(direct);
        }),
        { numRuns: 20 },
      );
    }
  });
});
