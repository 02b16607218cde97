import { ArgumentError, Description } from "../../errors.js";
import type { NamedTensor } from "../../io/tensor.js";
import { type Matrix, matrixFrom } from "../../numeric/matrix.js";

/** A tensor of two axes as a matrix. Throws an ArgumentError, naming file and tensor, for any other. */
export function tensorMatrix(path: string, name: string, { shape, data }: NamedTensor): Matrix {
  const [rows, columns] = shape;
  if (shape.length === 2 && rows && columns) return matrixFrom(rows, columns, data);
  throw refuseTensor(path, name, "a matrix", shape);
}

/** The error about a tensor of another shape than required. */
export function refuseTensor(
  path: string,
  name: string,
  requirement: string,
  shape: readonly number[],
): ArgumentError {
  const got = new Description(`shape [${shape.join(", ")}]`);
  return new ArgumentError("importWeights", `tensor "${name}" of ${path}`, requirement, got);
}
