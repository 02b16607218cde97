import { Matrix } from "../../numeric/matrix.js";
import {
  type AttentionLayer,
  attentionLayer,
  fullBlock,
  gdPlusPlusBlock,
  restrictedBlock,
  type Weights,
} from "../weights.js";

/**
 * The narrowest family that holds layers exactly: exact theory reaches further there.
 *
 * Statement.    restricted or GD++ when every layer, scaled so that P's corner is 1, has that form to
 *               the last bit; full otherwise, as given
 */
export function narrowWeights(layers: readonly AttentionLayer[]): Weights {
  const parts = layers.map(partsOf);
  if (!parts.every((part) => part !== undefined)) return fullBlock(layers);
  const isPlain = parts.every(({ covariateValue }) => covariateValue.abs().max() === 0);
  return isPlain ? restrictedBlock(parts) : gdPlusPlusBlock(parts);
}

function partsOf({ value, keyQuery }: AttentionLayer) {
  const dim = value.rows - 1;
  const corner = value.get(dim, dim);
  if (corner === 0) return undefined;
  const scaled = Matrix.div(value, corner);
  const preconditioner = keyQuery.subMatrix(0, dim - 1, 0, dim - 1).mul(-corner);
  const part = {
    preconditioner,
    readIn: Float64Array.from(scaled.getRow(dim).slice(0, dim)),
    covariateValue: scaled.subMatrix(0, dim - 1, 0, dim - 1),
  };
  const again = attentionLayer(part);
  // Scaling back must give every bit: what is exact about the weights stays so.
  const isSame =
    Matrix.sub(again.value.mul(corner), value).abs().max() === 0 &&
    Matrix.sub(again.keyQuery.div(corner), keyQuery).abs().max() === 0;
  return isSame ? part : undefined;
}
