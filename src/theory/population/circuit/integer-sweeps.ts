import type { Circuit } from "./circuit.js";

/** State values of W = nS, integers when the traces are. */
export function sweepIntegers(circuit: Circuit, traces: readonly bigint[], n: bigint): bigint[] {
  const { stateCount, meanChild, meanTrace, edgeStart, edgeChild, edgeTrace, edgeWeight } = circuit;
  const values = new Array<bigint>(stateCount);
  values[stateCount - 1] = 1n;
  for (let s = stateCount - 2; s >= 0; s--) {
    let sum = n * traces[meanTrace[s]!]! * values[meanChild[s]!]!;
    for (let e = edgeStart[s]!, end = edgeStart[s + 1]!; e < end; e++) {
      const value = BigInt(edgeWeight[e]!) * values[edgeChild[e]!]!;
      const trace = edgeTrace[e]!;
      sum += trace === 0 ? value : traces[trace]! * value;
    }
    values[s] = sum;
  }
  return values;
}

/** Adds the derivatives of Σ seeds·values in the traces; `seeds` is used up. */
export function addIntegerSweepGradient(
  circuit: Circuit,
  traces: readonly bigint[],
  values: readonly bigint[],
  n: bigint,
  seeds: bigint[],
  gradient: bigint[],
): void {
  const { stateCount, meanChild, meanTrace, edgeStart, edgeChild, edgeTrace, edgeWeight } = circuit;
  for (let s = 0; s < stateCount - 1; s++) {
    const adjoint = seeds[s]!;
    if (adjoint === 0n) continue;
    const scaled = adjoint * n;
    seeds[meanChild[s]!]! += scaled * traces[meanTrace[s]!]!;
    gradient[meanTrace[s]!]! += scaled * values[meanChild[s]!]!;
    for (let e = edgeStart[s]!, end = edgeStart[s + 1]!; e < end; e++) {
      const weighted = adjoint * BigInt(edgeWeight[e]!);
      const trace = edgeTrace[e]!;
      if (trace === 0) {
        seeds[edgeChild[e]!]! += weighted;
        continue;
      }
      seeds[edgeChild[e]!]! += weighted * traces[trace]!;
      gradient[trace]! += weighted * values[edgeChild[e]!]!;
    }
  }
}
