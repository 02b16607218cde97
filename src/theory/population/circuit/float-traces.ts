import {
  addProduct,
  addProductTransposed,
  addScaledTranspose,
  addTransposedProduct,
  frobenius,
  identity,
  multiply,
  productTrace,
} from "./row-major.js";
import type { TracePlan } from "./trace-plan.js";

/** Unit roundoff of doubles. */
export const ROUNDOFF = 2 ** -53;

/** Higham's γ_k: the relative error that k roundings can add up to. */
export function roundingFactor(count: number): number {
  return (count * ROUNDOFF) / (1 - count * ROUNDOFF);
}

/** A d×d matrix in doubles with a bound on the Frobenius norm of its error. */
export interface BoundedMatrix {
  readonly entries: Float64Array;
  readonly error: number;
}

/** Node products of a trace plan and the traces, in doubles. */
export interface FloatTraces {
  readonly dim: number;
  readonly products: readonly Float64Array[];
  /** values[0] = 1 */
  readonly values: Float64Array;
}

/** The products and traces of the plan at the given matrices, one for each symbol. */
export function floatTraces(
  plan: TracePlan,
  matrices: readonly Float64Array[],
  dim: number,
): FloatTraces {
  const products: Float64Array[] = [identity(dim)];
  for (let node = 1; node < plan.parent.length; node++) {
    const matrix = matrices[plan.symbol[node]!]!;
    const before = plan.parent[node]!;
    products.push(before === 0 ? matrix : multiply(products[before]!, matrix, dim));
  }
  const values = Float64Array.from(plan.left, (left, k) =>
    k === 0 ? 1 : productTrace(products[left]!, products[plan.right[k]!]!, dim),
  );
  return { dim, products, values };
}

/**
 * Bounds on the errors of `floatTraces`.
 *
 * Statement.    With P̂ = P + E for each computed product: ‖E′‖ ≤ ‖E‖·‖M‖₂ + ‖P̂‖·e_M
 *               + γ_d ‖P̂‖‖M̂‖ for one more factor M̂ = M + (error ≤ e_M), and
 *               |t̂ − t| ≤ ‖E_U‖‖V̂‖ + ‖Û‖‖E_V‖ + ‖E_U‖‖E_V‖ + γ_{2d}‖Û‖‖V̂‖ (Frobenius norms)
 * Source.       derived here from Higham's bound on inner products
 */
export function traceErrors(
  plan: TracePlan,
  traces: FloatTraces,
  matrices: readonly BoundedMatrix[],
): Float64Array {
  const { dim } = traces;
  const { size, error } = productErrors(plan, traces, matrices);
  return Float64Array.from(plan.left, (u, k) => {
    if (k === 0) return 0;
    const v = plan.right[k]!;
    const rounding = roundingFactor(2 * dim) * size[u]! * size[v]!;
    const inherited = error[u]! * size[v]! + size[u]! * error[v]! + error[u]! * error[v]!;
    // The empty word: its trace d is exact.
    return u === 0 && v === 0 ? 0 : SAFETY * (rounding + inherited);
  });
}

/** Frobenius norms and error bounds of a plan's products, and bounds on its matrices' spectral norms. */
export function productErrors(
  plan: TracePlan,
  traces: FloatTraces,
  matrices: readonly BoundedMatrix[],
): { size: number[]; error: number[]; spectral: number[] } {
  const { dim, products } = traces;
  const spectral = matrices.map(({ entries, error }) => spectralBound(entries, dim) + error);
  const size = products.map(frobenius);
  const error = [0];
  for (let node = 1; node < products.length; node++) {
    const symbol = plan.symbol[node]!;
    const before = plan.parent[node]!;
    const matrix = matrices[symbol]!;
    const inherited = error[before]! * spectral[symbol]!;
    const rounding = before === 0 ? 0 : roundingFactor(dim) * frobenius(matrix.entries);
    error.push(before === 0 ? matrix.error : inherited + size[before]! * (matrix.error + rounding));
  }
  return { size, error, spectral };
}

