import { defineClaim } from "../../src/claim/claim.js";
import { tokenPredictions } from "../../src/model/token-forward.js";
import { layersOf, restrictedWeights } from "../../src/model/weights.js";
import { Matrix } from "../../src/numeric/matrix.js";
import { DYADIC_PROMPT } from "../dyadic-prompt.js";

interface Setting {
  readonly loops: number;
  /** A = (1 + radius)I + rotation·J, so that its symmetric part is (1 + radius)I. */
  readonly radius: number;
  readonly rotation: number;
}

/** 1 − ζ on the diagonal prompt. */
const DEFECT = 0.5;

/**
 * The error bound with only A's symmetric part near Σ⁻¹: a reading that is false.
 *
 * Statement.    (ŷ − y_q)² ≤ (1 − ζ + (2 − ζ)c)^{2L} ‖w‖²_Σ ‖x_q‖²_{Σ⁻¹} if ζΣ ⪯ Ŝ ⪯ (2 − ζ)Σ and
 *               (1 − c)Σ⁻¹ ⪯ sym A ⪯ (1 + c)Σ⁻¹
 * Conventions.  Σ = I; one prompt with Ŝ = diag(3/2, 1/2), ζ = 1/2, w = x_q = e₁; J = [[0, 1], [−1, 0]]
 * Accuracy.     exact: small dyadic numbers, nothing is rounded
 * Source.       a reading of Gatmiry et al. 2024 (arXiv 2410.08292): a Loewner bound on A = xᵀAx for all
 *               x bounds the symmetric part alone. Refuted here by an antisymmetric part
 */
export const errorBoundOfSymmetricPart = defineClaim<Setting>({
  id: "error-bound-of-symmetric-part",
  title: "The error bound where only the symmetric part of A is near Σ⁻¹",
  statement:
    "(\\hat y - y_q)^2 \\le (1-\\zeta+(2-\\zeta)c)^{2L}\\,\\|w\\|_\\Sigma^2\\,\\|x_q\\|_{\\Sigma^{-1}}^2, \\quad (1-c)\\Sigma^{-1} \\preceq \\operatorname{sym}A \\preceq (1+c)\\Sigma^{-1}",
  source: "a reading of Gatmiry et al. 2024, out-of-distribution theorem",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [
      point(1, 0, 0),
      point(3, 0.25, 0),
      point(2, 0, 1, "refuted"),
      point(4, 0, 1, "refuted"),
      point(2, 0.25, 1.5, "refuted"),
    ],
    thorough: [],
  },
  predicted: (setting) => bound(setting),
  measured: ({ loops, radius, rotation }) => {
    const preconditioner = new Matrix([
      [1 + radius, rotation],
      [-rotation, 1 + radius],
    ]);
    const layers = layersOf(restrictedWeights(preconditioner), loops);
    const prediction = tokenPredictions(layers, DYADIC_PROMPT)[loops - 1]!;
    return {
      value: (prediction - DYADIC_PROMPT.target) ** 2,
      errorBudget: 0,
      method: "exact",
    };
  },
  rivals: {
    "1 − ζ + c: the factor 2 − ζ dropped": (setting) =>
      setting.radius === 0 ? bound(setting) : (DEFECT + setting.radius) ** (2 * setting.loops),
    "4L for 2L": (setting) => bound({ ...setting, loops: 2 * setting.loops }),
  },
});

function point(
  loops: number,
  radius: number,
  rotation: number,
  expected: "holds" | "refuted" = "holds",
) {
  return {
    name: `L=${loops} c=${radius} A=${1 + radius}I+${rotation}J`,
    setting: { loops, radius, rotation },
    expected,
  };
}

function bound({ loops, radius }: Setting): number {
  return (DEFECT + (2 - DEFECT) * radius) ** (2 * loops);
}
