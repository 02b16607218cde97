import { ArgumentError, Description } from "../errors.js";
import { readSafetensors, writeSafetensors } from "../io/safetensors.js";
import type { NamedTensor, TensorFile } from "../io/tensor.js";
import { flatten, type Matrix, matrixFrom } from "../numeric/matrix.js";
import {
  type CovariateLaw,
  describeCovariateLaw,
  parseCovariateLaw,
} from "../prompt/covariate-law.js";
import {
  type AttentionLayer,
  dimOf,
  fullBlock,
  type GdPlusPlusLayer,
  gdPlusPlusBlock,
  type RestrictedLayer,
  restrictedBlock,
  type Weights,
} from "./weights.js";

/** Weights as a file holds them, with what it says of the law they were trained on. */
export interface StoredWeights extends StoredLaw {
  readonly weights: Weights;
}

/** The law and depth that a file states, as far as it does. */
export interface StoredLaw {
  readonly contextLength?: number;
  readonly loops?: number;
  readonly noiseVariance?: number;
  readonly covariance?: Matrix;
  readonly taskCovariance?: Matrix;
  readonly covariateLaw?: CovariateLaw;
  readonly taskPool?: readonly Float64Array[];
}

/**
 * Reads weights from a safetensors file.
 *
 * Statement.    tensors `A` (d×d) and optionally `u` (d): restricted; `C` (d×d) beside them: GD++;
 *               `P`, `Q` ((d+1)×(d+1)): full. One layer has these names, several `layers.0.A`,
 *               `layers.0.u`, `layers.1.A`, …. Read when present: metadata `n`, `L` (how often the
 *               layers are applied), `noise`, `covariates` (as --covariates takes them); tensors `Sigma`,
 *               `Omega`, `Tasks` (a pool of tasks, one a row).
 * Throws.       ArgumentError naming file and field when none of these forms is there, a shape does not
 *               fit, or metadata is no number
 */
export function readWeights(path: string): StoredWeights {
  const file = readSafetensors(path);
  const weights = assembleWeights(path, file.tensors);
  const law = readLaw(path, file);
  const dim = dimOf(weights);
  if (law.taskPool?.some((task) => task.length !== dim)) {
    const got = `rows of ${law.taskPool[0]!.length}`;
    throw refuse(path, "Tasks", `at least one row of ${dim} entries`, got);
  }
  return { weights, ...law };
}

/**
 * What a tensor file says of the law its weights were trained on.
 *
 * Throws.       ArgumentError, naming file and field, for metadata that are no such numbers
 */
export function readLaw(path: string, { tensors, metadata }: TensorFile): StoredLaw {
  const number = (field: string, isAdmissible: (value: number) => boolean, requirement: string) => {
    const text = metadata[field];
    if (text === undefined) return undefined;
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!isAdmissible(value)) throw refuse(path, `metadata ${field}`, requirement, `"${text}"`);
    return value;
  };
  const isCount = (value: number) => Number.isSafeInteger(value) && value > 0;
  const contextLength = number("n", isCount, "a positive integer");
  const loops = number("L", isCount, "a positive integer");
  const noiseVariance = number(
    "noise",
    (value) => value >= 0 && value < Infinity,
    "finite and ≥ 0",
  );
  const covariance = optional(tensors, "Sigma", (tensor) => squareMatrix(path, "Sigma", tensor));
  const taskCovariance = optional(tensors, "Omega", (tensor) =>
    squareMatrix(path, "Omega", tensor),
  );
  const { covariates } = metadata;
  const taskPool = optional(tensors, "Tasks", (tensor) => taskRows(path, tensor));
  return {
    ...(covariates === undefined
      ? {}
      : { covariateLaw: parseCovariateLaw(covariates, `metadata covariates of ${path}`) }),
    ...(taskPool === undefined ? {} : { taskPool }),
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(loops === undefined ? {} : { loops }),
    ...(noiseVariance === undefined ? {} : { noiseVariance }),
    ...(covariance === undefined ? {} : { covariance }),
    ...(taskCovariance === undefined ? {} : { taskCovariance }),
  };
}

/** Writes weights with the law they belong to, in the form `readWeights` reads. */
export function writeWeights(path: string, stored: StoredWeights): void {
  const { tensors, metadata } = toTensorFile(stored);
  writeSafetensors(path, tensors, metadata);
}

/** Weights and law as tensors and metadata, by loopgd's own names. */
export function toTensorFile(stored: StoredWeights): TensorFile {
  const { weights } = stored;
  const tensors = new Map<string, NamedTensor>();
  const prefixOf = (layer: number) => (weights.layers.length === 1 ? "" : `layers.${layer}.`);
  weights.layers.forEach((layer, l) => {
    const prefix = prefixOf(l);
    if ("value" in layer) {
      put(tensors, `${prefix}P`, layer.value);
      put(tensors, `${prefix}Q`, layer.keyQuery);
      return;
    }
    if ("covariateValue" in layer) put(tensors, `${prefix}C`, layer.covariateValue);
    put(tensors, `${prefix}A`, layer.preconditioner);
    tensors.set(`${prefix}u`, { shape: [layer.readIn.length], data: layer.readIn });
  });
  const law = lawTensors(stored);
  return { tensors: new Map([...tensors, ...law.tensors]), metadata: law.metadata };
}

