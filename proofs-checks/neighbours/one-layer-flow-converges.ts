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
 * Gradient flow of one full layer ends at the closed form.
 *
 * Statement.    W^KQ → tr(Γ⁻²)^{−1/4} [[Γ⁻¹, 0], [0, 0]], last row of W^PV → tr(Γ⁻²)^{1/4} (0, …, 0, 1),
 *               Γ = (1 + 1/N)Λ + (tr Λ/N) I
 * Conventions.  loss ½E(ŷ − y)², Ω = I, no noise; output entry not negated, so W^KQ is −Q; start
 *               W^PV = σ e eᵀ, W^KQ = σ [[ΘΘᵀ, 0], [0, 0]]; Λ the covariate covariance
 * Hypotheses.   ‖ΘΘᵀ‖_F = 1 (arranged), ΘΛ ≠ 0, σ²‖Γ‖_op √d < 2
 * Accuracy.     the flow in all entries that reach the output (W^PV's last row, W^KQ's first d columns;
 *               the others have no gradient), on the exact loss of a full layer; budget 1e−6 for the
 *               integration, which must have conserved ‖W^PV‖² − ‖W^KQ‖²_F = 0 to 1e−7
 * Source.       Zhang, Frei, Bartlett 2024, the convergence theorem
 */
export const oneLayerFlowConverges = defineClaim<OneLayerFlow>({
  id: "one-layer-flow-converges",
  title: "The one-layer gradient flow converges to its closed form",
  statement:
    "W^{KQ} \\to \\operatorname{tr}(\\Gamma^{-2})^{-1/4}\\begin{pmatrix}\\Gamma^{-1}&0\\\\0&0\\end{pmatrix},\\quad W^{PV} \\to \\operatorname{tr}(\\Gamma^{-2})^{1/4}\\,e e^\\top",
  source: "Zhang, Frei, Bartlett 2024",
  kind: "equality",
  hypotheses: {
    "ΘΛ ≠ 0": ({ theta }) => theta.flat().some((entry) => entry !== 0),
    "basin: σ²‖Γ‖_op √d < 2": (setting) => basinValue(setting) < 2,
  },
  grid: {
    quick: [
      point("κ=4", [2, 0.5], 8, 0.6, [
        [1, 0],
        [0, 1],
      ]),
      point("Θ of rank one", [1.5, 0.7], 20, 0.5, [
        [1, 0],
        [0.5, 0],
      ]),
      point("d=3", [1, 1, 0.25], 4, 0.7, [
        [1, 0.2, 0],
        [0, 0.8, 0.1],
        [0.3, 0, 0.6],
      ]),
      {
        ...point("outside the basin", [2, 0.5], 8, 2, [
          [1, 0],
          [0, 1],
        ]),
        expected: "not-applicable",
      },
    ],
    thorough: [
      point("d=4", [2, 1, 0.5, 0.25], 10, 0.4, [
        [1, 0, 0, 0],
        [0.5, 1, 0, 0],
        [0, 0.5, 1, 0],
        [0, 0, 0.5, 1],
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
    "N + 1 for N": (setting) =>
      limitWeights(gamma({ ...setting, contextLength: setting.contextLength + 1 }, {}), 1 / 4),
    "1 for 1 + 1/N": (setting) => limitWeights(gamma(setting, { perExample: 0 }), 1 / 4),
    "tr(Γ⁻²)^{1/2}": (setting) => limitWeights(gamma(setting, {}), 1 / 2),
    "an unscaled product: W^PV = e eᵀ, W^KQ = Γ⁻¹": (setting) =>
      limitWeights(gamma(setting, {}), 0),
  },
});

function point(
  name: string,
  spectrum: readonly number[],
  contextLength: number,
  scale: number,
  theta: OneLayerFlow["theta"],
) {
  return {
    name: `${name}: Λ=diag(${spectrum.join(",")}) N=${contextLength} σ=${scale}`,
    setting: { spectrum, contextLength, scale, theta },
  };
}
