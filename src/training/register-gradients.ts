import * as tf from "@tensorflow/tfjs-core";

/**
 * Registers the derivatives of the TensorFlow.js kernels that the token-level model and its loss use.
 *
 * tfjs-core's Node bundle carries none: they come with the whole of @tensorflow/tfjs, which loopgd
 * does not need otherwise. A derivative that is registered already (the native packages bring
 * theirs) is kept.
 *
 * Hypotheses.   `slice` is called with an array as its begin; the two batches of a matrix product are
 *               equal, not broadcast
 */
export function registerGradients(): void {
  for (const gradient of gradients) {
    if (!tf.getGradient(gradient.kernelName)) tf.registerGradient(gradient);
  }
}

/** Sums a derivative over the axes along which its input was broadcast. */
function unbroadcast(derivative: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, derivative.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(derivative, axes) : derivative, shape);
}

const gradients: readonly tf.GradConfig[] = [
  {
    kernelName: tf.Add,
    inputsToSave: ["a", "b"],
    gradFunc(derivative, [a, b]) {
      const dy = derivative as tf.Tensor;
      return { a: () => unbroadcast(dy, a!.shape), b: () => unbroadcast(dy, b!.shape) };
    },
  },
  {
    kernelName: tf.Sub,
    inputsToSave: ["a", "b"],
    gradFunc(derivative, [a, b]) {
      const dy = derivative as tf.Tensor;
      return { a: () => unbroadcast(dy, a!.shape), b: () => unbroadcast(tf.neg(dy), b!.shape) };
    },
  },
  {
    kernelName: tf.Multiply,
    inputsToSave: ["a", "b"],
    gradFunc(derivative, [a, b]) {
      const dy = derivative as tf.Tensor;
      return {
        a: () => unbroadcast(tf.mul(dy, b!), a!.shape),
        b: () => unbroadcast(tf.mul(dy, a!), b!.shape),
      };
    },
  },
  {
    kernelName: tf.Square,
    inputsToSave: ["x"],
    gradFunc: (derivative, [x]) => ({
      x: () => tf.mul(derivative as tf.Tensor, tf.mul(x!, 2)),
    }),
  },
  {
    kernelName: tf.Neg,
    gradFunc: (derivative) => ({ x: () => tf.neg(derivative as tf.Tensor) }),
  },
  {
    kernelName: tf.Sum,
    inputsToSave: ["x"],
    gradFunc(derivative, [x], attributes) {
      const axes = tf.util.parseAxisParam(attributes.axis as number | number[], x!.shape);
      const kept = x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const dy = tf.reshape(derivative as tf.Tensor, kept);
      return { x: () => tf.mul(dy, tf.onesLike(x!)) };
    },
  },
  {
    kernelName: tf.BatchMatMul,
    inputsToSave: ["a", "b"],
    gradFunc(derivative, [a, b], attributes) {
      // With C = op(A) op(B): d op(A) = dC op(B)ᵀ, d op(B) = op(A)ᵀ dC, each transposed back.
      const dy = derivative as tf.Tensor;
      const transposeA = attributes.transposeA === true;
      const transposeB = attributes.transposeB === true;
      return {
        a: () =>
          transposeA ? tf.matMul(b!, dy, transposeB, true) : tf.matMul(dy, b!, false, !transposeB),
        b: () =>
          transposeB ? tf.matMul(dy, a!, true, transposeA) : tf.matMul(a!, dy, !transposeA, false),
      };
    },
  },
  {
    kernelName: tf.Reshape,
    inputsToSave: ["x"],
    gradFunc: (derivative, [x]) => ({ x: () => tf.reshape(derivative as tf.Tensor, x!.shape) }),
  },
  {
    kernelName: tf.Transpose,
    gradFunc(derivative, _saved, attributes) {
      const permutation = attributes.perm as number[];
      const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
      return { x: () => tf.transpose(derivative as tf.Tensor, inverse) };
    },
  },
  {
    kernelName: tf.Slice,
    inputsToSave: ["x"],
    gradFunc(derivative, [x], attributes) {
      const dy = derivative as tf.Tensor;
      const begin = attributes.begin as number[];
      const padding = begin.map((start, axis): [number, number] => [
        start,
        x!.shape[axis]! - start - dy.shape[axis]!,
      ]);
      return { x: () => tf.pad(dy, padding) };
    },
  },
  {
    kernelName: tf.PadV2,
    inputsToSave: ["x"],
    gradFunc(derivative, [x], attributes) {
      const paddings = attributes.paddings as [number, number][];
      const begin = paddings.map(([before]) => before);
      return { x: () => tf.slice(derivative as tf.Tensor, begin, x!.shape) };
    },
  },
  {
    kernelName: tf.Concat,
    saveAllInputs: true,
    gradFunc(derivative, parts, attributes) {
      const dy = derivative as tf.Tensor;
      const [axis] = tf.util.parseAxisParam(attributes.axis as number, dy.shape);
      let start = 0;
      // Inputs of a list kernel are named by their index.
      const slopes: Record<string, () => tf.Tensor> = {};
      parts.forEach((part, index) => {
        const begin = part.shape.map((_, k) => (k === axis ? start : 0));
        slopes[index] = () => tf.slice(dy, begin, part.shape);
        start += part.shape[axis!]!;
      });
      return slopes;
    },
  },
];
