import type { Circuit } from "./circuit.js";
import { sweepGradientTangent, sweepTangents } from "./circuit-sweeps.js";

/**
 * Derivative, along traces + s·rates, of the gradient in the traces of Σ weight · (state times trace) over
 * roots of a circuit.
 *
 * @param at  traces, their states' values and the adjoints that `sweepGradient` left there
 */
export function traceHessianProduct(
  circuit: Circuit,
  roots: readonly { readonly root: number; readonly weight: number }[],
  at: {
    readonly traces: Float64Array;
    readonly values: Float64Array;
    readonly adjoints: Float64Array;
    readonly inverseN: number;
  },
  rates: Float64Array,
): Float64Array {
  const { traces, values, adjoints, inverseN } = at;
  const valueRates = sweepTangents(circuit, traces, rates, values, inverseN);
  const adjointRates = new Float64Array(circuit.stateCount);
  const direct = new Float64Array(rates.length);
  for (const { root, weight } of roots) {
    const { state, trace } = circuit.roots[root]!;
    adjointRates[state]! += weight * rates[trace]!;
    direct[trace]! += weight * valueRates[state]!;
  }
  const gradientRate = sweepGradientTangent(
    circuit,
    traces,
    rates,
    values,
    valueRates,
    inverseN,
    adjoints,
    adjointRates,
  );
  for (const [k, one] of direct.entries()) gradientRate[k]! += one;
  return gradientRate;
}
