import { requireInteger } from "../errors.js";
import type { Stream } from "./stream.js";

/**
 * Bartlett factor F of a standard Wishart matrix: F Fᵀ ~ W_dim(degreesOfFreedom, I).
 *
 * Conventions.  F is dim × min(n, dim), lower trapezoidal, χ_{n−i+1} at (i, i) for i ≤ min(n, dim),
 *               standard normal below. For n < dim the square factor would be wrong.
 * Shapes.       row-major Float64Array of dim · min(n, dim)
 * Source.       Bartlett 1933
 */
export function drawBartlettFactor(
  dim: number,
  degreesOfFreedom: number,
  stream: Stream,
): Float64Array {
  requireInteger("drawBartlettFactor", "dim", dim);
  requireInteger("drawBartlettFactor", "degreesOfFreedom", degreesOfFreedom);
  const columns = Math.min(dim, degreesOfFreedom);
  const factor = new Float64Array(dim * columns);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < Math.min(i, columns); j++) factor[i * columns + j] = stream.normal();
    if (i < columns) factor[i * columns + i] = stream.chi(degreesOfFreedom - i);
  }
  return factor;
}
