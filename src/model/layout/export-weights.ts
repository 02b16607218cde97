import { HypothesisError } from "../../errors.js";
import type { TensorFile } from "../../io/tensor.js";
import { fullBlock, layersOf, type Weights } from "../weights.js";
import { lawTensors, type StoredLaw, toTensorFile } from "../weights-file.js";
import { toAhnTensors } from "./ahn-layout.js";
import { OWN_MARK } from "./import-weights.js";
import { narrowWeights } from "./narrow-weights.js";
import { toVonOswaldTensors } from "./von-oswald-layout.js";

/** Layouts that weights can be written in. */
export const EXPORT_LAYOUTS = ["restricted", "full", "ahn", "ahn-full", "von-oswald"] as const;
export type ExportLayout = (typeof EXPORT_LAYOUTS)[number];

/**
 * Weights in a layout, with the law they belong to.
 *
 * Conventions.  restricted, full: loopgd's own (A, u, C or P, Q); ahn, ahn-full: their parameter
 *               `allparam`, Q transposed; von-oswald: key, query, value, projection, the 1/n in the
 *               projection. The published layouts hold the layers as applied: a looped one as often.
 * Throws.       HypothesisError where the layout cannot hold the weights (a read-in u or a full P in
 *               ahn's d×d blocks, full weights as restricted)
 */
export function exportWeights(
  weights: Weights,
  layout: ExportLayout,
  law: StoredLaw & { readonly contextLength: number; readonly loops: number },
): TensorFile {
  const narrow = weights.family === "full" ? narrowWeights(weights.layers) : weights;
  if (layout === "restricted" || layout === "full") {
    if (layout === "restricted" && narrow.family === "full") throw misfit(layout, "full (P, Q)");
    const block = layout === "full" ? fullBlock(layersOf(weights, 1)) : narrow;
    const { tensors, metadata } = toTensorFile({ ...law, weights: block });
    return { tensors, metadata: { ...metadata, [OWN_MARK]: "1" } };
  }
  const applied = layersOf(narrow, law.loops);
  const { tensors, metadata } = lawTensors({ ...law, loops: 1 });
  if (layout === "von-oswald") {
    return {
      tensors: new Map([...toVonOswaldTensors(applied, law.contextLength), ...tensors]),
      metadata,
    };
  }
  if (layout === "ahn") {
    const isReading =
      narrow.family === "full" ||
      narrow.layers.some(({ readIn }) => readIn.some((entry) => entry !== 0));
    if (isReading) throw misfit(layout, "a read-in u or full (P, Q); ahn-full does");
  }
  return {
    tensors: new Map([...toAhnTensors(applied, { whole: layout === "ahn-full" }), ...tensors]),
    metadata,
  };
}

function misfit(layout: ExportLayout, what: string): HypothesisError {
  return new HypothesisError(`exportWeights: layout ${layout} does not hold ${what}`);
}