/** Adds to `adjoints` (one matrix per symbol) the gradient of Σ_k weights_k · trace_k. */
export function addTraceGradient(
  plan: TracePlan,
  traces: FloatTraces,
  matrices: readonly Float64Array[],
  weights: Float64Array,
  adjoints: readonly Float64Array[],
): void {
  const { dim, products } = traces;
  const nodeAdjoints = seedNodes(plan, products, weights, dim);
  for (let node = products.length - 1; node >= 1; node--) {
    const before = plan.parent[node]!;
    const symbol = plan.symbol[node]!;
    const adjoint = nodeAdjoints[node]!;
    addTransposedProduct(products[before]!, adjoint, adjoints[symbol]!, dim);
    if (before > 0) {
      addProductTransposed(adjoint, matrices[symbol]!, nodeAdjoints[before]!, dim);
    }
  }
}

/** What `addTraceGradient` adds, differentiated along matrices + s·directions, weights + s·rates. */
export function addTraceGradientTangent(
  plan: TracePlan,
  traces: FloatTraces,
  tangents: FloatTraces,
  matrices: readonly Float64Array[],
  directions: readonly Float64Array[],
  weights: Float64Array,
  rates: Float64Array,
  adjoints: readonly Float64Array[],
): void {
  const { dim, products } = traces;
  const node1 = seedNodes(plan, products, weights, dim);
  const node2 = seedNodes(plan, products, rates, dim);
  seedNodes(plan, tangents.products, weights, dim, node2);
  for (let node = products.length - 1; node >= 1; node--) {
    const before = plan.parent[node]!;
    const symbol = plan.symbol[node]!;
    addTransposedProduct(products[before]!, node2[node]!, adjoints[symbol]!, dim);
    addTransposedProduct(tangents.products[before]!, node1[node]!, adjoints[symbol]!, dim);
    if (before === 0) continue;
    addProductTransposed(node1[node]!, matrices[symbol]!, node1[before]!, dim);
    addProductTransposed(node2[node]!, matrices[symbol]!, node2[before]!, dim);
    addProductTransposed(node1[node]!, directions[symbol]!, node2[before]!, dim);
  }
}

/** Derivative of the products and traces along matrices + s·directions. */
export function floatTraceTangents(
  plan: TracePlan,
  traces: FloatTraces,
  matrices: readonly Float64Array[],
  directions: readonly Float64Array[],
): FloatTraces {
  const { dim, products } = traces;
  const tangents: Float64Array[] = [new Float64Array(dim * dim)];
  for (let node = 1; node < products.length; node++) {
    const before = plan.parent[node]!;
    const symbol = plan.symbol[node]!;
    const tangent = multiply(tangents[before]!, matrices[symbol]!, dim);
    addProduct(products[before]!, directions[symbol]!, tangent, dim);
    tangents.push(tangent);
  }
  const values = Float64Array.from(plan.left, (u, k) => {
    if (k === 0) return 0;
    const v = plan.right[k]!;
    return (
      productTrace(tangents[u]!, products[v]!, dim) + productTrace(products[u]!, tangents[v]!, dim)
    );
  });
  return { dim, products: tangents, values };
}

/** Bounds are evaluated in doubles themselves: this factor covers their own rounding. */
export const SAFETY = 1 + 2 ** -20;

function seedNodes(
  plan: TracePlan,
  products: readonly Float64Array[],
  weights: Float64Array,
  dim: number,
  adjoints: Float64Array[] = products.map(() => new Float64Array(dim * dim)),
): Float64Array[] {
  for (let k = 1; k < plan.left.length; k++) {
    if (weights[k] === 0) continue;
    const u = plan.left[k]!;
    const v = plan.right[k]!;
    addScaledTranspose(weights[k]!, products[v]!, adjoints[u]!, dim);
    addScaledTranspose(weights[k]!, products[u]!, adjoints[v]!, dim);
  }
  return adjoints;
}

/** Upper bound on ‖M‖₂: ‖(MᵀM)²‖_F^{1/4}, at most d^{1/8} too large, rounding included. */
function spectralBound(matrix: Float64Array, dim: number): number {
  const size = frobenius(matrix);
  if (size === 0) return 0;
  const scaled = matrix.map((entry) => entry / size);
  const gram = new Float64Array(dim * dim);
  addTransposedProduct(scaled, scaled, gram, dim);
  const fourth = frobenius(multiply(gram, gram, dim)) + 8 * roundingFactor(dim);
  return SAFETY * size * Math.sqrt(Math.sqrt(fourth));
}
