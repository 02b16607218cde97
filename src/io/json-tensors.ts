import { ArgumentError, Description } from "../errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { findDuplicateKey } from "./duplicate-key.js";
import { readFileBytes } from "./read-file.js";
import { type NamedTensor, requireTensor, type TensorFile } from "./tensor.js";

const DEEPEST = 16;

/**
 * Tensors as nested lists in a JSON object: {"A": [[0.5, 0], [0, 0.5]], "n": 20}.
 *
 * Conventions.  objects and lists of objects join names by points: {"layers": [{"A": …}]} is layers.0.A;
 *               numbers, truth values and texts are metadata
 * Accuracy.     numbers are the doubles nearest to their decimals
 * Throws.       ArgumentError, naming file and field: no JSON object, names that occur twice, ragged
 *               lists, entries that are no finite numbers
 */
export function readJsonTensors(path: string): TensorFile {
  return decodeJsonTensors(readFileBytes("readJsonTensors", path), path);
}

/** Decodes the bytes of such a file; `source` is what messages call them. */
export function decodeJsonTensors(bytes: Uint8Array, source: string): TensorFile {
  const tensors = new Map<string, NamedTensor>();
  const metadata: [string, string][] = [];
  const names = new Set<string>();
  const visit = (value: unknown, name: string, depth: number): void => {
    if (depth === DEEPEST) refuse(source, name, `at most ${DEEPEST} levels deep`, "more");
    const isGroup =
      isObject(value) || (Array.isArray(value) && value.length > 0 && value.every(isObject));
    if (isGroup) {
      for (const [key, entry] of Object.entries(value)) {
        visit(entry, name === "" ? key : `${name}.${key}`, depth + 1);
      }
      return;
    }
    // {"a.b": 1, "a": {"b": 2}}
    if (names.has(name)) refuse(source, name, "there once", "two of that name");
    names.add(name);
    if (Array.isArray(value)) tensors.set(name, toTensor(value, name, source));
    else if (value === null) refuse(source, name, "a number, a text or lists of numbers", "null");
    else metadata.push([name, String(value)]);
  };
  visit(parseObject(bytes, source), "", 0);
  return { tensors, metadata: Object.fromEntries(metadata) };
}

/** Writes tensors as nested lists, numbers among the metadata as numbers, atomically. */
export function writeJsonTensors(path: string, { tensors, metadata }: TensorFile): void {
  const lists = [...tensors].map(([name, tensor]) => {
    requireTensor("writeJsonTensors", `tensor "${name}"`, tensor);
    return [name, nest(tensor.shape, tensor.data)];
  });
  const plain = Object.entries(metadata).map(([name, text]) => {
    const value = Number(text);
    return [name, text.trim() !== "" && Number.isFinite(value) ? value : text];
  });
  const text = JSON.stringify(Object.fromEntries([...plain, ...lists]), null, 2);
  writeFileAtomically("writeJsonTensors", path, `${text}\n`);
}

function nest(shape: readonly number[], data: Float64Array): unknown {
  const [size, ...rest] = shape;
  if (size === undefined) return data[0];
  const stride = data.length / Math.max(1, size);
  return Array.from({ length: size }, (_, i) =>
    nest(rest, data.subarray(i * stride, (i + 1) * stride)),
  );
}

function parseObject(bytes: Uint8Array, source: string): Record<string, unknown> {
  let value: unknown;
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    return refuse(source, "", "JSON in UTF-8", `${bytes.length} bytes that are not`);
  }
  if (!isObject(value)) return refuse(source, "", "a JSON object", "another JSON value");
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) {
    return refuse(source, "", "free of duplicate names", `"${duplicate}" twice`);
  }
  return value;
}

function toTensor(value: readonly unknown[], name: string, source: string): NamedTensor {
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > DEEPEST) refuse(source, name, `of at most ${DEEPEST} axes`, "more");
  }
  const entries: number[] = [];
  const collect = (level: unknown, axis: number): void => {
    if (axis < shape.length) {
      if (!Array.isArray(level) || level.length !== shape[axis]) {
        refuse(source, name, "lists of one length at every level", "ragged ones");
      }
      for (const item of level as unknown[]) collect(item, axis + 1);
    } else if (typeof level === "number" && Number.isFinite(level)) entries.push(level);
    else refuse(source, name, "all finite numbers", JSON.stringify(level).slice(0, 60));
  };
  collect(value, 0);
  return { shape, data: Float64Array.from(entries) };
}

function refuse(source: string, name: string, requirement: string, got: string): never {
  const argument = name === "" ? `"${source}"` : `"${name}" of "${source}"`;
  throw new ArgumentError("readJsonTensors", argument, requirement, new Description(got));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