/** The law and depth of weights as tensors and metadata. */
export function lawTensors(stored: StoredLaw): TensorFile {
  const { contextLength, loops, noiseVariance, covariance, taskCovariance } = stored;
  const { covariateLaw, taskPool } = stored;
  const tensors = new Map<string, NamedTensor>();
  if (covariance !== undefined) put(tensors, "Sigma", covariance);
  if (taskCovariance !== undefined) put(tensors, "Omega", taskCovariance);
  if (taskPool !== undefined) {
    const entries = Float64Array.from(taskPool.flatMap((task) => [...task]));
    tensors.set("Tasks", { shape: [taskPool.length, taskPool[0]!.length], data: entries });
  }
  const metadata = {
    ...(contextLength === undefined ? {} : { n: String(contextLength) }),
    ...(loops === undefined ? {} : { L: String(loops) }),
    ...(noiseVariance === undefined ? {} : { noise: String(noiseVariance) }),
    ...(covariateLaw === undefined ? {} : { covariates: describeCovariateLaw(covariateLaw) }),
  };
  return { tensors, metadata };
}

function put(tensors: Map<string, NamedTensor>, name: string, matrix: Matrix): void {
  tensors.set(name, { shape: [matrix.rows, matrix.columns], data: flatten(matrix) });
}

type Tensors = ReadonlyMap<string, NamedTensor>;

/** Weights by loopgd's own names. Throws an ArgumentError, naming file and field, where they do not fit. */
export function assembleWeights(path: string, tensors: Tensors): Weights {
  const isStacked = ["A", "P", "Q"].some((name) => tensors.has(`layers.0.${name}`));
  const prefixes: string[] = [];
  const holds = (prefix: string) => ["A", "P", "Q"].some((name) => tensors.has(`${prefix}${name}`));
  if (isStacked) {
    while (holds(`layers.${prefixes.length}.`)) prefixes.push(`layers.${prefixes.length}.`);
  }
  if (holds("")) prefixes.push("");
  const layers = prefixes.map((prefix) => readLayer(path, tensors, prefix));
  const families = new Set(layers.map(({ family }) => family));
  if (families.size !== 1 || (isStacked && holds(""))) {
    const requirement =
      "layers of one family: A (with optional u and C) or P with Q, each name alone or behind layers.0., layers.1., …";
    throw refuse(path, "tensors", requirement, [...tensors.keys()].join(", ") || "no tensor");
  }
  switch (layers[0]!.family) {
    case "restricted":
      return restrictedBlock(layers.map(({ layer }) => layer as RestrictedLayer));
    case "gd++":
      return gdPlusPlusBlock(layers.map(({ layer }) => layer as GdPlusPlusLayer));
    case "full":
      return fullBlock(layers.map(({ layer }) => layer as AttentionLayer));
  }
}

type ReadLayer =
  | { readonly family: "restricted"; readonly layer: RestrictedLayer }
  | { readonly family: "gd++"; readonly layer: GdPlusPlusLayer }
  | { readonly family: "full"; readonly layer: AttentionLayer };

function readLayer(path: string, tensors: Tensors, prefix: string): ReadLayer {
  const matrix = (name: string): Matrix => {
    const tensor = tensors.get(prefix + name);
    if (tensor !== undefined) return squareMatrix(path, prefix + name, tensor);
    const wanted = name === "P" || name === "Q" ? `both ${prefix}P and ${prefix}Q` : prefix + name;
    throw refuse(path, "tensors", wanted, [...tensors.keys()].join(", "));
  };
  const has = (name: string) => tensors.has(prefix + name);
  if (has("P") || has("Q")) {
    if (has("A")) {
      throw refuse(path, "tensors", `either ${prefix}A or ${prefix}P with ${prefix}Q`, "both");
    }
    return { family: "full", layer: { value: matrix("P"), keyQuery: matrix("Q") } };
  }
  const preconditioner = matrix("A");
  const dim = preconditioner.rows;
  const stored = tensors.get(`${prefix}u`);
  if (stored !== undefined && stored.data.length !== dim) {
    const requirement = `a vector of length ${dim}`;
    throw refuse(path, `${prefix}u`, requirement, `shape [${stored.shape}]`);
  }
  const readIn = stored?.data ?? new Float64Array(dim);
  if (!has("C")) return { family: "restricted", layer: { preconditioner, readIn } };
  const covariateValue = matrix("C");
  if (covariateValue.rows !== dim) {
    throw refuse(path, `${prefix}C`, `a ${dim}×${dim} matrix`, `${covariateValue.rows} rows`);
  }
  return { family: "gd++", layer: { preconditioner, readIn, covariateValue } };
}

function squareMatrix(path: string, name: string, { shape, data }: NamedTensor): Matrix {
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || rows !== columns || rows === 0) {
    throw refuse(path, name, "a square matrix", `shape [${shape}]`);
  }
  return matrixFrom(rows, columns, data);
}

function taskRows(path: string, { shape, data }: NamedTensor): Float64Array[] {
  const [rows = 0, dim = 0] = shape;
  if (shape.length !== 2 || rows === 0 || dim === 0) {
    throw refuse(path, "Tasks", "at least one row of dim entries", `shape [${shape}]`);
  }
  return Array.from({ length: rows }, (_, i) => data.slice(i * dim, (i + 1) * dim));
}

function optional<T>(tensors: Tensors, name: string, read: (tensor: NamedTensor) => T) {
  const tensor = tensors.get(name);
  return tensor === undefined ? undefined : read(tensor);
}

function refuse(path: string, field: string, requirement: string, got: string): ArgumentError {
  return new ArgumentError("readWeights", `${field} of ${path}`, requirement, new Description(got));
}
