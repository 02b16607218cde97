import { ArgumentError, Description } from "../errors.js";
import { readMatrixFile } from "../io/matrix-file.js";
import { Matrix, requirePositiveDefinite, symmetricFunction } from "../numeric/matrix.js";
import type { Stream } from "../random/stream.js";
import {
  autoregressiveCovariance,
  conditionedCovariance,
  diagonalCovariance,
} from "./covariance-family.js";

const COVARIANCE_FORMS = "identity, diag:1,1,0.25, ar1:0.5, condition:10 or file:PATH";

/**
 * The covariance a specification names, of the given size.
 *
 * Statement.    identity, diag:1,1,0.25 (spectrum), ar1:0.5, condition:10 (random orientation) or
 *               file:PATH (.json, .csv, .npy)
 * Throws.       ArgumentError (naming `argument`) when the text has none of these forms, or the
 *               matrix is not SPD of size dim
 * @example parseCovariance("ar1:0.5", 2, stream).to2DArray()  // → [[1, 0.5], [0.5, 1]]
 */
export function parseCovariance(
  spec: string,
  dim: number,
  stream: Stream,
  argument = "covariance",
): Matrix {
  const matrix = build(spec, dim, stream, argument);
  if (matrix.rows !== dim || matrix.columns !== dim) {
    throw new ArgumentError(
      "parseCovariance",
      argument,
      `a ${dim}×${dim} matrix`,
      new Description(`a ${matrix.rows}×${matrix.columns} matrix from "${spec}"`),
    );
  }
  requirePositiveDefinite("parseCovariance", argument, matrix);
  return matrix;
}

/**
 * The task covariance Ω a specification names: "inverse" is Σ⁻¹, anything else a covariance form.
 */
export function parseTaskPrior(
  spec: string,
  covariance: Matrix,
  stream: Stream,
  argument = "taskPrior",
): Matrix {
  if (spec === "inverse") return symmetricFunction(covariance, (value) => 1 / value);
  return parseCovariance(spec, covariance.rows, stream, argument);
}

function build(spec: string, dim: number, stream: Stream, argument: string): Matrix {
  const colon = spec.indexOf(":");
  const family = colon < 0 ? spec : spec.slice(0, colon);
  const parameter = colon < 0 ? undefined : spec.slice(colon + 1);
  const number = (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) {
      throw new ArgumentError("parseCovariance", argument, `one of ${COVARIANCE_FORMS}`, spec);
    }
    return value;
  };
  if (family === "identity" && parameter === undefined) return Matrix.eye(dim);
  if (family === "diag" && parameter !== undefined) {
    return diagonalCovariance(parameter.split(",").map(number));
  }
  if (family === "ar1" && parameter !== undefined) {
    return autoregressiveCovariance(dim, number(parameter));
  }
  if (family === "condition" && parameter !== undefined) {
    return conditionedCovariance(dim, number(parameter), stream);
  }
  if (family === "file" && parameter) return readMatrixFile(parameter);
  throw new ArgumentError("parseCovariance", argument, `one of ${COVARIANCE_FORMS}`, spec);
}
