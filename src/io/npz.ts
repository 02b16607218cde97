import { ArgumentError, Description } from "../errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { decodeNpy, encodeNpy } from "./npy.js";
import { readFileBytes } from "./read-file.js";
import { metadataOfScalars, type NamedTensor, type TensorFile } from "./tensor.js";
import { encodeZip, openZip } from "./zip.js";

const SUFFIX = ".npy";

/**
 * The arrays of a NumPy .npz file (`savez` or `savez_compressed`).
 *
 * Conventions.  an array of no axes, such as n = 20, is metadata
 * Throws.       ArgumentError, naming file and entry, as `openZip` and `readNpy`, and for entries that
 *               are no arrays
 */
export function readNpz(path: string): TensorFile {
  return decodeNpz(readFileBytes("readNpz", path), path);
}

/** Decodes the bytes of a .npz file; `source` is what messages call them. */
export function decodeNpz(bytes: Uint8Array, source: string): TensorFile {
  const tensors = new Map<string, NamedTensor>();
  for (const [entry, unpack] of openZip(bytes, "readNpz", source)) {
    if (!entry.endsWith(SUFFIX)) {
      const got = new Description(`"${entry}"`);
      throw new ArgumentError("readNpz", `entries of "${source}"`, "arrays (.npy)", got);
    }
    const name = entry.slice(0, -SUFFIX.length);
    tensors.set(name, decodeNpy(unpack(), `${source}, array ${name}`));
  }
  return metadataOfScalars({ tensors, metadata: {} });
}

/** Writes arrays as an uncompressed .npz file, atomically; numbers among the metadata as arrays of no axes. */
export function writeNpz(path: string, file: TensorFile): void {
  writeFileAtomically("writeNpz", path, encodeNpz(file));
}

/** The bytes of a .npz file. Throws an ArgumentError for non-finite values and metadata that are no numbers. */
export function encodeNpz({ tensors, metadata }: TensorFile): Uint8Array {
  const scalars = Object.entries(metadata).map(([name, text]) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value)) {
      throw new ArgumentError("encodeNpz", `metadata ${name}`, "a number in a .npz file", text);
    }
    return [name, { shape: [], data: Float64Array.of(value) }] as const;
  });
  const arrays = [...tensors, ...scalars];
  return encodeZip(new Map(arrays.map(([name, array]) => [`${name}${SUFFIX}`, encodeNpy(array)])));
}
