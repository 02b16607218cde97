import { ArgumentError, Description } from "../errors.js";
import { readSafetensors, writeSafetensors } from "../io/safetensors.js";
import type { NamedTensor } from "../io/tensor.js";
import { flatten, type Matrix, matrixFrom } from "../numeric/matrix.js";
import {
  fullWeights,
  type RestrictedLayer,
  restrictedWeights,
  untiedWeights,
  type Weights,
} from "./weights.js";

/** Weights as a file holds them, with what it says of the law they were trained on. */
export interface StoredWeights {
  readonly weights: Weights;
  readonly contextLength?: number;
  readonly loops?: number;
  readonly noiseVariance?: number;
  readonly covariance?: Matrix;
  readonly taskCovariance?: Matrix;
}

/**
 * Reads weights from a safetensors file.
 *
 * Statement.    tensors `A` (d×d) and optionally `u` (d): restricted; `P`, `Q` ((d+1)×(d+1)): full;
 *               `layers.0.A`, `layers.0.u`, `layers.1.A`, …: untied. Read when present: metadata `n`,
 *               `L`, `noise`; tensors `Sigma`, `Omega`.
 * Throws.       ArgumentError naming file and field when none of these forms is there, a shape does not
 *               fit, or metadata is no number
 */
export function readWeights(path: string): StoredWeights {
  const { tensors, metadata } = readSafetensors(path);
  const weights = assemble(path, tensors);
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
  return {
    weights,
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(loops === undefined ? {} : { loops }),
    ...(noiseVariance === undefined ? {} : { noiseVariance }),
    ...(covariance === undefined ? {} : { covariance }),
    ...(taskCovariance === undefined ? {} : { taskCovariance }),
  };
}

/** Writes weights with the law they belong to, in the form `readWeights` reads. */
export function writeWeights(path: string, stored: StoredWeights): void {
  const { weights, contextLength, loops, noiseVariance, covariance, taskCovariance } = stored;
  const tensors = new Map<string, NamedTensor>();
  const put = (name: string, matrix: Matrix) =>
    tensors.set(name, { shape: [matrix.rows, matrix.columns], data: flatten(matrix) });
  const putLayer = (prefix: string, { preconditioner, readIn }: RestrictedLayer) => {
    put(`${prefix}A`, preconditioner);
    tensors.set(`${prefix}u`, { shape: [readIn.length], data: readIn });
  };
  if (weights.family === "full") {
    put("P", weights.value);
    put("Q", weights.keyQuery);
  } else if (weights.family === "restricted") {
    putLayer("", weights);
  } else {
    weights.layers.forEach((layer, l) => {
      putLayer(`layers.${l}.`, layer);
    });
  }
  if (covariance !== undefined) put("Sigma", covariance);
  if (taskCovariance !== undefined) put("Omega", taskCovariance);
  writeSafetensors(path, tensors, {
    ...(contextLength === undefined ? {} : { n: String(contextLength) }),
    ...(loops === undefined ? {} : { L: String(loops) }),
    ...(noiseVariance === undefined ? {} : { noise: String(noiseVariance) }),
  });
}

type Tensors = ReadonlyMap<string, NamedTensor>;

function assemble(path: string, tensors: Tensors): Weights {
  const forms = [
    tensors.has("A"),
    tensors.has("P") || tensors.has("Q"),
    tensors.has("layers.0.A"),
  ].filter(Boolean).length;
  const names = [...tensors.keys()].join(", ") || "no tensor";
  if (forms !== 1) {
    const requirement =
      "exactly one of A (with optional u), P with Q, or layers.0.A, layers.1.A, …";
    throw refuse(path, "tensors", requirement, names);
  }
  if (tensors.has("A")) {
    const layer = restrictedLayer(path, tensors, "");
    return restrictedWeights(layer.preconditioner, layer.readIn);
  }
  if (tensors.has("layers.0.A")) {
    const layers: RestrictedLayer[] = [];
    while (tensors.has(`layers.${layers.length}.A`)) {
      layers.push(restrictedLayer(path, tensors, `layers.${layers.length}.`));
    }
    return untiedWeights(layers);
  }
  const [value, keyQuery] = ["P", "Q"].map((name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw refuse(path, "tensors", "both P and Q", names);
    return squareMatrix(path, name, tensor);
  });
  return fullWeights(value!, keyQuery!);
}

function restrictedLayer(path: string, tensors: Tensors, prefix: string): RestrictedLayer {
  const preconditioner = squareMatrix(path, `${prefix}A`, tensors.get(`${prefix}A`)!);
  const dim = preconditioner.rows;
  const readIn = tensors.get(`${prefix}u`);
  if (readIn === undefined) return { preconditioner, readIn: new Float64Array(dim) };
  if (readIn.data.length !== dim) {
    throw refuse(path, `${prefix}u`, `a vector of length ${dim}`, `shape [${readIn.shape}]`);
  }
  return { preconditioner, readIn: readIn.data };
}

function squareMatrix(path: string, name: string, { shape, data }: NamedTensor): Matrix {
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || rows !== columns || rows === 0) {
    throw refuse(path, name, "a square matrix", `shape [${shape}]`);
  }
  return matrixFrom(rows, columns, data);
}

function optional<T>(tensors: Tensors, name: string, read: (tensor: NamedTensor) => T) {
  const tensor = tensors.get(name);
  return tensor === undefined ? undefined : read(tensor);
}

function refuse(path: string, field: string, requirement: string, got: string): ArgumentError {
  return new ArgumentError("readWeights", `${field} of ${path}`, requirement, new Description(got));
}
