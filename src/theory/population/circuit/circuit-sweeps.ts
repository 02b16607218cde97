import type { Circuit } from "./circuit.js";
import { ROUNDOFF, SAFETY } from "./float-traces.js";

/** The value of every state at the given traces and ν = 1/n: one sweep, children first. */
export function sweepValues(circuit: Circuit, traces: Float64Array, inverseN: number) {
  const { stateCount, meanChild, meanTrace, edgeStart, edgeChild, edgeTrace, edgeWeight } = circuit;
  const values = new Float64Array(stateCount);
  values[stateCount - 1] = 1;
  for (let s = stateCount - 2; s >= 0; s--) {
    let paired = 0;
    for (let e = edgeStart[s]!, end = edgeStart[s + 1]!; e < end; e++) {
      paired += edgeWeight[e]! * traces[edgeTrace[e]!]! * values[edgeChild[e]!]!;
    }
    values[s] = traces[meanTrace[s]!]! * values[meanChild[s]!]! + inverseN * paired;
  }
  return values;
}

/**
 * Bounds on the errors of `sweepValues`, given bounds on the errors of the traces.
 *
 * Statement.    A state with K edges: |v̂ − v| ≤ Σ w (|t̂|e_v + e_t|v̂| + e_t e_v)
 *               + γ_{K+8} Σ w |t̂||v̂|, w = ν·weight (or 1); subnormal rounding adds K·2⁻¹⁰⁷³
 */
export function sweepErrors(
  circuit: Circuit,
  traces: Float64Array,
  traceErrors: Float64Array,
  values: Float64Array,
  inverseN: number,
): Float64Array {
  const { stateCount, meanChild, meanTrace, edgeStart, edgeChild, edgeTrace, edgeWeight } = circuit;
  const errors = new Float64Array(stateCount);
  for (let s = stateCount - 2; s >= 0; s--) {
    let inherited = 0;
    let magnitude = 0;
    const start = edgeStart[s]!;
    const end = edgeStart[s + 1]!;
    for (let e = start; e < end; e++) {
      const trace = Math.abs(traces[edgeTrace[e]!]!);
      const traceError = traceErrors[edgeTrace[e]!]!;
      const value = Math.abs(values[edgeChild[e]!]!);
      const valueError = errors[edgeChild[e]!]!;
      const weight = edgeWeight[e]!;
      magnitude += weight * trace * value;
      inherited += weight * (trace * valueError + traceError * (value + valueError));
    }
    const trace = Math.abs(traces[meanTrace[s]!]!);
    const traceError = traceErrors[meanTrace[s]!]!;
    const value = Math.abs(values[meanChild[s]!]!);
    const valueError = errors[meanChild[s]!]!;
    magnitude = trace * value + inverseN * magnitude;
    inherited = trace * valueError + traceError * (value + valueError) + inverseN * inherited;
    const terms = end - start + 8;
    const rounding = terms * ROUNDOFF * magnitude + terms * 2 ** -1073;
    errors[s] = SAFETY * (inherited + rounding);
  }
  return errors;
}

/**
 * Gradient of Σ_s seeds_s v_s with respect to the traces, in one sweep, parents first.
 * `adjoints` holds the seeds and is overwritten by the derivatives with respect to the values.
 */
export function sweepGradient(
  circuit: Circuit,
  traces: Float64Array,
  values: Float64Array,
  inverseN: number,
  adjoints: Float64Array,
): Float64Array {
  const { stateCount, meanChild, meanTrace, edgeStart, edgeChild, edgeTrace, edgeWeight } = circuit;
  const gradient = new Float64Array(traces.length);
  for (let s = 0; s < stateCount - 1; s++) {
    const adjoint = adjoints[s]!;
    if (adjoint === 0) continue;
    adjoints[meanChild[s]!]! += adjoint * traces[meanTrace[s]!]!;
    gradient[meanTrace[s]!]! += adjoint * values[meanChild[s]!]!;
    const paired = adjoint * inverseN;
    for (let e = edgeStart[s]!, end = edgeStart[s + 1]!; e < end; e++) {
      const scaled = paired * edgeWeight[e]!;
      adjoints[edgeChild[e]!]! += scaled * traces[edgeTrace[e]!]!;
      gradient[edgeTrace[e]!]! += scaled * values[edgeChild[e]!]!;
    }
  }
  return gradient;
}

/** Derivative of the state values along traces + s·rates. */
export function sweepTangents(
  circuit: Circuit,
  traces: Float64Array,
  rates: Float64Array,
  values: Float64Array,
  inverseN: number,
): Float64Array {
  const { stateCount, meanChild, meanTrace, edgeStart, edgeChild, edgeTrace, edgeWeight } = circuit;
  const tangents = new Float64Array(stateCount);
  for (let s = stateCount - 2; s >= 0; s--) {
    let paired = 0;
    for (let e = edgeStart[s]!, end = edgeStart[s + 1]!; e < end; e++) {
      const trace = edgeTrace[e]!;
      const child = edgeChild[e]!;
      paired +=
        edgeWeight[e]! * (traces[trace]! * tangents[child]! + rates[trace]! * values[child]!);
    }
    const trace = meanTrace[s]!;
    const child = meanChild[s]!;
    const mean = traces[trace]! * tangents[child]! + rates[trace]! * values[child]!;
    tangents[s] = mean + inverseN * paired;
  }
  return tangents;
}

/**
 * Derivative of `sweepGradient` along traces + s·rates: the Hessian of Σ seeds_s v_s times `rates`.
 * `adjoints` must be what `sweepGradient` left; `adjointRates` holds the derivative of the seeds.
 */
export function sweepGradientTangent(
  circuit: Circuit,
  traces: Float64Array,
  rates: Float64Array,
  values: Float64Array,
  tangents: Float64Array,
  inverseN: number,
  adjoints: Float64Array,
  adjointRates: Float64Array,
): Float64Array {
  const { stateCount, meanChild, meanTrace, edgeStart, edgeChild, edgeTrace, edgeWeight } = circuit;
  const gradientRate = new Float64Array(traces.length);
  for (let s = 0; s < stateCount - 1; s++) {
    const adjoint = adjoints[s]!;
    const rate = adjointRates[s]!;
    if (adjoint === 0 && rate === 0) continue;
    const meanT = meanTrace[s]!;
    const meanC = meanChild[s]!;
    adjointRates[meanC]! += rate * traces[meanT]! + adjoint * rates[meanT]!;
    gradientRate[meanT]! += rate * values[meanC]! + adjoint * tangents[meanC]!;
    for (let e = edgeStart[s]!, end = edgeStart[s + 1]!; e < end; e++) {
      const scaled = inverseN * edgeWeight[e]! * adjoint;
      const scaledRate = inverseN * edgeWeight[e]! * rate;
      const t = edgeTrace[e]!;
      const c = edgeChild[e]!;
      adjointRates[c]! += scaledRate * traces[t]! + scaled * rates[t]!;
      gradientRate[t]! += scaledRate * values[c]! + scaled * tangents[c]!;
    }
  }
  return gradientRate;
}
