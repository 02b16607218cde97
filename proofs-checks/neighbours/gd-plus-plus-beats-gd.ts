import { defineClaim } from "../../src/claim/claim.js";
import type { Enclosure } from "../../src/numeric/enclosure.js";
import { Rational } from "../../src/numeric/rational.js";
import { gdPlusPlusOptimum } from "../../src/theory/gd-plus-plus/gd-plus-plus-optimum.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
}

/**
 * Looped GD++ has an exact loss below looped GD's, and below that of untied GD of equal depth.
 *
 * Statement.    min ℓ over P = diag(aI, 1), Q = diag(−bΣ⁻¹, 0), looped L ≥ 2 times, is below
 *               min ℓ over L untied steps A_l = b_lΣ⁻¹, which is below the looped optimum
 * Conventions.  prior Ω = Σ⁻¹, any Σ; no noise; ℓ without ½
 * Accuracy.     exact. Measured, a witness: the loss of the (a, b) found, as a rational, and the upper end
 *               of the untied optimum's enclosure; predicted: the lower ends of the untied and the
 *               looped optimum's
 * Source.       von Oswald et al. 2023 (trained models run GD++); exact losses derived here
 */
export const gdPlusPlusBeatsGd = defineClaim<Setting>({
  id: "gd-plus-plus-beats-gd",
  title: "GD++ with one shared layer beats gradient descent, tied or not",
  statement:
    "\\min\\ell_{\\text{GD++}, L} < \\min\\ell_{\\text{untied GD}, L} < \\min\\ell_{\\text{looped GD}, L}",
  source: "von Oswald et al. 2023; exact losses derived here",
  kind: "existence",
  hypotheses: { "L ≥ 2: of one layer the covariates' part is not read": ({ loops }) => loops >= 2 },
  grid: {
    quick: [
      point(10, 20, 2),
      point(5, 20, 2),
      point(10, 5, 2),
      point(5, 20, 3),
      { ...point(5, 20, 1), expected: "not-applicable" },
    ],
    thorough: [point(10, 20, 4), point(3, 200, 3)],
  },
  predicted: (setting) => {
    const { untied, looped } = withoutContraction(setting);
    return [untied.lower, looped.lower];
  },
  measured: (setting) => ({
    value: [gdPlusPlusOptimum(setting).exactLoss, withoutContraction(setting).untied.upper],
    errorBudget: 0,
    method: "exact",
  }),
  rivals: {
    "one loop of GD++ is worth two of untied GD": (setting) => {
      const { loops } = setting;
      const { untied, looped } = withoutContraction({ ...setting, loops: 2 * loops });
      return [untied.lower, looped.lower];
    },
    "a quarter of looped GD's loss": (setting) => {
      const { looped } = withoutContraction(setting);
      const quarter = looped.lower.over(Rational.of(4));
      return [quarter, quarter];
    },
  },
});

function point(dim: number, contextLength: number, loops: number) {
  return { name: `d=${dim} n=${contextLength} L=${loops}`, setting: { dim, contextLength, loops } };
}

function withoutContraction(setting: Setting): { untied: Enclosure; looped: Enclosure } {
  return { untied: untiedOptimum(setting).loss, looped: isotropicOptimum(setting).loss };
}
