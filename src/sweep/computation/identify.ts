import { identifyAlgorithm } from "../../identify/identify.js";
import { gramPredictor } from "../../model/gram-forward.js";
import { layersOf } from "../../model/weights.js";
import { gramForm } from "../../prompt/gram-prompt.js";
import { wholeOf } from "../axis-value.js";
import type { Computation } from "./computation.js";
import { lawOf } from "./prompt-law.js";
import { weightsAtPoints } from "./weights-at-points.js";

/**
 * Which classic algorithm the weights of a file run, at the prompts of every point.
 *
 * Statement.    the verdict of `identifyAlgorithm` at its defaults, the algorithms it names, and the
 *               distance of the nearest
 * Throws.       ArgumentError when the file cannot be read
 */
export function identifyComputation(path: string): Computation {
  const { weights, axes } = weightsAtPoints(path);
  return {
    name: "identify",
    ...axes,
    columns: [
      { name: "identity", kind: "text" },
      { name: "algorithms", kind: "text" },
      { name: "nearestDistance", kind: "number" },
    ],
    // Optimising the baselines takes a second or two, and little more with depth.
    cost: (point) => 1 + 0.2 * Number(point.loops) * weights.layers.length,
    async run(point, stream) {
      // Every layer applied is one step, as `loopgd identify` counts them.
      const layers = layersOf(weights, wholeOf(point, "loops"));
      const predict = gramPredictor(layers);
      const found = await identifyAlgorithm(
        { predict: (prompt) => predict(gramForm(prompt)) },
        lawOf(point),
        { loops: layers.length, stream },
      );
      const { verdict, matches } = found!;
      const named =
        verdict.kind === "identified"
          ? verdict.algorithms
          : verdict.kind === "not identifiable"
            ? verdict.between.flat()
            : verdict.nearest;
      return {
        cells: {
          identity: verdict.kind,
          algorithms: named.join(" "),
          nearestDistance: matches[0]?.distance.value ?? null,
        },
      };
    },
  };
}
