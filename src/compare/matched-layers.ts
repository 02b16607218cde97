import type { RestrictedLayer } from "../model/weights.js";
import { Matrix, symmetricFunction } from "../numeric/matrix.js";

/**
 * The closed-form layer that stands beside each learned one.
 *
 * Statement.    for layers of their own, the steps b_l of the best untied model, assigned so that
 *               Σ ‖sym(B_l) − b_{π(l)} I‖² is least: that is −2 Σ b_{π(l)} tr B_l and constants, so
 *               both are sorted. The order of commuting layers does not change what they compute.
 * Shapes.       result: b_{π(l)} Σ⁻¹ for each layer
 */
export function matchedClosedForms(
  layers: readonly RestrictedLayer[],
  steps: readonly number[],
  covariance: Matrix,
): { stepSize: number; preconditioner: Matrix }[] {
  const traces = layers.map(({ preconditioner }) => preconditioner.mmul(covariance).trace());
  const order = traces.map((_, l) => l).sort((a, b) => traces[a]! - traces[b]!);
  const inverse = symmetricFunction(covariance, (value) => 1 / value);
  const sorted = [...steps].sort((a, b) => a - b);
  return layers.map((_, l) => {
    const stepSize = sorted[order.indexOf(l)]!;
    return { stepSize, preconditioner: Matrix.mul(inverse, stepSize) };
  });
}
