import { HypothesisError, requireInteger } from "../../errors.js";
import type { RootTerm } from "./circuit/circuit.js";
import { expandCircuit } from "./expand-circuit.js";
import { buildPolynomial } from "./population-polynomial.js";

/**
 * One term of the loss at B = r·Q with Q orthogonal:
 * coefficient · n^{−inverseN} · r^degree · Π tr Q^charge.
 */
export interface ConformalTerm {
  readonly coefficient: bigint;
  readonly inverseN: number;
  readonly degree: number;
  readonly charges: readonly number[];
}

/** Loops that the conformal polynomial reaches: 7 takes seconds, 8 would take a minute. */
const MAXIMAL_LOOPS = 7;

const remembered = new Map<number, readonly ConformalTerm[]>();

/**
 * The exact loss of the looped model at every B with BᵀB = r²I, in traces of powers of Q = B/r.
 *
 * Statement.    E ‖(I − S B)^L‖_F² = Σ coefficient · n^{−inverseN} r^degree Π tr Q^charge
 * Conventions.  prior Ω = Σ⁻¹, no noise, whitened B; tr Q⁰ = d is charge 0
 * Accuracy.     exact integers
 * Throws.       HypothesisError beyond 7 loops
 * Source.       derived here: QᵀQ = I shortens every gap Q^i Qᵀ^j to the charge i − j
 */
export function conformalPolynomial(loops: number): readonly ConformalTerm[] {
  requireInteger("conformalPolynomial", "loops", loops);
  if (loops > MAXIMAL_LOOPS) {
    throw new HypothesisError(
      `conformalPolynomial: exact losses on multiples of orthogonal matrices reach ${MAXIMAL_LOOPS} loops, got ${loops}; sample the loss instead`,
    );
  }
  const known = remembered.get(loops) ?? expandConformal(loops);
  remembered.set(loops, known);
  return known;
}

function expandConformal(loops: number): ConformalTerm[] {
  const { circuit, stages } = buildPolynomial({
    layers: new Array<number>(loops).fill(0),
    kind: "orthogonal",
    hasPrior: false,
    hasPlainPrior: false,
    hasNoise: false,
    stages: [loops],
  });
  const byDegree = new Map<number, RootTerm[]>();
  for (const term of stages[0]!.residual) {
    // Words of the loss alternate between S and the layer's letter.
    const degree = term.length / 2;
    byDegree.set(degree, [...(byDegree.get(degree) ?? []), term]);
  }
  const degrees = [...byDegree.keys()];
  const expansions = expandCircuit(circuit, [...byDegree.values()]);
  return expansions.flatMap((terms, i) =>
    terms.map(({ coefficient, inverseN, traces }) => ({
      coefficient,
      inverseN,
      degree: degrees[i]!,
      charges: traces.map((trace) => circuit.traces[trace]!.length),
    })),
  );
}
