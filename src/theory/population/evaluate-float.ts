import type { RootTerm } from "./circuit/circuit.js";
import { sweepErrors, sweepValues } from "./circuit/circuit-sweeps.js";
import { floatTraces, ROUNDOFF, SAFETY, traceErrors } from "./circuit/float-traces.js";
import { floatLetters } from "./float-letters.js";
import type { PopulationPolynomial } from "./population-polynomial.js";
import type { CheckedProblem } from "./setting.js";

/** A number in doubles with a bound on its distance from the exact one. */
export interface BoundedValue {
  readonly value: number;
  readonly errorBound: number;
}

/** 1/n in doubles; 0 beyond the range. */
export function inverse(n: bigint): number {
  return 1 / Number(n);
}

/** The loss after each stage in doubles, each with a rigorous error bound. */
export function evaluateFloat(
  polynomial: PopulationPolynomial,
  problem: CheckedProblem,
): BoundedValue[] {
  const { circuit, plan } = polynomial;
  const letters = floatLetters(problem);
  const inverseN = inverse(problem.n);
  const matrices = letters.map((letter) => letter.entries);
  const traces = floatTraces(plan, matrices, problem.dim);
  const errors = traceErrors(plan, traces, letters);
  const values = sweepValues(circuit, traces.values, inverseN);
  const valueErrors = sweepErrors(circuit, traces.values, errors, values, inverseN);
  const roots = circuit.roots.map(({ state, trace }) => {
    const value = traces.values[trace]! * values[state]!;
    const inherited =
      Math.abs(traces.values[trace]!) * valueErrors[state]! +
      errors[trace]! * (Math.abs(values[state]!) + valueErrors[state]!);
    return { value, errorBound: inherited + ROUNDOFF * Math.abs(value) };
  });
  const noise = problem.noiseVariance.toNumber() * inverseN;
  return polynomial.stages.map((stage) => {
    const residual = combine(roots, stage.residual);
    if (stage.noise.length === 0) return residual;
    const added = combine(roots, stage.noise);
    const value = residual.value + noise * added.value;
    const magnitude = Math.abs(value) + 6 * noise * Math.abs(added.value);
    const errorBound =
      residual.errorBound + SAFETY * noise * added.errorBound + ROUNDOFF * magnitude;
    return { value, errorBound: SAFETY * errorBound };
  });
}

function combine(roots: readonly BoundedValue[], terms: readonly RootTerm[]): BoundedValue {
  let value = 0;
  let inherited = 0;
  let magnitude = 0;
  for (const { root, coefficient } of terms) {
    const one = roots[root]!;
    value += coefficient * one.value;
    inherited += Math.abs(coefficient) * one.errorBound;
    magnitude += Math.abs(coefficient * one.value);
  }
  const rounding = (terms.length + 2) * ROUNDOFF * magnitude;
  return { value, errorBound: SAFETY * (inherited + rounding) };
}
