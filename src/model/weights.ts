import { ArgumentError, Description, requireInteger } from "../errors.js";
import { Matrix } from "../numeric/matrix.js";

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

/**
 * The GD++ layer: a restricted one whose P also moves the covariates, P = [[C, 0], [uᵀ, 1]].
 *
 * Shapes.       covariateValue (C): (dim, dim)
 * Source.       von Oswald et al. 2023
 */
export interface GdPlusPlusLayer extends RestrictedLayer {
  readonly covariateValue: Matrix;
}

interface LayerOf {
  readonly restricted: RestrictedLayer;
  readonly "gd++": GdPlusPlusLayer;
  readonly full: AttentionLayer;
}

/** Which entries of (P, Q) a layer may use. */
export type LayerFamily = keyof LayerOf;

/** A block of layers of one family, each with weights of its own, applied in order. */
interface Block<F extends LayerFamily> {
  readonly family: F;
  readonly layers: readonly LayerOf[F][];
}

/** Layers that read labels and write labels: A and u. */
export type RestrictedWeights = Block<"restricted">;
/** Layers that move the covariates too: A, u and C. */
export type GdPlusPlusWeights = Block<"gd++">;
/** Layers of any P and Q. */
export type FullWeights = Block<"full">;

/**
 * The weights of a linear model: a block of k layers, which the model applies L times.
 *
 * Conventions.  k = 1: looped; L = 1: untied; in between: k layers looped L times. How often the block
 *               is applied is not part of the weights.
 */
export type Weights = RestrictedWeights | GdPlusPlusWeights | FullWeights;

/** A restricted layer, with u = 0 unless given. */
export function restrictedLayer(
  preconditioner: Matrix,
  readIn: Float64Array = new Float64Array(preconditioner.rows),
): RestrictedLayer {
  const layer = { preconditioner, readIn };
  requireRestricted("restrictedLayer", layer);
  return layer;
}

/** A looped model's weights: one restricted layer, with u = 0 unless given. */
export function restrictedWeights(
  preconditioner: Matrix,
  readIn?: Float64Array,
): RestrictedWeights {
  return restrictedBlock([restrictedLayer(preconditioner, readIn)]);
}

/** Restricted layers with weights of their own. */
export function restrictedBlock(layers: readonly RestrictedLayer[]): RestrictedWeights {
  const where = "restrictedBlock";
  for (const layer of layers) requireRestricted(where, layer);
  requireOneDim(
    where,
    layers.map(({ preconditioner }) => preconditioner.rows),
  );
  return {
    family: "restricted",
    layers: layers.map(({ preconditioner, readIn }) => ({ preconditioner, readIn })),
  };
}

/** GD++ layers with weights of their own. */
export function gdPlusPlusBlock(layers: readonly GdPlusPlusLayer[]): GdPlusPlusWeights {
  const where = "gdPlusPlusBlock";
  for (const layer of layers) {
    requireRestricted(where, layer);
    requireSquare(where, "covariateValue", layer.covariateValue);
    requireOneDim(where, [layer.preconditioner.rows, layer.covariateValue.rows]);
  }
  requireOneDim(
    where,
    layers.map(({ preconditioner }) => preconditioner.rows),
  );
  return {
    family: "gd++",
    layers: layers.map(({ preconditioner, readIn, covariateValue }) => ({
      preconditioner,
      readIn,
      covariateValue,
    })),
  };
}

/** A looped model's weights: one full layer. */
export function fullWeights(value: Matrix, keyQuery: Matrix): FullWeights {
  return fullBlock([{ value, keyQuery }]);
}

/** Full layers with weights of their own; all P and Q must be square and of one size. */
export function fullBlock(layers: readonly AttentionLayer[]): FullWeights {
  const where = "fullBlock";
  for (const { value, keyQuery } of layers) {
    requireSquare(where, "value", value);
    requireSquare(where, "keyQuery", keyQuery);
    if (value.rows !== keyQuery.rows || value.rows < 2) {
      throw new ArgumentError(
        where,
        "keyQuery",
        "of the size of value, at least 2×2",
        new Description(`${keyQuery.rows}×${keyQuery.rows} beside ${value.rows}×${value.rows}`),
      );
    }
  }
  requireOneDim(
    where,
    layers.map(({ value }) => value.rows - 1),
  );
  return { family: "full", layers: layers.map(({ value, keyQuery }) => ({ value, keyQuery })) };
}

/** Covariate dimension of a model. */
export function dimOf(weights: Weights): number {
  return weights.family === "full"
    ? weights.layers[0]!.value.rows - 1
    : weights.layers[0]!.preconditioner.rows;
}

/** The attention layers a model applies, in order: those of its block, `loops` times. */
export function layersOf(weights: Weights, loops: number): AttentionLayer[] {
  requireInteger("layersOf", "loops", loops);
  const block = weights.family === "full" ? weights.layers : weights.layers.map(attentionLayer);
  return Array.from({ length: loops }, () => block).flat();
}

/** The (P, Q) of a restricted or GD++ layer. */
export function attentionLayer(layer: RestrictedLayer | GdPlusPlusLayer): AttentionLayer {
  const { preconditioner, readIn } = layer;
  const dim = preconditioner.rows;
  const value = Matrix.zeros(dim + 1, dim + 1);
  if ("covariateValue" in layer) value.setSubMatrix(layer.covariateValue, 0, 0);
  value.setRow(dim, [...readIn, 1]);
  const keyQuery = Matrix.zeros(dim + 1, dim + 1);
  keyQuery.setSubMatrix(Matrix.mul(preconditioner, -1), 0, 0);
  return { value, keyQuery };
}

function requireRestricted(where: string, { preconditioner, readIn }: RestrictedLayer): void {
  requireSquare(where, "preconditioner", preconditioner);
  if (readIn.length !== preconditioner.rows) {
    throw new ArgumentError(
      where,
      "readIn",
      `a vector of length ${preconditioner.rows}`,
      new Description(`length ${readIn.length}`),
    );
  }
}

function requireOneDim(where: string, dims: readonly number[]): void {
  if (dims.length === 0) throw new ArgumentError(where, "layers", "non-empty", []);
  if (new Set(dims).size > 1) {
    throw new ArgumentError(where, "layers", "of one dim", [...new Set(dims)]);
  }
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
