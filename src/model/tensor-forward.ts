import * as tf from "@tensorflow/tfjs-core";
import { layerParameterCount, type ModelShape } from "./model-shape.js";

/** One attention layer as TensorFlow.js tensors, (dim + 1, dim + 1) each. */
export interface TensorLayer {
  readonly value: tf.Tensor2D;
  readonly keyQuery: tf.Tensor2D;
}

/**
 * The layers of a packed parameter vector (`packWeights`), differentiable in it.
 *
 * Shapes.       parameters: (parameterCount(shape)); one (P, Q) per layer applied
 */
export function tensorLayers(shape: ModelShape, parameters: tf.Tensor1D): TensorLayer[] {
  const stride = layerParameterCount(shape);
  const block = Array.from({ length: shape.layers }, (_, l) =>
    tensorLayer(shape, tf.slice(parameters, [l * stride], [stride])),
  );
  return Array.from({ length: shape.loops }, () => block).flat();
}

/** One layer from its own parameters. */
function tensorLayer({ family, dim }: ModelShape, parameters: tf.Tensor1D): TensorLayer {
  const size = dim + 1;
  const vectorAt = (offset: number, length: number): tf.Tensor1D =>
    tf.slice(parameters, [offset], [length]);
  const matrixAt = (offset: number, rows: number): tf.Tensor2D =>
    tf.reshape(vectorAt(offset, rows * rows), [rows, rows]);
  if (family === "full") {
    return { value: matrixAt(0, size), keyQuery: matrixAt(size * size, size) };
  }
  const moves = family === "gd++";
  const readIn = vectorAt(dim * dim, dim);
  const lastRow = tf.reshape(tf.concat([readIn, tf.tensor1d([1])]), [1, size]) as tf.Tensor2D;
  const covariateRows = moves
    ? tf.pad(matrixAt(0, dim), [
        [0, 0],
        [0, 1],
      ])
    : tf.zeros<tf.Rank.R2>([dim, size]);
  const preconditioner = matrixAt(moves ? dim * dim + dim : 0, dim);
  return {
    value: tf.concat([covariateRows, lastRow], 0) as tf.Tensor2D,
    keyQuery: tf.pad(tf.neg(preconditioner), [
      [0, 1],
      [0, 1],
    ]),
  };
}

/**
 * Predictions after every layer for a batch of token prompts, on the active TensorFlow.js backend.
 *
 * Statement.    Z ← Z + (1/n) P Z M (Zᵀ Q Z), ŷ = −Z[dim, n]; products are associated to the cheaper
 *               side, Z M (Zᵀ Q Z) for n ≤ dim, (Z M Zᵀ)(Q Z) otherwise.
 * Shapes.       tokens: (batch, contextLength + 1, dim + 1), one token per ROW; result: (batch) per
 *               layer
 * Accuracy.     float32
 */
export function tensorPredictions(
  layers: readonly TensorLayer[],
  tokens: tf.Tensor3D,
): tf.Tensor1D[] {
  const [batch, count, size] = tokens.shape;
  const contextLength = count - 1;
  let state = tokens;
  return layers.map(({ value, keyQuery }, layer) => {
    const context = tf.slice(state, [0, 0, 0], [batch, contextLength, size]);
    // After the last layer only the query token is read.
    const isLast = layer === layers.length - 1;
    const updated = isLast ? tf.slice(state, [0, contextLength, 0], [batch, 1, size]) : state;
    const asked = timesMatrix(updated, tf.transpose(keyQuery));
    const attended =
      contextLength < size
        ? tf.matMul(tf.matMul(asked, context, false, true), context)
        : tf.matMul(asked, tf.matMul(context, context, true, false));
    const update = timesMatrix(attended as tf.Tensor3D, tf.transpose(value));
    state = tf.add(updated, tf.mul(update, 1 / contextLength));
    const queryRow = isLast ? 0 : contextLength;
    return tf.reshape(tf.neg(tf.slice(state, [0, queryRow, size - 1], [batch, 1, 1])), [
      batch,
    ]) as tf.Tensor1D;
  });
}

/** Every row of a batch times one matrix, as a single 2-D product. */
function timesMatrix(rows: tf.Tensor3D, matrix: tf.Tensor2D): tf.Tensor3D {
  const [batch, count, size] = rows.shape;
  return tf.reshape(tf.matMul(tf.reshape(rows, [batch * count, size]), matrix), [
    batch,
    count,
    size,
  ]);
}
