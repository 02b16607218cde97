import { defineClaim } from "../../src/claim/claim.js";
import {
  basinValue,
  endOfFlow,
  FLOW_BUDGET,
  gamma,
  limitWeights,
  type OneLayerFlow,
} from "../one-layer-flow.js";

/**
 * The basin of the one-layer flow is wider than its theorem says.
 *
 * Statement.    from W^PV = σ e eᵀ, W^KQ = σ[[ΘΘᵀ, 0], [0, 0]] the flow ends at the closed form for
 *               σ²‖Γ‖_op √d ≥ 2 too
 * Conventions.  as one-layer-flow-converges
 * Hypotheses.   the theorem's condition fails: σ²‖Γ‖_op √d ≥ 2
 * Accuracy.     as one-layer-flow-converges; checked at these points, not proved: the condition is
 *               sufficient, and observed not to be necessary
 * Source.       observed here, on Zhang, Frei, Bartlett 2024
 */
export const oneLayerFlowConvergesOutsideTheBasin = defineClaim<OneLayerFlow>({
  id: "one-layer-flow-converges-outside-the-basin",
  title: "The one-layer flow converges outside its theorem's basin too",
  statement:
    "\\sigma^2\\lVert\\Gamma\\rVert_{op}\\sqrt d \\ge 2: \\quad W^{KQ} \\to \\operatorname{tr}(\\Gamma^{-2})^{-1/4}\\begin{pmatrix}\\Gamma^{-1}&0\\\\0&0\\end{pmatrix}",
  source: "observed here, on Zhang, Frei, Bartlett 2024",
  kind: "equality",
  hypotheses: {
    "outside the basin: σ²‖Γ‖_op √d ≥ 2": (setting) => basinValue(setting) >= 2,
    "ΘΛ ≠ 0": ({ theta }) => theta.flat().some((entry) => entry !== 0),
  },
  grid: {
    quick: [
      point([2, 0.5], 8, 1, [
        [1, 0],
        [0, 1],
      ]),
      point([2, 0.5], 8, 2, [
        [0.1, 0],
        [0.3, 0],
      ]),
    ],
    thorough: [
      point([2, 0.5], 8, 4, [
        [1, 0.5],
        [0, 1],
      ]),
      point([1, 1, 0.25], 4, 3, [
        [1, 0.2, 0],
        [0, 0.8, 0.1],
        [0.3, 0, 0.6],
      ]),
    ],
  },
  predicted: (setting) => limitWeights(gamma(setting, {}), 1 / 4),
  measured: (setting) => ({
    value: endOfFlow(setting),
    errorBudget: FLOW_BUDGET,
    method: "certified",
  }),
  regime: (setting) => `σ²‖Γ‖_op √d = ${basinValue(setting).toPrecision(4)}, the basin ends at 2`,
  rivals: {
    "tr(Γ⁻²)^{1/2}": (setting) => limitWeights(gamma(setting, {}), 1 / 2),
    "1 for 1 + 1/N": (setting) => limitWeights(gamma(setting, { perExample: 0 }), 1 / 4),
    "N + 1 for N": (setting) =>
      limitWeights(gamma({ ...setting, contextLength: setting.contextLength + 1 }, {}), 1 / 4),
  },
});

function point(
  spectrum: readonly number[],
  contextLength: number,
  scale: number,
  theta: OneLayerFlow["theta"],
) {
  return {
    name: `Λ=diag(${spectrum.join(",")}) N=${contextLength} σ=${scale} Θ=(${theta.join("; ")})`,
    setting: { spectrum, contextLength, scale, theta },
  };
}
