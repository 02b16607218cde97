import fc from "fast-check";
import { requireInteger } from "../errors.js";
import { changeGauge } from "../model/gauge.js";
import type { AttentionLayer } from "../model/weights.js";
import { Matrix, matrixFrom } from "../numeric/matrix.js";
import { smallVector } from "./number.js";
import { printed } from "./printed.js";
import { rotations } from "./rotation.js";

/**
 * Preconditioners with entries within ±1.
 *
 * Shrinks to   zero (general, symmetric), or a diagonal matrix (conjugated)
 *
 * @param kind  general: independent entries; symmetric; conjugated: Q diag(λ) Qᵀ with Q orthogonal
 */
export function preconditioners(
  dim: number,
  kind: "general" | "symmetric" | "conjugated" = "general",
): fc.Arbitrary<Matrix> {
  requireInteger("preconditioners", "dim", dim);
  if (kind === "conjugated") {
    return fc
      .tuple(smallVector(dim, 1), rotations(dim))
      .map(([values, rotation]) =>
        printed(rotation.mmul(Matrix.diag([...values])).mmul(rotation.transpose())),
      );
  }
  return smallVector(dim * dim, 1).map((entries) => {
    const matrix = matrixFrom(dim, dim, entries);
    if (kind === "symmetric") {
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < i; j++) matrix.set(i, j, matrix.get(j, i));
      }
    }
    return printed(matrix);
  });
}

/**
 * Full attention layers (P, Q), entries within ±1/2 before a gauge c = ±2^k, |k| ≤ 4, is applied.
 *
 * Shrinks to   P = Q = 0 in the gauge c = 1
 */
export function fullLayers(dim: number): fc.Arbitrary<AttentionLayer> {
  requireInteger("fullLayers", "dim", dim);
  const size = dim + 1;
  const square = smallVector(size * size, 1).map((entries) =>
    matrixFrom(
      size,
      size,
      entries.map((entry) => entry / 2),
    ),
  );
  return fc
    .record({
      value: square,
      keyQuery: square,
      exponent: fc.integer({ min: -4, max: 4 }),
      isNegative: fc.boolean(),
    })
    .map(({ value, keyQuery, exponent, isNegative }) => {
      const layer = changeGauge({ value, keyQuery }, (isNegative ? -1 : 1) * 2 ** exponent);
      return { value: printed(layer.value), keyQuery: printed(layer.keyQuery) };
    });
}
