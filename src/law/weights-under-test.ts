import { changeGauge } from "../model/gauge.js";
import { tokenPredictions } from "../model/token-forward.js";
import { type AttentionLayer, dimOf, layersOf, type Weights } from "../model/weights.js";
import type { Matrix } from "../numeric/matrix.js";
import { isMultipleOfIdentity } from "./isotropy.js";
import type { ModelUnderTest, Predictor } from "./predictor.js";

/** Factors of P in the other gauges that weights are tested in. */
const GAUGES = [-1, 2, 0.125] as const;

/**
 * The token-level model of given weights, ready for laws.
 *
 * Statement.    predictions are those after every application of the block; a single restricted layer
 *               with u = 0 is meant to be gradient descent with its A
 *
 * @param options.loops  depth at which it is tested, in applications of the block; default: 3
 */
export function weightsUnderTest(
  weights: Weights,
  options: { readonly loops?: number } = {},
): ModelUnderTest {
  const block = layersOf(weights, 1);
  const predictor =
    (change: (layer: AttentionLayer) => AttentionLayer): Predictor =>
    (prompt, loops) => {
      const layers = block.map(change);
      const all = tokenPredictions(Array.from({ length: loops }, () => layers).flat(), prompt);
      return all.filter((_, l) => (l + 1) % block.length === 0);
    };
  const preconditioner = descentPreconditioner(weights);
  return {
    predict: predictor((own) => own),
    gauges: GAUGES.map((scale) => predictor((own) => changeGauge(own, scale))),
    dim: dimOf(weights),
    exempt: exemptions(weights),
    ...options,
    ...(preconditioner !== undefined && { preconditioner }),
  };
}

/** A, where the weights are a single restricted layer with u = 0. */
function descentPreconditioner(weights: Weights): Matrix | undefined {
  if (weights.family !== "restricted" || weights.layers.length > 1) return undefined;
  const { preconditioner, readIn } = weights.layers[0]!;
  return isZero(readIn) ? preconditioner : undefined;
}

function exemptions(weights: Weights): Record<string, string> {
  if (weights.family === "full") {
    const reason = "a full layer mixes labels and covariates";
    return {
      "label-linearity": reason,
      "covariate-scaling": reason,
      "covariate-rotation": reason,
    };
  }
  const shifts = weights.layers.some(({ readIn }) => !isZero(readIn));
  const matrices =
    weights.family === "gd++"
      ? weights.layers.flatMap((layer) => [layer.preconditioner, layer.covariateValue])
      : weights.layers.map((layer) => layer.preconditioner);
  const isIsotropic = matrices.every(isMultipleOfIdentity);
  const shifted = "u is not 0";
  return {
    ...(shifts && { "label-linearity": shifted, "covariate-scaling": shifted }),
    ...(weights.family === "gd++" && {
      "covariate-scaling": "GD++ layers move the covariates between loops",
    }),
    ...(weights.layers.length > 1 && {
      "covariate-scaling": "every loop applies several layers",
    }),
    ...((shifts || !isIsotropic) && {
      "covariate-rotation": shifts ? shifted : "a matrix of the weights is no multiple of I",
    }),
  };
}

function isZero(vector: Float64Array): boolean {
  return vector.every((entry) => entry === 0);
}
