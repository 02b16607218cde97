import { closedForm } from "../../compare/closed-form.js";
import { exactLoss } from "../../compare/exact-loss.js";
import { sampleLoss } from "../../compare/sampled-loss.js";
import { wholeOf } from "../axis-value.js";
import type { Computation } from "./computation.js";
import { lawOf } from "./prompt-law.js";
import { weightsAtPoints } from "./weights-at-points.js";

/** Prompts of a sampled loss, where the exact one is out of reach. */
const PROMPTS = 20_000;

/**
 * Holds the weights of a file against the optimum of every point.
 *
 * Statement.    weightsExcess = weightsLoss/isotropic optimum − 1; the loss is exact where
 *               weightsStandardError is 0, else over 20 000 prompts
 * Throws.       ArgumentError when the file cannot be read
 */
export function compareComputation(path: string): Computation {
  const { weights, axes } = weightsAtPoints(path);
  return {
    name: "compare",
    ...axes,
    columns: ["weightsLoss", "weightsStandardError", "weightsExcess"].map((name) => ({
      ...{ name, kind: "number" },
    })),
    cost: (point) => 1e-3 * 5 ** Math.min(6, Number(point.loops) * weights.layers.length),
    run(point, stream) {
      const distribution = lawOf(point);
      const times = wholeOf(point, "loops");
      const exact = exactLoss(weights, distribution, times);
      const { mean, standardError } =
        "unavailable" in exact
          ? sampleLoss(weights, distribution, {
              ...{ loops: times, prompts: PROMPTS, stream: stream.split("prompts") },
            }).at(-1)!
          : { mean: exact.perLoop.at(-1)!, standardError: 0 };
      const reference = closedForm(distribution, times * weights.layers.length);
      const excess = reference.kind === "none" ? null : mean / reference.loss - 1;
      return {
        cells: {
          weightsLoss: mean,
          weightsStandardError: standardError,
          weightsExcess: excess,
        },
      };
    },
  };
}
