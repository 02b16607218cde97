import type { Circuit } from "./circuit.js";
import {
  type BoundedMatrix,
  type FloatTraces,
  productErrors,
  ROUNDOFF,
  roundingFactor,
  SAFETY,
} from "./float-traces.js";
import {
  addProductTransposed,
  addScaledTranspose,
  addTransposedProduct,
  frobenius,
} from "./row-major.js";
import type { TracePlan } from "./trace-plan.js";

/** Numbers in doubles with bounds on their errors. */
export interface BoundedNumbers {
  readonly values: Float64Array;
  readonly errors: Float64Array;
}

/** A root's state and trace with its weight, rounded a few times, in what is differentiated. */
export interface WeightedPair {
  readonly state: number;
  readonly trace: number;
  readonly weight: number;
}

/** Roundings in a weight, in a product of three factors and in 1/n together. */
const FEW = 12;

/**
 * The gradient of Σ weight·trace·value over roots in the traces, with a bound on each entry's error.
 *
 * Statement.    An adjoint â_c is a sum of K products â_s w t̂ (w = ν·weight or 1) and differs from a_c by at most
 *               Σ w (|t̂| e_s + e_t (|â_s| + e_s)) + γ_{K+12} Σ w |t̂||â_s|; the slope in a trace, a sum of
 *               J products â_s w v̂_c, by Σ w (|v̂| e_s + e_v (|â_s| + e_s)) + γ_{J+12} Σ w |v̂||â_s|;
 *               J·2⁻¹⁰⁷³ more for subnormal results
 * Source.       derived here: docs/derivation-population-loss.md
 */
export function boundedSweepGradient(
  circuit: Circuit,
  roots: readonly WeightedPair[],
  traces: BoundedNumbers,
  states: BoundedNumbers,
  inverseN: number,
): BoundedNumbers {
  const { stateCount, meanChild, meanTrace, edgeStart, edgeChild, edgeTrace, edgeWeight } = circuit;
  const adjoints = new ErrorSum(stateCount);
  const slopes = new ErrorSum(traces.values.length);
  const [t, et, v, ev] = [traces.values, traces.errors, states.values, states.errors];
  for (const { state, trace, weight } of roots) {
    adjoints.add(state, weight * t[trace]!, Math.abs(weight) * et[trace]!);
    slopes.add(trace, weight * v[state]!, Math.abs(weight) * ev[state]!);
  }
  for (let s = 0; s < stateCount - 1; s++) {
    const adjoint = adjoints.values[s]!;
    const error = adjoints.errorAt(s);
    if (adjoint === 0 && error === 0) continue;
    const size = Math.abs(adjoint);
    const spread = (child: number, trace: number, factor: number) => {
      const scaled = adjoint * factor;
      const inChild = Math.abs(t[trace]!) * error + et[trace]! * (size + error);
      adjoints.add(child, scaled * t[trace]!, factor * inChild);
      const inTrace = Math.abs(v[child]!) * error + ev[child]! * (size + error);
      slopes.add(trace, scaled * v[child]!, factor * inTrace);
    };
    spread(meanChild[s]!, meanTrace[s]!, 1);
    for (let e = edgeStart[s]!, end = edgeStart[s + 1]!; e < end; e++) {
      spread(edgeChild[e]!, edgeTrace[e]!, inverseN * edgeWeight[e]!);
    }
  }
  return { values: slopes.values, errors: slopes.values.map((_, k) => slopes.errorAt(k)) };
}

/** Sums, with what bounds their errors: inherited errors, sizes of the terms, how many. */
class ErrorSum {
  readonly values: Float64Array;
  readonly #inherited: Float64Array;
  readonly #magnitude: Float64Array;
  readonly #count: Float64Array;

  constructor(length: number) {
    this.values = new Float64Array(length);
    this.#inherited = new Float64Array(length);
    this.#magnitude = new Float64Array(length);
    this.#count = new Float64Array(length);
  }

  add(index: number, term: number, error: number): void {
    this.values[index]! += term;
    this.#inherited[index]! += error;
    this.#magnitude[index]! += Math.abs(term);
    this.#count[index]! += 1;
  }

