import { ArgumentError, Description } from "../../errors.js";
import type { NamedTensor } from "../../io/tensor.js";
import { flatten, Matrix, matrixFrom } from "../../numeric/matrix.js";
import type { AttentionLayer } from "../weights.js";
import { refuseTensor } from "./tensor-matrix.js";

/** The tensor's name in their code. */
const NAME = "allparam";

/** Whether the tensors are one of five axes, layers × heads × 2 × m × m. */
export function isAhn(tensors: ReadonlyMap<string, NamedTensor>): boolean {
  const [tensor] = tensors.values();
  return tensors.size === 1 && tensor!.shape.length === 5 && tensor!.shape[2] === 2;
}

/**
 * Layers in the layout of Ahn et al.'s published code: one parameter of layers × heads × (P, Q) × m × m.
 *
 * Statement.    entries of P and Q as they stand (their attention is z_queryᵀ Q z_key). Their code pads
 *               d×d blocks to P = diag(P, 1), Q = diag(Q, 0), or (`whole`) has (d+1)×(d+1) matrices.
 *               Heads whose P agree are one head: their Q add up.
 * Throws.       ArgumentError, naming file and tensor, for other shapes, and heads that are not one layer
 */
export function ahnLayers(
  tensors: ReadonlyMap<string, NamedTensor>,
  path: string,
  { whole = false } = {},
): AttentionLayer[] {
  const entry = [...tensors].find(([name]) => name.endsWith(NAME)) ?? [...tensors][0];
  const [name, tensor] = entry ?? [NAME, { shape: [], data: new Float64Array(0) }];
  const [layers = 0, heads = 0, pair, size = 0, columns] = tensor.shape;
  const isFitting = tensor.shape.length === 5 && pair === 2 && size === columns;
  if (!isFitting || layers === 0 || heads === 0 || size === 0 || (whole && size < 2)) {
    const requirement = "of shape layers × heads × 2 × d × d";
    throw refuseTensor(path, name, requirement, tensor.shape);
  }
  const block = (index: number) =>
    matrixFrom(size, size, tensor.data.subarray(index * size * size, (index + 1) * size * size));
  return Array.from({ length: layers }, (_, l) => {
    const values = Array.from({ length: heads }, (_, h) => block(2 * (l * heads + h)));
    const keyQueries = Array.from({ length: heads }, (_, h) => block(2 * (l * heads + h) + 1));
    const [value] = values as [Matrix];
    const other = values.findIndex((one) => Matrix.sub(one, value).norm() > 0);
    if (other >= 0) {
      const got = new Description(`another P in head ${other} of layer ${l}`);
      const requirement = "of one head, or heads of equal P (no single (P, Q) is their sum)";
      throw new ArgumentError("importWeights", `tensor "${name}" of ${path}`, requirement, got);
    }
    const keyQuery = keyQueries.reduce((sum, one) => Matrix.add(sum, one));
    return whole ? { value, keyQuery } : { value: padded(value, 1), keyQuery: padded(keyQuery, 0) };
  });
}

/** The parameter of their code for layers that loopgd applies, (d+1)×(d+1) unless `size` is d. */
export function toAhnTensors(
  layers: readonly AttentionLayer[],
  { whole }: { readonly whole: boolean },
): Map<string, NamedTensor> {
  const dim = layers[0]!.value.rows - 1;
  const size = whole ? dim + 1 : dim;
  const data = layers.flatMap(({ value, keyQuery }) =>
    [value, keyQuery.transpose()].flatMap((matrix) => [
      ...flatten(matrix.subMatrix(0, size - 1, 0, size - 1)),
    ]),
  );
  const shape = [layers.length, 1, 2, size, size];
  return new Map([[NAME, { shape, data: Float64Array.from(data) }]]);
}

function padded(block: Matrix, corner: number): Matrix {
  const dim = block.rows;
  const matrix = Matrix.zeros(dim + 1, dim + 1);
  matrix.setSubMatrix(block, 0, 0);
  matrix.set(dim, dim, corner);
  return matrix;
}
