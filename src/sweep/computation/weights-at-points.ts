import { ArgumentError } from "../../errors.js";
import { dimOf, type Weights } from "../../model/weights.js";
import { readWeights } from "../../model/weights-file.js";
import { wholeOf } from "../axis-value.js";
import type { Computation } from "./computation.js";
import { LAW_AXES, lawOf } from "./prompt-law.js";

/**
 * The weights of a file, and the axes along which they can be asked about: other contexts, covariances,
 * noise and loops than those they were trained with.
 *
 * Throws.       ArgumentError when the file cannot be read
 */
export function weightsAtPoints(path: string): {
  readonly weights: Weights;
  readonly axes: Pick<Computation, "required" | "optional" | "requireUsable">;
} {
  const { weights, contextLength, loops } = readWeights(path);
  const dim = dimOf(weights);
  const fixed = { dim, ...(contextLength !== undefined && { contextLength }) };
  return {
    weights,
    axes: {
      required: contextLength === undefined ? ["contextLength"] : [],
      optional: { ...fixed, loops: loops ?? 1, ...LAW_AXES },
      requireUsable(point) {
        if (wholeOf(point, "dim") !== dim) {
          throw new ArgumentError("sweep", "dim", `${dim}, as in "${path}"`, point.dim);
        }
        lawOf(point);
        wholeOf(point, "loops");
      },
    },
  };
}
