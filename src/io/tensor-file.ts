import { extname } from "node:path";
import { ArgumentError } from "../errors.js";
import { readJsonTensors, writeJsonTensors } from "./json-tensors.js";
import { readNpy } from "./npy.js";
import { readNpz, writeNpz } from "./npz.js";
import { readStateDict } from "./pytorch/state-dict.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";
import type { TensorFile } from "./tensor.js";

const READERS: Readonly<Record<string, (path: string) => TensorFile>> = {
  ".safetensors": readSafetensors,
  ".npz": readNpz,
  ".npy": (path) => ({ tensors: new Map([["array", readNpy(path)]]), metadata: {} }),
  ".json": readJsonTensors,
  ".pt": readStateDict,
  ".pth": readStateDict,
};

/** Extensions of the files `readTensorFile` reads. */
const TENSOR_FILES: readonly string[] = Object.keys(READERS);

/**
 * The tensors of a file, by its extension; the array of a .npy file is called "array".
 *
 * Throws.       ArgumentError for other extensions, and as the reader of the format
 */
export function readTensorFile(path: string): TensorFile {
  const read = READERS[extname(path).toLowerCase()];
  if (read !== undefined) return read(path);
  const requirement = `a ${TENSOR_FILES.join(", ")} file`;
  throw new ArgumentError("readTensorFile", "path", requirement, path);
}

const WRITERS = {
  safetensors: (path: string, { tensors, metadata }: TensorFile) =>
    writeSafetensors(path, tensors, metadata),
  npz: writeNpz,
  json: writeJsonTensors,
} as const;

/** Formats that can be written. */
export type TensorFormat = keyof typeof WRITERS;

/** Writes tensors and metadata in a format, replacing the file atomically. */
export function writeTensorFile(path: string, format: TensorFormat, file: TensorFile): void {
  WRITERS[format](path, file);
}
