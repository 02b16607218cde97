import { defineClaim } from "../../src/claim/claim.js";
import { loopedStepsOptimum } from "../../src/theory/polynomial-family/looped-steps-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly steps: number;
  readonly loops: number;
}

/**
 * Looping a block buys more than half of what untied depth buys, on the logarithmic scale.
 *
 * Statement.    ln[ℓ*(k⊗1)/ℓ*(k⊗L)] > ½ ln[ℓ*(k⊗1)/ℓ*(kL⊗1)], that is ℓ*(k⊗L)² < ℓ*(kL⊗1) ℓ*(k⊗1)
 * Conventions.  k scalar steps looped L times; prior Ω = Σ⁻¹, no noise
 * Accuracy.     exact: upper end of the left side measured, lower end of the right side predicted. The
 *               share itself stands in the regime; with one step and many loops it falls below ½
 * Source.       "k⊗L nearly as good as kL⊗1": Saunshi et al. 2025, on reasoning tasks; here the exact value
 */
export const loopingIsWorthMoreThanHalfItsDepth = defineClaim<Setting>({
  id: "looping-is-worth-more-than-half-its-depth",
  title: "Looping a block is worth more than half of its depth",
  statement: "\\ell^*(k\\otimes L)^2 < \\ell^*(kL\\otimes1)\\,\\ell^*(k\\otimes1)",
  source: "Saunshi et al. 2025 (looping matches depth); exact share derived here",
  kind: "upper-bound",
  hypotheses: { "L ≥ 2": ({ loops }) => loops >= 2 },
  grid: {
    quick: [
      point(10, 20, 1, 2),
      point(10, 20, 1, 6),
      point(10, 20, 2, 3),
      point(10, 100, 2, 3),
      point(10, 100, 3, 2),
      point(10, 1000, 2, 3),
      { ...point(10, 20, 1, 16), expected: "refuted" },
    ],
    thorough: [point(10, 20, 3, 6), point(10, 1000, 1, 12)],
  },
  predicted: (setting) => {
    const { sameDepth, sameSize } = optima(setting);
    return sameDepth.lower.times(sameSize.lower);
  },
  measured: (setting) => {
    const { upper } = optima(setting).block;
    return { value: upper.times(upper), errorBudget: 0, method: "certified" };
  },
  regime: (setting) => {
    const { block, sameDepth, sameSize } = optima(setting);
    const [looped, deep, small] = [block, sameDepth, sameSize].map((loss) => loss.toNumber());
    const share = Math.log(small! / looped!) / Math.log(small! / deep!);
    return `${looped!.toPrecision(4)} against ${deep!.toPrecision(4)} (equal depth) and ${small!.toPrecision(4)} (equal size): a share of ${share.toFixed(3)}`;
  },
  rivals: {
    "all of it": (setting) => {
      const { lower } = optima(setting).sameDepth;
      return lower.times(lower);
    },
    "three quarters of it": (setting) => {
      const { sameDepth, sameSize } = optima(setting);
      return sameDepth.lower.toNumber() ** 1.5 * sameSize.lower.toNumber() ** 0.5;
    },
  },
});

function point(dim: number, contextLength: number, steps: number, loops: number) {
  return {
    name: `d=${dim} n=${contextLength} ${steps}⊗${loops}`,
    setting: { dim, contextLength, steps, loops },
  };
}

function optima(setting: Setting) {
  const { dim, contextLength, steps, loops } = setting;
  return {
    block: loopedStepsOptimum(setting).loss,
    sameDepth: untiedOptimum({ dim, contextLength, loops: steps * loops }).loss,
    sameSize: untiedOptimum({ dim, contextLength, loops: steps }).loss,
  };
}
