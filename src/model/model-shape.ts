import { ArgumentError, Description } from "../errors.js";
import { flatten, type Matrix, matrixFrom } from "../numeric/matrix.js";
import {
  fullBlock,
  gdPlusPlusBlock,
  type LayerFamily,
  restrictedBlock,
  type Weights,
} from "./weights.js";

/**
 * Which parameters a linear model has: a block of `layers` layers, applied `loops` times.
 *
 * Conventions.  layers = 1: looped; loops = 1: untied. Its depth is layers · loops.
 */
export interface ModelShape {
  readonly family: LayerFamily;
  readonly dim: number;
  readonly layers: number;
  readonly loops: number;
}

/** Number of trainable parameters of one layer. */
export function layerParameterCount({ family, dim }: Pick<ModelShape, "family" | "dim">): number {
  if (family === "full") return 2 * (dim + 1) * (dim + 1);
  return (family === "gd++" ? 2 : 1) * dim * dim + dim;
}

/** Number of trainable parameters of a model. */
export function parameterCount(shape: ModelShape): number {
  return shape.layers * layerParameterCount(shape);
}

/**
 * All trainable parameters in one vector.
 *
 * Conventions.  layer by layer; within one A, u (restricted), C, u, A (GD++) or P, Q (full), matrices
 *               by rows
 */
export function packWeights(weights: Weights): Float64Array {
  const parts =
    weights.family === "full"
      ? weights.layers.flatMap(({ value, keyQuery }) => [flatten(value), flatten(keyQuery)])
      : weights.family === "gd++"
        ? weights.layers.flatMap(({ covariateValue, readIn, preconditioner }) => [
            flatten(covariateValue),
            readIn,
            flatten(preconditioner),
          ])
        : weights.layers.flatMap(({ preconditioner, readIn }) => [flatten(preconditioner), readIn]);
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
  requireParameters("unpackWeights", shape, parameters);
  const { family, dim } = shape;
  const stride = layerParameterCount(shape);
  const blocks = Array.from({ length: shape.layers }, (_, l) =>
    parameters.slice(l * stride, (l + 1) * stride),
  );
  const square = (block: Float64Array, rows: number, offset: number): Matrix =>
    matrixFrom(rows, rows, block.subarray(offset, offset + rows * rows));
  const size = dim + 1;
  switch (family) {
    case "restricted":
      return restrictedBlock(
        blocks.map((block) => ({
          preconditioner: square(block, dim, 0),
          readIn: block.slice(dim * dim),
        })),
      );
    case "gd++":
      return gdPlusPlusBlock(
        blocks.map((block) => ({
          covariateValue: square(block, dim, 0),
          readIn: block.slice(dim * dim, dim * dim + dim),
          preconditioner: square(block, dim, dim * dim + dim),
        })),
      );
    case "full":
      return fullBlock(
        blocks.map((block) => ({
          value: square(block, size, 0),
          keyQuery: square(block, size, size * size),
        })),
      );
  }
}

/** Throws ArgumentError unless the vector has the length of the shape's parameters. */
export function requireParameters(
  where: string,
  shape: ModelShape,
  parameters: Float64Array,
): void {
  if (parameters.length !== parameterCount(shape)) {
    throw new ArgumentError(
      where,
      "parameters",
      `a vector of length ${parameterCount(shape)}`,
      new Description(`length ${parameters.length}`),
    );
  }
}

/** A shape in words, e.g. "restricted, 1 layer looped 5 times". */
export function describeShape({ family, layers, loops }: ModelShape): string {
  const count = (value: number, noun: string) => `${value} ${noun}${value === 1 ? "" : "s"}`;
  if (loops === 1) return `${family}, ${count(layers, "untied layer")}`.replace("1 untied", "1");
  return `${family}, ${count(layers, "layer")} looped ${loops} times`;
}
