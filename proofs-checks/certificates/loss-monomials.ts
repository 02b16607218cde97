import { expandCircuit } from "../../src/theory/population/expand-circuit.js";
import { buildPolynomial } from "../../src/theory/population/population-polynomial.js";
import { PolynomialSum } from "./polynomial-sum.js";

/**
 * n^{2L} times the exact loss of a looped model as a polynomial in the unknowns of its preconditioner.
 *
 * Conventions.  prior Ω = Σ⁻¹, no noise, whitened B
 * @param traceOf  the trace of a product of B (false) and Bᵀ (true) in the unknowns
 */
export function lossMonomials(
  { dim, contextLength, loops }: { dim: number; contextLength: bigint; loops: number },
  kind: "symmetric" | "general",
  traceOf: (transposed: readonly boolean[]) => PolynomialSum,
): PolynomialSum {
  const { circuit, stages } = buildPolynomial({
    layers: new Array<number>(loops).fill(0),
    kind,
    hasPrior: false,
    hasPlainPrior: false,
    hasNoise: false,
    stages: [loops],
  });
  const traces = circuit.traces.map((word) =>
    word === ""
      ? PolynomialSum.constant(BigInt(dim))
      : traceOf(Array.from(word, (_, i) => circuit.alphabet.decode(word, i)!.transposed)),
  );
  let loss = PolynomialSum.constant(0n);
  for (const { coefficient, inverseN, traces: factors } of expandCircuit(circuit, [
    stages[0]!.residual,
  ])[0]!) {
    const scale = coefficient * contextLength ** BigInt(2 * loops - inverseN);
    const product = factors.reduce(
      (all, factor) => all.times(traces[factor]!),
      PolynomialSum.constant(scale),
    );
    loss = loss.plus(product);
  }
  return loss;
}
