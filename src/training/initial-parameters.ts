import { type ModelShape, parameterCount } from "../model/model-shape.js";
import type { Stream } from "../random/stream.js";

/**
 * Standard deviation of the starting entries, times √dim.
 *
 * Small against the weights that training finds, so that the start assumes nothing of the answer, yet
 * not zero: at P = Q = 0 the gradient of a full model vanishes, and untied layers that start equal
 * have equal gradients, which leaves only noise to tell them apart.
 */
const START_SCALE = 0.1;

/**
 * Where training starts: independent Gaussian entries of standard deviation START_SCALE/√dim.
 *
 * Shapes.       (parameterCount(shape)), in the order of `packWeights`
 */
export function initialParameters(shape: ModelShape, stream: Stream): Float64Array {
  const deviation = START_SCALE / Math.sqrt(shape.dim);
  return stream.normals(parameterCount(shape)).map((value) => deviation * value);
}
