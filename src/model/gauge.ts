import { ArgumentError } from "../errors.js";
import { flatten, Matrix } from "../numeric/matrix.js";
import { type AttentionLayer, attentionLayer, type RestrictedLayer } from "./weights.js";

/** The same map in another gauge: P → cP, Q → Q/c. Throws ArgumentError unless c is finite and not 0. */
export function changeGauge({ value, keyQuery }: AttentionLayer, scale: number): AttentionLayer {
  if (!Number.isFinite(scale) || scale === 0) {
    throw new ArgumentError("changeGauge", "scale", "finite and not 0", scale);
  }
  return { value: Matrix.mul(value, scale), keyQuery: Matrix.mul(keyQuery, 1 / scale) };
}

/**
 * The representative of a full layer's gauge orbit in which weights are compared.
 *
 * Statement.    P's last diagonal entry is 1, as in the restricted family. Where that entry is
 *               negligible (below 1e−8 of ‖P‖_F) no such scale exists: then ‖P‖_F = ‖Q‖_F and P's
 *               entry of largest magnitude, the first of several, is positive. A layer with P = 0 or Q = 0 is returned as it is.
 */
export function canonicalGauge(layer: AttentionLayer): AttentionLayer {
  const size = layer.value.rows;
  const corner = layer.value.get(size - 1, size - 1);
  const valueNorm = layer.value.norm();
  const keyQueryNorm = layer.keyQuery.norm();
  if (Math.abs(corner) > 1e-8 * valueNorm) return changeGauge(layer, 1 / corner);
  if (valueNorm === 0 || keyQueryNorm === 0) return layer;
  const entries = flatten(layer.value);
  const largest = entries.reduce((best, entry) =>
    Math.abs(entry) > Math.abs(best) ? entry : best,
  );
  const scale = Math.sqrt(keyQueryNorm / valueNorm);
  return changeGauge(layer, largest < 0 ? -scale : scale);
}

/**
 * The restricted layer closest in form to a full one, and how much of the layer it leaves out.
 *
 * Statement.    In canonical gauge, A = −Q[:d, :d], u = P[d, :d]; `residual` is the Frobenius norm
 *               of all other entries of (P, Q) beyond the restricted form, relative to that of (P, Q).
 */
export function restrictedPart(layer: AttentionLayer): RestrictedLayer & { residual: number } {
  const { value, keyQuery } = canonicalGauge(layer);
  const dim = value.rows - 1;
  const preconditioner = keyQuery.subMatrix(0, dim - 1, 0, dim - 1).mul(-1);
  const readIn = Float64Array.from({ length: dim }, (_, j) => value.get(dim, j));
  const closest = attentionLayer({ preconditioner, readIn });
  const residual = layerNorm({
    value: Matrix.sub(value, closest.value),
    keyQuery: Matrix.sub(keyQuery, closest.keyQuery),
  });
  return { preconditioner, readIn, residual: residual / (layerNorm({ value, keyQuery }) || 1) };
}

function layerNorm({ value, keyQuery }: AttentionLayer): number {
  return Math.hypot(value.norm(), keyQuery.norm());
}
