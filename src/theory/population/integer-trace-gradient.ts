import type { TracePlan } from "./circuit/trace-plan.js";
import { type IntegerMatrix, multiplyIntegers, transposeIntegers } from "./integer-matrix.js";

/** The gradient of Σ weights·traces at every symbol's numerators. */
export function integerTraceGradient(
  plan: TracePlan,
  letters: readonly IntegerMatrix[],
  products: readonly (readonly bigint[])[],
  weights: readonly bigint[],
  dim: number,
): bigint[][] {
  const zero = () => new Array<bigint>(dim * dim).fill(0n);
  const nodes = products.map(zero);
  for (let k = 1; k < plan.left.length; k++) {
    if (weights[k] === 0n) continue;
    const [u, v] = [plan.left[k]!, plan.right[k]!];
    addScaled(nodes[u]!, transposeIntegers(products[v]!, dim), weights[k]!);
    addScaled(nodes[v]!, transposeIntegers(products[u]!, dim), weights[k]!);
  }
  const symbols = Array.from({ length: plan.symbolCount }, zero);
  for (let node = products.length - 1; node >= 1; node--) {
    const before = plan.parent[node]!;
    const symbol = plan.symbol[node]!;
    const left = transposeIntegers(products[before]!, dim);
    addScaled(symbols[symbol]!, multiplyIntegers(left, nodes[node]!, dim), 1n);
    if (before === 0) continue;
    const right = transposeIntegers(letters[symbol]!.entries, dim);
    addScaled(nodes[before]!, multiplyIntegers(nodes[node]!, right, dim), 1n);
  }
  return symbols;
}

function addScaled(into: bigint[], from: readonly bigint[], factor: bigint): void {
  for (const [i, value] of from.entries()) into[i]! += factor * value;
}
