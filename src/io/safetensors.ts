import { ArgumentError, Description } from "../errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { findDuplicateKey } from "./duplicate-key.js";
import { decodeElements, type ElementType, elementSize } from "./element-type.js";
import { readFileBytes } from "./read-file.js";
import { elementCount, type NamedTensor, requireTensor, type TensorFile } from "./tensor.js";

const METADATA = "__metadata__";

const ELEMENT_TYPES: ReadonlyMap<unknown, ElementType> = new Map<string, ElementType>([
  ["F64", "f8"],
  ["F32", "f4"],
  ["F16", "f2"],
  ["BF16", "b2"],
  ["I64", "i8"],
  ["I32", "i4"],
  ["I16", "i2"],
  ["I8", "i1"],
  ["U64", "u8"],
  ["U32", "u4"],
  ["U16", "u2"],
  ["U8", "u1"],
]);

/**
 * The tensors and texts of a .safetensors file.
 *
 * Accuracy.     F64, F32, F16, BF16 and integers up to 2⁵³ are read exactly
 * Throws.       ArgumentError, naming the file and the tensor or field, when the file cannot be read,
 *               is not in the format, or holds NaN or infinite values
 */
export function readSafetensors(path: string): TensorFile {
  return decodeSafetensors(readFileBytes("readSafetensors", path), path);
}

/** Writes tensors as F64, replacing the file atomically. Throws an ArgumentError for non-finite values. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  writeFileAtomically("writeSafetensors", path, encodeSafetensors(tensors, metadata));
}

/**
 * Decodes the bytes of a safetensors file.
 *
 * Statement.    8 bytes of header length, a JSON header of {name: {dtype, shape, data_offsets}}, then
 *               the data without gap or overlap. Memory stays within a small multiple of the bytes.
 * @param source  what messages call the bytes: the path
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): TensorFile {
  const refuse: Refuse = (field, requirement, got) => {
    const value = new Description(got);
    throw new ArgumentError("readSafetensors", `${field} of "${source}"`, requirement, value);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) {
    refuse("the header", "8 bytes of length and a JSON text", `${bytes.length} bytes in all`);
  }
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > BigInt(bytes.length - 8)) {
    refuse(
      "the header length",
      `at most ${bytes.length - 8}, the rest of the file`,
      `${headerLength}`,
    );
  }
  const start = 8 + Number(headerLength);
  const header = parseHeader(bytes.subarray(8, start), refuse);
  const metadata = readMetadata(header[METADATA], refuse);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => readEntry(name, entry, refuse))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  requireTiling(entries, bytes.length - start, refuse);
  const tensors = new Map<string, NamedTensor>();
  for (const { name, shape, type, begin } of entries) {
    const data = decodeElements(view, start + begin, elementCount(shape), type, true);
    requireTensor("readSafetensors", `tensor "${name}" of "${source}"`, { shape, data });
    tensors.set(name, { shape, data });
  }
  return { tensors, metadata };
}

/** The bytes of a safetensors file with every tensor as F64. Throws an ArgumentError for non-finite values. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push([METADATA, metadata]);
  let size = 0;
  for (const [name, tensor] of tensors) {
    if (name === METADATA) {
      throw new ArgumentError("encodeSafetensors", "tensors", `without the name ${METADATA}`, name);
    }
    requireTensor("encodeSafetensors", `tensor "${name}"`, tensor);
    const end = size + 8 * tensor.data.length;
    header.push([name, { dtype: "F64", shape: tensor.shape, data_offsets: [size, end] }]);
    size = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + size).fill(0x20, 8, 8 + padded);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  let offset = 8 + padded;
  for (const { data } of tensors.values()) {
    for (const value of data) {
      view.setFloat64(offset, value, true);
      offset += 8;
    }
  }
  return bytes;
}

type Refuse = (field: string, requirement: string, got: string) => never;

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly begin: number;
  readonly end: number;
}

function parseHeader(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return refuse("the header", "a JSON object", "another JSON value");
    const duplicate = findDuplicateKey(text);
    if (duplicate !== undefined) {
      return refuse("the header", "free of duplicate names", `"${duplicate}" twice`);
    }
    return value;
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    const got = `${bytes.length} bytes that are not`;
    return refuse("the header", "JSON in UTF-8 (is it a safetensors file?)", got);
  }
}

function readMetadata(value: unknown, refuse: Refuse): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) return refuse(METADATA, "an object of texts", JSON.stringify(value));
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") {
      refuse(`${METADATA} "${key}"`, "a text", JSON.stringify(text));
    }
  }
  return value as Record<string, string>;
}

function readEntry(name: string, entry: unknown, refuse: Refuse): Entry {
  const tensor = `tensor "${name}"`;
  if (!isRecord(entry)) return refuse(tensor, "an object", JSON.stringify(entry));
  const { dtype, shape, data_offsets: offsets } = entry;
  const type = ELEMENT_TYPES.get(dtype);
  if (type === undefined) {
    const known = [...ELEMENT_TYPES.keys()].join(", ");
    return refuse(`the dtype of ${tensor}`, `one of ${known}`, JSON.stringify(dtype));
  }
  const count = Array.isArray(shape) ? elementCount(shape) : Number.NaN;
  if (Number.isNaN(count)) {
    refuse(`the shape of ${tensor}`, "a list of whole numbers", JSON.stringify(shape));
  }
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? offsets : [];
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin) {
    const requirement = "two whole numbers, the first not above the second";
    refuse(`data_offsets of ${tensor}`, requirement, JSON.stringify(offsets));
  }
  const size = count * elementSize(type);
  if (end - begin !== size) {
    const requirement = `${size} bytes apart, its shape times its dtype`;
    refuse(`data_offsets of ${tensor}`, requirement, JSON.stringify(offsets));
  }
  return { name, shape: shape as number[], type, begin, end };
}

/** The data of all tensors, in order, must fill the rest of the file exactly. */
function requireTiling(entries: readonly Entry[], dataLength: number, refuse: Refuse): void {
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      const got = `${begin}, ${begin < position ? "an overlap" : "a gap"}`;
      refuse(`data_offsets of tensor "${name}"`, `continued at ${position}`, got);
    }
    if (end > dataLength) {
      const requirement = `within the ${dataLength} bytes of data`;
      refuse(`data_offsets of tensor "${name}"`, requirement, `an end at ${end}`);
    }
    position = end;
  }
  if (position !== dataLength) {
    refuse("the data", `${position} bytes, as the header says`, `${dataLength} bytes`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
