import { HypothesisError } from "../../errors.js";
import { expandCircuit, type TraceTerm } from "../population/expand-circuit.js";
import { buildPolynomial } from "../population/population-polynomial.js";

/** "normal": BBᵀ = BᵀB; "symmetric": B = Bᵀ. Either way B is known by its eigenvalues. */
export type SpectralKind = "normal" | "symmetric";

/** The power trace tr BᵃBᵀᵇ = Σ_i z_iᵃ z̄_iᵇ over the eigenvalues, a ≥ b. */
export interface PowerTrace {
  readonly plain: number;
  readonly transposed: number;
}

/** coefficient · n^{−inverseN} · d^dimensions · Π traces, indices into the polynomial's traces. */
export interface SpectralTerm {
  readonly coefficient: bigint;
  readonly inverseN: number;
  readonly dimensions: number;
  readonly traces: readonly number[];
}

/** The exact loss of a looped model on normal or symmetric B, as a polynomial in power traces. */
export interface SpectralPolynomial {
  readonly traces: readonly PowerTrace[];
  readonly residual: readonly SpectralTerm[];
  /** To be multiplied by σ²/n. */
  readonly noise: readonly SpectralTerm[];
}

/** Loops up to which the polynomial is expanded; one more takes minutes or passes 2⁵³. */
const SPECTRAL_LOOPS: Readonly<Record<SpectralKind, number>> = { normal: 6, symmetric: 7 };

const REMEMBERED = 4;
const remembered = new Map<string, SpectralPolynomial>();

/**
 * The exact loss of L loops of one normal (or symmetric) preconditioner in its power traces.
 *
 * Statement.    ℓ(B) = residual + (σ²/n) noise, for every d and n
 * Conventions.  prior Ω = Σ⁻¹, whitened B
 * Accuracy.     exact integers
 * Throws.       HypothesisError beyond 6 loops (normal) or 7 (symmetric)
 * Source.       derived here: a normal B commutes with Bᵀ, so gaps between two S sort
 */
export function spectralPolynomial(
  where: string,
  kind: SpectralKind,
  loops: number,
  hasNoise: boolean,
): SpectralPolynomial {
  if (loops > SPECTRAL_LOOPS[kind]) {
    throw new HypothesisError(
      `${where}: exact losses on ${kind} matrices reach ${SPECTRAL_LOOPS[kind]} loops, got ${loops}; train the model on sampled prompts instead`,
    );
  }
  const key = `${kind} ${loops} ${hasNoise}`;
  const known = remembered.get(key) ?? expand(kind, loops, hasNoise);
  remembered.delete(key);
  remembered.set(key, known);
  const [oldest] = remembered.keys();
  if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return known;
}

function expand(kind: SpectralKind, loops: number, hasNoise: boolean): SpectralPolynomial {
  const { circuit, stages } = buildPolynomial({
    layers: new Array<number>(loops).fill(0),
    kind,
    hasPrior: false,
    hasPlainPrior: false,
    hasNoise,
    stages: [loops],
  });
  const { residual, noise } = stages[0]!;
  const expansions = expandCircuit(circuit, [residual, noise]);
  const traces: PowerTrace[] = [];
  const numbers = circuit.traces.map((word) => {
    if (word === "") return undefined;
    let plain = 0;
    for (let i = 0; i < word.length; i++) {
      if (!circuit.alphabet.decode(word, i)!.transposed) plain += 1;
    }
    traces.push({ plain, transposed: word.length - plain });
    return traces.length - 1;
  });
  const toTerm = ({ coefficient, inverseN, traces: factors }: TraceTerm): SpectralTerm => {
    const known = factors.map((trace) => numbers[trace]).filter((trace) => trace !== undefined);
    return {
      coefficient,
      inverseN,
      dimensions: factors.length - known.length,
      traces: known,
    };
  };
  return { traces, residual: expansions[0]!.map(toTerm), noise: expansions[1]!.map(toTerm) };
}
