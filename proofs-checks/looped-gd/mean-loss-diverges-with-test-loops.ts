import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicLoss } from "../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** The first T at which the mean exceeds d. */
  readonly testLoops: number;
}

/**
 * At any finite context the mean loss diverges as a trained model is looped on.
 *
 * Statement.    ℓ_T(b*_L) > d at the T named; from there on it grows without bound, since
 *               ℓ_{2T} ≥ ℓ_T²/d
 * Conventions.  A = b*_L Σ⁻¹, Ω = Σ⁻¹, no noise; d is the loss of predicting 0
 * Accuracy.     exact; components: ℓ_T against d, ℓ_{2T} against ℓ_T²/d
 * Source.       derived here: P(b λ_max(S) > 2) > 0 for every n and b > 0, and by Jensen
 *               E tr X^{4T} ≥ (E tr X^{2T})²/d. The first such T grows with n like n/3 to n/4
 */
export const meanLossDivergesWithTestLoops = defineClaim<Setting>({
  id: "mean-loss-diverges-with-test-loops",
  title: "The mean loss diverges with the number of test loops",
  statement: "\\ell_T(b^*_L) > d, \\quad \\ell_{2T} \\ge \\ell_T^2/d",
  source: "derived here",
  kind: "lower-bound",
  hypotheses: {},
  grid: {
    quick: [
      point(10, 5, 2, 7),
      point(10, 20, 2, 10),
      point(10, 50, 2, 17),
      point(10, 100, 2, 31),
      point(10, 20, 5, 12),
      point(10, 100, 5, 33),
      point(2, 100, 2, 35),
    ],
    thorough: [point(10, 200, 2, 61), point(10, 400, 2, 124)],
  },
  predicted: (setting) => [Rational.of(setting.dim), squareOverDim(setting)],
  measured: (setting) => ({
    value: [lossAt(setting, setting.testLoops), lossAt(setting, 2 * setting.testLoops)],
    errorBudget: 0,
    method: "exact",
  }),
  rivals: {
    "ℓ_T > 3d": (setting) => [Rational.of(3 * setting.dim), squareOverDim(setting)],
    "ℓ_{2T} ≥ 10⁶ ℓ_T²": (setting) => [
      Rational.of(setting.dim),
      squareOverDim(setting).times(Rational.of(10 ** 6 * setting.dim)),
    ],
  },
});

function point(dim: number, contextLength: number, loops: number, testLoops: number) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops} T=${testLoops}`,
    setting: { dim, contextLength, loops, testLoops },
  };
}

function lossAt({ dim, contextLength, loops }: Setting, testLoops: number): Rational {
  const { stepSize } = isotropicOptimum({ dim, contextLength, loops, digits: 20 });
  const rounded = Rational.fromNumber(stepSize.toNumber());
  return isotropicLoss({ dim, contextLength, loops: testLoops }, rounded);
}

function squareOverDim(setting: Setting): Rational {
  return lossAt(setting, setting.testLoops).power(2).over(Rational.of(setting.dim));
}
