import { ArgumentError, Description, requireInteger } from "../errors.js";
import { flatten, Matrix, matrixFrom } from "../numeric/matrix.js";

/**
 * One linear attention layer, Z ← Z + (1/n) P Z M (Zᵀ Q Z).
 *
 * Shapes.       value (P) and keyQuery (Q): (dim + 1, dim + 1)
 */
export interface AttentionLayer {
  readonly value: Matrix;
  readonly keyQuery: Matrix;
}

/**
 * The restricted layer, Q = [[−A, 0], [0, 0]], P = [[0, 0], [uᵀ, 1]].
 *
 * Shapes.       preconditioner (A): (dim, dim); readIn (u): (dim)
 */
export interface RestrictedLayer {
  readonly preconditioner: Matrix;
  readonly readIn: Float64Array;
}

/** A looped model of the restricted family: one (A, u), applied again and again. */
export interface RestrictedWeights extends RestrictedLayer {
  readonly family: "restricted";
}

/** A looped model with any (P, Q). */
export interface FullWeights extends AttentionLayer {
  readonly family: "full";
}

/** A model whose restricted layers each have their own weights; layer l is applied once, in order. */
export interface UntiedWeights {
  readonly family: "untied";
  readonly layers: readonly RestrictedLayer[];
}

export type Weights = RestrictedWeights | FullWeights | UntiedWeights;

/** Which parameters a model has: `loops` counts the layers of an untied model. */
export interface ModelShape {
  readonly family: Weights["family"];
  readonly dim: number;
  readonly loops: number;
}

/** Restricted weights with u = 0 unless given. */
export function restrictedWeights(
  preconditioner: Matrix,
  readIn: Float64Array = new Float64Array(preconditioner.rows),
): RestrictedWeights {
  requireSquare("restrictedWeights", "preconditioner", preconditioner);
  if (readIn.length !== preconditioner.rows) {
    throw new ArgumentError(
      "restrictedWeights",
      "readIn",
      `a vector of length ${preconditioner.rows}`,
      new Description(`length ${readIn.length}`),
    );
  }
  return { family: "restricted", preconditioner, readIn };
}

/** Full weights; P and Q must be square and of one size. */
export function fullWeights(value: Matrix, keyQuery: Matrix): FullWeights {
  requireSquare("fullWeights", "value", value);
  requireSquare("fullWeights", "keyQuery", keyQuery);
  if (value.rows !== keyQuery.rows || value.rows < 2) {
    throw new ArgumentError(
      "fullWeights",
      "keyQuery",
      `of the size of value, at least 2×2`,
      new Description(`${keyQuery.rows}×${keyQuery.rows} beside ${value.rows}×${value.rows}`),
    );
  }
  return { family: "full", value, keyQuery };
}

/** Untied weights from the layers' own (A, u). */
export function untiedWeights(layers: readonly RestrictedLayer[]): UntiedWeights {
  if (layers.length === 0) throw new ArgumentError("untiedWeights", "layers", "non-empty", layers);
  const dims = new Set(layers.map((layer) => layer.preconditioner.rows));
  if (dims.size > 1) {
    throw new ArgumentError("untiedWeights", "layers", "of one dim", [...dims]);
  }
  return {
    family: "untied",
    layers: layers.map(({ preconditioner, readIn }) => {
      const checked = restrictedWeights(preconditioner, readIn);
      return { preconditioner: checked.preconditioner, readIn: checked.readIn };
    }),
  };
}

/** Covariate dimension of a model. */
export function dimOf(weights: Weights): number {
  switch (weights.family) {
    case "restricted":
      return weights.preconditioner.rows;
    case "full":
      return weights.value.rows - 1;
    case "untied":
      return weights.layers[0]!.preconditioner.rows;
  }
}

/**
 * The attention layers a model applies, in order.
 *
 * Throws.       ArgumentError when an untied model is asked for another number of loops than it has
 *               layers
 */
export function layersOf(weights: Weights, loops: number): AttentionLayer[] {
  requireInteger("layersOf", "loops", loops);
  if (weights.family === "untied") {
    if (loops !== weights.layers.length) {
      throw new ArgumentError(
        "layersOf",
        "loops",
        `${weights.layers.length}, the number of layers of the untied model`,
        loops,
      );
    }
    return weights.layers.map(attentionLayer);
  }
  const layer = weights.family === "full" ? weights : attentionLayer(weights);
  return Array.from({ length: loops }, () => layer);
}

/** The (P, Q) of a restricted layer. */
export function attentionLayer({ preconditioner, readIn }: RestrictedLayer): AttentionLayer {
  const dim = preconditioner.rows;
  const value = Matrix.zeros(dim + 1, dim + 1);
  value.setRow(dim, [...readIn, 1]);
  const keyQuery = Matrix.zeros(dim + 1, dim + 1);
  keyQuery.setSubMatrix(Matrix.mul(preconditioner, -1), 0, 0);
  return { value, keyQuery };
}

/** Number of trainable parameters of a shape. */
export function parameterCount({ family, dim, loops }: ModelShape): number {
  const restricted = dim * dim + dim;
  if (family === "full") return 2 * (dim + 1) * (dim + 1);
  return family === "restricted" ? restricted : loops * restricted;
}

/** All trainable parameters in one vector: A then u (per layer), or P then Q. */
export function packWeights(weights: Weights): Float64Array {
  const parts =
    weights.family === "full"
      ? [flatten(weights.value), flatten(weights.keyQuery)]
      : (weights.family === "untied" ? weights.layers : [weights]).flatMap((layer) => [
          flatten(layer.preconditioner),
          layer.readIn,
        ]);
  const packed = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    packed.set(part, offset);
    offset += part.length;
  }
  return packed;
}

/** Inverse of `packWeights`. */
export function unpackWeights(shape: ModelShape, parameters: Float64Array): Weights {
  const { family, dim, loops } = shape;
  if (parameters.length !== parameterCount(shape)) {
    throw new ArgumentError(
      "unpackWeights",
      "parameters",
      `a vector of length ${parameterCount(shape)}`,
      new Description(`length ${parameters.length}`),
    );
  }
  if (family === "full") {
    const size = dim + 1;
    return fullWeights(
      matrixFrom(size, size, parameters.subarray(0, size * size)),
      matrixFrom(size, size, parameters.subarray(size * size)),
    );
  }
  const stride = dim * dim + dim;
  const layer = (l: number): RestrictedLayer => ({
    preconditioner: matrixFrom(dim, dim, parameters.subarray(l * stride, l * stride + dim * dim)),
    readIn: parameters.slice(l * stride + dim * dim, (l + 1) * stride),
  });
  return family === "restricted"
    ? { family, ...layer(0) }
    : untiedWeights(Array.from({ length: loops }, (_, l) => layer(l)));
}

function requireSquare(where: string, argument: string, matrix: Matrix): void {
  if (matrix.rows !== matrix.columns) {
    throw new ArgumentError(
      where,
      argument,
      "a square matrix",
      new Description(`${matrix.rows}×${matrix.columns}`),
    );
  }
}
