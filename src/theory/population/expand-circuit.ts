import { HypothesisError } from "../../errors.js";
import type { Circuit, RootTerm } from "./circuit/circuit.js";
import { doubled, SequenceTable } from "./circuit/sequence-table.js";

/** One term of an expanded loss: coefficient · n^{−inverseN} · Π traces. */
export interface TraceTerm {
  readonly coefficient: bigint;
  readonly inverseN: number;
  /** Indices into the circuit's traces, rising. */
  readonly traces: readonly number[];
}

/** Powers of 1/n that one monomial's number leaves room for. */
const POWERS = 32;

/** A polynomial by monomial number (traces · POWERS + power of 1/n), in no particular order. */
interface Expansion {
  readonly monomials: Int32Array;
  readonly coefficients: Float64Array;
}

/**
 * Expands combinations of the roots of a circuit into polynomials in 1/n and traces.
 *
 * Statement.    result r is Σ coefficient · t[trace] · v[state] over combinations[r]
 * Accuracy.     exact: coefficients are positive counts below 2⁵³ until the last, signed sum
 * Throws.       HypothesisError when a count passes 2⁵³
 */
export function expandCircuit(
  circuit: Circuit,
  combinations: readonly (readonly RootTerm[])[],
): TraceTerm[][] {
  const expander = new Expander(circuit);
  const roots = expander.expandRoots();
  return combinations.map((terms) => {
    const sums = new Map<number, bigint>();
    for (const { root, coefficient } of terms) {
      const { monomials, coefficients } = roots[root]!;
      for (const [i, monomial] of monomials.entries()) {
        const term = BigInt(coefficient) * BigInt(coefficients[i]!);
        sums.set(monomial, (sums.get(monomial) ?? 0n) + term);
      }
    }
    return [...sums]
      .filter(([, coefficient]) => coefficient !== 0n)
      .map(([monomial, coefficient]) => ({
        coefficient,
        inverseN: monomial % POWERS,
        traces: expander.tracesOf(Math.floor(monomial / POWERS)),
      }));
  });
}

class Expander {
  readonly #products = new SequenceTable();
  /** products[p · traceCount + t]: number of product p times trace t, plus 1; 0 if not known. */
  #timesTrace: Int32Array<ArrayBuffer>;
  #sums = new Float64Array(1 << 12);
  #touched = new Int32Array(1 << 12);
  #touchedCount = 0;
  readonly #scratch = new Int32Array(64);

  constructor(readonly circuit: Circuit) {
    this.#timesTrace = new Int32Array(64 * circuit.traces.length);
    this.#products.intern(this.#scratch, 0);
  }

  tracesOf(product: number): number[] {
    return [...this.#products.members(product)];
  }

  /** The expansion of every root; only two degrees of states are held at a time. */
  expandRoots(): Expansion[] {
    const { circuit } = this;
    const { stateCount, degree, meanChild, meanTrace, edgeStart } = circuit;
    const { edgeChild, edgeTrace, edgeWeight } = circuit;
    const expansions: (Expansion | undefined)[] = new Array(stateCount);
    const empty = Float64Array.of(1);
    expansions[stateCount - 1] = { monomials: Int32Array.of(0), coefficients: empty };
    const roots: Expansion[] = new Array(circuit.roots.length);
    const collect = (s: number) => {
      for (const [r, { state, trace }] of circuit.roots.entries()) {
        if (state !== s) continue;
        this.#add(expansions[s]!, trace, 1, 0);
        roots[r] = this.#take();
      }
    };
    const rootStates = new Set(circuit.roots.map(({ state }) => state));
    let finished = stateCount;
    for (let s = stateCount - 1; s >= 0; s--) {
      if (s < stateCount - 1) {
        this.#add(expansions[meanChild[s]!]!, meanTrace[s]!, 1, 0);
        for (let e = edgeStart[s]!, end = edgeStart[s + 1]!; e < end; e++) {
          this.#add(expansions[edgeChild[e]!]!, edgeTrace[e]!, edgeWeight[e]!, 1);
        }
        expansions[s] = this.#take();
      }
      if (rootStates.has(s)) collect(s);
      while (degree[finished - 1]! < degree[s]! - 1) expansions[--finished] = undefined;
    }
    return roots;
  }

  #add(from: Expansion, trace: number, weight: number, power: number): void {
    const { monomials, coefficients } = from;
    for (let i = 0; i < monomials.length; i++) {
      const monomial = monomials[i]!;
      const shifted =
        trace === 0
          ? monomial + power
          : this.#times(monomial >> 5, trace) * POWERS + (monomial & (POWERS - 1)) + power;
      while (shifted >= this.#sums.length) this.#growSums();
      if (this.#sums[shifted] === 0) {
        if (this.#touchedCount === this.#touched.length) this.#touched = doubled(this.#touched);
        this.#touched[this.#touchedCount++] = shifted;
      }
      this.#sums[shifted]! += weight * coefficients[i]!;
    }
  }

  /** The sum so far, and a fresh start. */
  #take(): Expansion {
    const monomials = this.#touched.slice(0, this.#touchedCount);
    const coefficients = new Float64Array(monomials.length);
    for (let i = 0; i < monomials.length; i++) {
      const coefficient = this.#sums[monomials[i]!]!;
      if (coefficient > Number.MAX_SAFE_INTEGER) {
        throw new HypothesisError(
          "expandCircuit: expanded polynomials reach coefficients of 2^53; evaluate the circuit instead",
        );
      }
      coefficients[i] = coefficient;
      this.#sums[monomials[i]!] = 0;
    }
    this.#touchedCount = 0;
    return { monomials, coefficients };
  }

  #times(product: number, trace: number): number {
    const traceCount = this.circuit.traces.length;
    const slot = product * traceCount + trace;
    while (slot >= this.#timesTrace.length) this.#timesTrace = doubled(this.#timesTrace);
    const known = this.#timesTrace[slot]!;
    if (known > 0) return known - 1;
    const members = this.#products.members(product);
    let length = 0;
    while (length < members.length && members[length]! <= trace) {
      this.#scratch[length] = members[length]!;
      length += 1;
    }
    this.#scratch[length] = trace;
    for (; length < members.length; length++) this.#scratch[length + 1] = members[length]!;
    const result = this.#products.intern(this.#scratch, members.length + 1);
    this.#timesTrace[slot] = result + 1;
    return result;
  }

  #growSums(): void {
    const larger = new Float64Array(2 * this.#sums.length);
    larger.set(this.#sums);
    this.#sums = larger;
  }
}
