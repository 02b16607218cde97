import { defineClaim, type Verdict } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";
import type { LoopedSetting } from "../../src/theory/setting.js";

/**
 * The looped model is close to an untied one of the same depth: read as within a factor of two.
 *
 * Statement.    ℓ*_looped ≤ 2 ℓ*_untied, each at its best multiples of Σ⁻¹: b_l = b, or b₁ … b_L free
 * Conventions.  Ω = Σ⁻¹, no noise. "Close" has no number in the source: 2 is ours
 * Accuracy.     exact enclosures; the budget is their widths
 * Source.       observed for trained models by Gatmiry et al. 2024 (d = 10); a short context or few loops
 *               bear it out, long contexts do not: the ratio grows with L without bound
 */
export const loopedWithinTwiceUntied = defineClaim<LoopedSetting>({
  id: "looped-within-twice-untied",
  title: "A looped model loses at most a factor of two to an untied one of the same depth",
  statement: "\\ell^*_{\\text{looped}}(L) \\le 2\\,\\ell^*_{\\text{untied}}(L)",
  source: "a reading of Gatmiry et al. 2024, experiments",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [
      point(10, 20n, 1),
      point(10, 20n, 2),
      point(10, 20n, 3),
      point(10, 20n, 5, "refuted"),
      point(10, 5n, 8),
      point(10, 100n, 2),
      point(10, 100n, 5, "refuted"),
      point(10, 10n ** 30n, 2),
      point(10, 10n ** 30n, 3, "refuted"),
      point(1, 10n ** 30n, 8, "refuted"),
    ],
    thorough: [point(10, 9n, 20), point(50, 1000n, 8, "refuted")],
  },
  predicted: (setting) => untiedOptimum(setting).loss.lower.times(Rational.of(2)),
  measured: (setting) => {
    const { upper, width } = isotropicOptimum(setting).loss;
    const slack = width.plus(untiedOptimum(setting).loss.width.times(Rational.of(2)));
    return { value: upper, errorBudget: slack, method: "certified" };
  },
  constant: { name: "2", stated: () => 2 },
  rivals: {
    "no loss at all: the best untied steps are equal": (setting) =>
      setting.loops === 1
        ? untiedOptimum(setting).loss.upper.times(Rational.of(2))
        : untiedOptimum(setting).loss.upper,
    "within 5 %": (setting) => untiedOptimum(setting).loss.upper.times(Rational.of(21, 20)),
  },
});

function point(dim: number, contextLength: bigint, loops: number, expected: Verdict = "holds") {
  const n = contextLength < 10n ** 6n ? `${contextLength}` : `1e${`${contextLength}`.length - 1}`;
  return {
    name: `d=${dim} n=${n} L=${loops}`,
    setting: { dim, contextLength, loops },
    expected,
  };
}
