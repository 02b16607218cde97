import { ArgumentError, Description } from "../errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { decodeElements, type ElementType, elementSize } from "./element-type.js";
import { readFileBytes } from "./read-file.js";
import { elementCount, type NamedTensor, requireTensor } from "./tensor.js";

const MAGIC = "\x93NUMPY";
const ELEMENT_TYPES: readonly ElementType[] = [
  "f8",
  "f4",
  "f2",
  "i8",
  "i4",
  "i2",
  "i1",
  "u8",
  "u4",
  "u2",
  "u1",
];

/**
 * The array of a NumPy .npy file (format versions 1 to 3), in row-major order whatever its own.
 *
 * Throws.       ArgumentError, naming the file and the field, when it cannot be read, is not in the
 *               format, is of a type other than floats and integers, or holds NaN or infinite values
 */
export function readNpy(path: string): NamedTensor {
  return decodeNpy(readFileBytes("readNpy", path), path);
}

/** Writes an array as a version 1 .npy file of little-endian doubles, atomically. */
export function writeNpy(path: string, tensor: NamedTensor): void {
  writeFileAtomically("writeNpy", path, encodeNpy(tensor));
}

/** Decodes the bytes of a .npy file; `source` is what messages call them. */
export function decodeNpy(bytes: Uint8Array, source: string): NamedTensor {
  const refuse = (field: string, requirement: string, got: string): never => {
    const value = new Description(got);
    throw new ArgumentError("readNpy", `${field} of "${source}"`, requirement, value);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  const lengthBytes = version === 1 ? 2 : 4;
  const textStart = 8 + lengthBytes;
  if (bytes.length < textStart || latin1(bytes.subarray(0, 6)) !== MAGIC) {
    refuse("the start", "the npy signature", `${bytes.length} bytes without it`);
  }
  if (version < 1 || version > 3) refuse("the format version", "1, 2 or 3", `${version}`);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = textStart + length;
  if (start > bytes.length) {
    refuse("the header length", `at most ${bytes.length - textStart}`, `${length}`);
  }
  const header = latin1(bytes.subarray(textStart, start));
  const descriptor = /'descr'\s*:\s*'([<>|=])([a-z]\d+)'/.exec(header);
  const type = ELEMENT_TYPES.find((candidate) => candidate === descriptor?.[2]);
  // "=" is the order of the writing machine, which the file does not tell.
  if (descriptor === null || type === undefined || descriptor[1] === "=") {
    const requirement = "a float or integer type (such as '<f8')";
    return refuse("descr", requirement, header.trim().slice(0, 60));
  }
  const order = /'fortran_order'\s*:\s*(True|False)\b/.exec(header)?.[1];
  if (order === undefined) refuse("fortran_order", "True or False", header.trim().slice(0, 60));
  const sizes = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1]?.split(",");
  const shape = sizes
    ?.map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  const count = shape === undefined ? Number.NaN : elementCount(shape);
  if (shape === undefined || Number.isNaN(count)) {
    return refuse("shape", "a tuple of whole numbers", header.trim().slice(0, 60));
  }
  const expected = count * elementSize(type);
  if (bytes.length - start !== expected) {
    refuse("the data", `${expected} bytes for its shape`, `${bytes.length - start} bytes`);
  }
  const stored = decodeElements(view, start, count, type, descriptor[1] !== ">");
  const tensor = { shape, data: order === "True" ? toRowMajor(stored, shape) : stored };
  requireTensor("readNpy", `the array of "${source}"`, tensor);
  return tensor;
}

/** The bytes of a version 1 .npy file. Throws an ArgumentError for non-finite values. */
export function encodeNpy(tensor: NamedTensor): Uint8Array {
  requireTensor("encodeNpy", "tensor", tensor);
  const { shape, data } = tensor;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${tuple}, }`;
  // The format asks for data that start at a multiple of 64 bytes, and a newline before them.
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + 8 * data.length).fill(0x20, 10, start - 1);
  const view = new DataView(bytes.buffer);
  bytes.set(Uint8Array.from(MAGIC, (character) => character.charCodeAt(0)));
  bytes[6] = 1;
  view.setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[start - 1] = 0x0a;
  data.forEach((value, i) => {
    view.setFloat64(start + 8 * i, value, true);
  });
  return bytes;
}

/** Column-major entries of a shape, in row-major order. */
function toRowMajor(stored: Float64Array, shape: readonly number[]): Float64Array {
  const result = new Float64Array(stored.length);
  const index = new Array<number>(shape.length).fill(0);
  for (let k = 0; k < stored.length; k++) {
    let position = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      position = position * shape[axis]! + index[axis]!;
    }
    result[position] = stored[k]!;
    // Column-major: the first index runs fastest.
    for (let axis = 0; axis < shape.length; axis++) {
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return result;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
