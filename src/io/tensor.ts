import { ArgumentError, Description } from "../errors.js";

/**
 * An array with a shape, nothing more: what it means is the caller's business.
 *
 * Shapes.       data: row-major, as many entries as the product of `shape`; shape []: one entry
 */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** What a tensor file holds: named arrays, and texts beside them. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Number of entries of a shape; NaN when a size is not a whole number or the product is unsafe. */
export function elementCount(shape: readonly unknown[]): number {
  let count = 1;
  for (const size of shape) {
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return Number.NaN;
    count *= size;
  }
  return Number.isSafeInteger(count) ? count : Number.NaN;
}

/**
 * Throws an ArgumentError unless the data fill the shape with finite numbers.
 *
 * @param argument  how the message names the tensor, e.g. `tensor "A" of "weights.safetensors"`
 */
export function requireTensor(where: string, argument: string, tensor: NamedTensor): void {
  const { shape, data } = tensor;
  if (elementCount(shape) !== data.length) {
    throw new ArgumentError(
      where,
      argument,
      "of as many entries as its shape says",
      new Description(`shape [${shape.join(", ")}] with ${data.length} entries`),
    );
  }
  const index = data.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    throw new ArgumentError(
      where,
      argument,
      "all finite numbers",
      new Description(`${data[index]} at entry ${index}`),
    );
  }
}

/** The file with its tensors of no axes as metadata: n = 20 is a number of the law, not a weight. */
export function metadataOfScalars({ tensors, metadata }: TensorFile): TensorFile {
  const isScalar = ({ shape }: NamedTensor) => shape.length === 0;
  const entries = [...tensors];
  const scalars = entries.filter(([, tensor]) => isScalar(tensor));
  return {
    tensors: new Map(entries.filter(([, tensor]) => !isScalar(tensor))),
    metadata: {
      ...metadata,
      ...Object.fromEntries(scalars.map(([name, { data }]) => [name, String(data[0])])),
    },
  };
}
