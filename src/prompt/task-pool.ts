import { requireInteger } from "../errors.js";
import { choleskyFactor, type Matrix } from "../numeric/matrix.js";
import type { Stream } from "../random/stream.js";
import { lowerTimes } from "./lower-times.js";

/**
 * A finite pool of tasks, for experiments on task diversity.
 *
 * Statement.    w₁ … w_M ~ N(0, taskCovariance), task i from `stream.split(i)`: a larger pool of the
 *               same stream contains the smaller one
 * Shapes.       each task: (dim)
 */
export function drawTaskPool(
  taskCovariance: Matrix,
  size: number,
  stream: Stream,
): readonly Float64Array[] {
  requireInteger("drawTaskPool", "size", size);
  const factor = choleskyFactor(taskCovariance);
  const dim = taskCovariance.rows;
  return Array.from({ length: size }, (_, i) =>
    lowerTimes(factor, dim, stream.split(i).normals(dim)),
  );
}

/** Draws the task of a prompt: afresh from N(0, taskCovariance), or from the pool where there is one. */
export function taskSampler({
  taskCovariance,
  taskPool,
}: {
  readonly taskCovariance: Matrix;
  readonly taskPool?: readonly Float64Array[];
}): (stream: Stream) => Float64Array {
  if (taskPool !== undefined) return (stream) => taskPool[stream.integer(taskPool.length)]!;
  const factor = choleskyFactor(taskCovariance);
  const dim = taskCovariance.rows;
  return (stream) => lowerTimes(factor, dim, stream.normals(dim));
}