  errorAt(index: number): number {
    if (this.#count[index] === 0) return 0;
    const roundings = this.#count[index]! + FEW;
    const rounding = roundings * (ROUNDOFF * this.#magnitude[index]! + 2 ** -1073);
    return SAFETY * (this.#inherited[index]! + rounding);
  }
}

/**
 * The gradient of Σ weight_k·trace_k in the plan's symbols, with bounds on the errors in Frobenius norm.
 *
 * Statement.    N_U = Σ w P_Vᵀ + Σ N_U′ Mᵀ over the traces tr(UV) and the nodes U′ = UM has an error of at most
 *               Σ (|ŵ| e_V + e_w (‖P̂_V‖ + e_V)) + Σ (e_U′ (‖M̂‖₂ + e_M) + ‖N̂_U′‖ e_M)
 *               + γ_K (Σ |ŵ|‖P̂_V‖ + Σ ‖N̂_U′‖‖M̂‖), K additions to each entry; and the gradient
 *               Σ P_Uᵀ N_UM at M one of Σ (e_P ‖N̂‖ + ‖P̂‖ e_N + e_P e_N) + γ_K Σ ‖P̂‖‖N̂‖
 * Source.       derived here: docs/derivation-population-loss.md
 */
export function boundedTraceGradient(
  plan: TracePlan,
  traces: FloatTraces,
  matrices: readonly BoundedMatrix[],
  weights: BoundedNumbers,
): BoundedMatrix[] {
  const { dim, products } = traces;
  const { size, error, spectral } = productErrors(plan, traces, matrices);
  const nodes = products.map(() => new MatrixErrorSum(dim));
  for (let k = 1; k < plan.left.length; k++) {
    const [weight, weightError] = [weights.values[k]!, weights.errors[k]!];
    if (weight === 0 && weightError === 0) continue;
    const ends = [plan.left[k]!, plan.right[k]!] as const;
    for (const [u, v] of [ends, [ends[1], ends[0]] as const]) {
      addScaledTranspose(weight, products[v]!, nodes[u]!.entries, dim);
      const inherited = Math.abs(weight) * error[v]! + weightError * (size[v]! + error[v]!);
      nodes[u]!.count(inherited, Math.abs(weight) * size[v]!, 1);
    }
  }
  const symbols = Array.from({ length: plan.symbolCount }, () => new MatrixErrorSum(dim));
  for (let node = products.length - 1; node >= 1; node--) {
    const before = plan.parent[node]!;
    const symbol = plan.symbol[node]!;
    const adjoint = nodes[node]!.finish();
    const length = frobenius(adjoint.entries);
    addTransposedProduct(products[before]!, adjoint.entries, symbols[symbol]!.entries, dim);
    const inherited =
      error[before]! * length + size[before]! * adjoint.error + error[before]! * adjoint.error;
    symbols[symbol]!.count(inherited, size[before]! * length, dim);
    if (before === 0) continue;
    const factor = matrices[symbol]!;
    addProductTransposed(adjoint.entries, factor.entries, nodes[before]!.entries, dim);
    nodes[before]!.count(
      adjoint.error * spectral[symbol]! + length * factor.error,
      length * frobenius(factor.entries),
      dim,
    );
  }
  return symbols.map((symbol) => symbol.finish());
}

/** A sum of matrices, with what bounds its error. */
class MatrixErrorSum {
  readonly entries: Float64Array;
  #inherited = 0;
  #magnitude = 0;
  #additions = 0;

  constructor(dim: number) {
    this.entries = new Float64Array(dim * dim);
  }

  count(inherited: number, magnitude: number, additions: number): void {
    this.#inherited += inherited;
    this.#magnitude += magnitude;
    this.#additions += additions;
  }

  finish(): BoundedMatrix {
    const rounding = roundingFactor(this.#additions + 2) * this.#magnitude;
    return { entries: this.entries, error: SAFETY * (this.#inherited + rounding) };
  }
}
