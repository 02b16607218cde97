import { Matrix } from "../../numeric/matrix.js";
import {
  type AttentionLayer,
  fullBlock,
  gdPlusPlusBlock,
  restrictedBlock,
  type Weights,
} from "../weights.js";

/**
 * The narrowest family that holds layers: exact theory reaches further there.
 *
 * Statement.    restricted or GD++ when every layer is 0 where that form is and P's corner is not; full
 *               otherwise, as given
 * Accuracy.     exact where P's corner is 1 or a power of 2; else entries of A are rounded once, those of
 *               u and C once
 */
export function narrowWeights(layers: readonly AttentionLayer[]): Weights {
  const parts = layers.map(partsOf);
  if (!parts.every((part) => part !== undefined)) return fullBlock(layers);
  const isPlain = parts.every(({ covariateValue }) => covariateValue.norm() === 0);
  return isPlain ? restrictedBlock(parts) : gdPlusPlusBlock(parts);
}

function partsOf({ value, keyQuery }: AttentionLayer) {
  const dim = value.rows - 1;
  const corner = value.get(dim, dim);
  const reads = (entry: number, i: number) => i < dim && entry !== 0;
  // The label of the keys, and the query's, that a GD++ layer does not look at.
  const isOutside =
    corner === 0 ||
    value.getColumn(dim).some(reads) ||
    keyQuery.getRow(dim).some((entry) => entry !== 0) ||
    keyQuery.getColumn(dim).some((entry) => entry !== 0);
  if (isOutside) return undefined;
  const scaled = Matrix.div(value, corner);
  return {
    preconditioner: keyQuery.subMatrix(0, dim - 1, 0, dim - 1).mul(-corner),
    readIn: Float64Array.from(scaled.getRow(dim).slice(0, dim)),
    covariateValue: scaled.subMatrix(0, dim - 1, 0, dim - 1),
  };
}
