import { flatten } from "../numeric/matrix.js";
import type { PromptGram } from "../prompt/gram-prompt.js";
import type { AttentionLayer } from "./weights.js";

/**
 * Predictions after every layer by the Gram recursion, at a cost without n.
 *
 * Statement.    One layer acts on every token as T = I + (1/n) P G Q: G ← T G Tᵀ, z_q ← T z_q.
 * Shapes.       result of the returned function: (layers)
 * Accuracy.     float64; equals `tokenPredictions` to rounding
 * Source.       theory of the layer: each token meets the context only through G = Z M Zᵀ
 */
export function gramPredictor(
  layers: readonly AttentionLayer[],
): (prompt: PromptGram) => Float64Array {
  const propagate = gramRecursion(layers);
  return (prompt) => {
    const predictions = new Float64Array(layers.length);
    propagate(prompt, prompt.query, 1, (layer, state) => {
      predictions[layer] = -state[prompt.dim]!;
    });
    return predictions;
  };
}

/**
 * Sensitivities ∂ŷ/∂x_q after every layer: the linear map from query to prediction.
 *
 * Shapes.       result of the returned function: (layers, dim) row-major
 */
export function gramSensitivity(
  layers: readonly AttentionLayer[],
): (prompt: PromptGram) => Float64Array {
  const propagate = gramRecursion(layers);
  return (prompt) => {
    const { dim } = prompt;
    const basis = new Float64Array((dim + 1) * dim);
    for (let i = 0; i < dim; i++) basis[i * dim + i] = 1;
    const sensitivities = new Float64Array(layers.length * dim);
    propagate(prompt, basis, dim, (layer, state) => {
      for (let j = 0; j < dim; j++) sensitivities[layer * dim + j] = -state[dim * dim + j]!;
    });
    return sensitivities;
  };
}

type Observer = (layer: number, state: Float64Array) => void;

/** Pushes `columns` query tokens (row-major (d+1) × columns) through the layers. */
function gramRecursion(layers: readonly AttentionLayer[]) {
  const flat = layers.map(({ value, keyQuery }) => ({
    value: flatten(value),
    keyQuery: flatten(keyQuery),
  }));
  return (prompt: PromptGram, queries: Float64Array, columns: number, observe: Observer): void => {
    const size = prompt.dim + 1;
    let gram = prompt.gram;
    let state = queries;
    flat.forEach(({ value, keyQuery }, layer) => {
      const isLast = layer === flat.length - 1;
      const map = isLast ? undefined : layerMap(value, gram, keyQuery, size, prompt.contextLength);
      if (map === undefined) {
        // The last layer needs the query alone: three thin products instead of three square ones.
        const attended = multiply(keyQuery, state, size, size, columns);
        const summed = multiply(gram, attended, size, size, columns);
        const update = multiply(value, summed, size, size, columns);
        state = state.map((entry, k) => entry + update[k]! / prompt.contextLength);
      } else {
        state = multiply(map, state, size, size, columns);
        gram = congruence(map, gram, size);
      }
      observe(layer, state);
    });
  };
}

/** T = I + (1/n) P G Q. */
function layerMap(
  value: Float64Array,
  gram: Float64Array,
  keyQuery: Float64Array,
  size: number,
  contextLength: number,
): Float64Array {
  const map = multiply(multiply(value, gram, size, size, size), keyQuery, size, size, size);
  for (let k = 0; k < map.length; k++) map[k]! /= contextLength;
  for (let i = 0; i < size; i++) map[i * size + i]! += 1;
  return map;
}

/** T G Tᵀ for a symmetric G. */
function congruence(map: Float64Array, gram: Float64Array, size: number): Float64Array {
  const half = multiply(map, gram, size, size, size);
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += half[i * size + k]! * map[j * size + k]!;
      result[i * size + j] = sum;
      result[j * size + i] = sum;
    }
  }
  return result;
}

function multiply(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < columns; j++) {
        result[i * columns + j]! += factor * b[k * columns + j]!;
      }
    }
  }
  return result;
}
