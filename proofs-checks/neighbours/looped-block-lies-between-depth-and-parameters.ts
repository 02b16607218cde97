import { defineClaim } from "../../src/claim/claim.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { loopedStepsOptimum } from "../../src/theory/polynomial-family/looped-steps-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  /** k, and L. */
  readonly steps: number;
  readonly loops: number;
}

/**
 * k layers looped L times lie strictly between the untied model of equal depth and that of equal size.
 *
 * Statement.    ℓ*(kL⊗1) < ℓ*(k⊗L) < ℓ*(1⊗kL) for k, L ≥ 2, and ℓ*(k⊗L) < ℓ*(k⊗1)
 * Conventions.  k⊗L: k scalar steps b_iΣ⁻¹, the block looped L times; prior Ω = Σ⁻¹, no noise
 * Accuracy.     exact: each optimum enclosed; upper ends measured, lower ends predicted
 * Source.       the comparison of Saunshi et al. 2025, in the setting where optima are exact
 */
export const loopedBlockLiesBetweenDepthAndParameters = defineClaim<Setting>({
  id: "looped-block-lies-between-depth-and-parameters",
  title: "k layers looped L times lie between equal depth and equal parameters",
  statement:
    "\\ell^*(kL\\otimes1) < \\ell^*(k\\otimes L) < \\ell^*(1\\otimes kL),\\ \\ell^*(k\\otimes1)",
  source: "Saunshi et al. 2025 (the comparison); exact optima derived here",
  kind: "existence",
  hypotheses: { "k ≥ 2 and L ≥ 2": ({ steps, loops }) => steps >= 2 && loops >= 2 },
  grid: {
    quick: [
      point(10, 20, 2, 3),
      point(10, 20, 3, 2),
      point(10, 100, 2, 3),
      point(5, 5, 2, 3),
      point(20, 10, 2, 2),
      point(10, 1000, 3, 2),
    ],
    thorough: [point(10, 20, 3, 6), point(10, 100, 6, 3)],
  },
  predicted: (setting) => {
    const { block, sameSize, oneStep } = optima(setting);
    return [block.lower, oneStep.lower, sameSize.lower];
  },
  measured: (setting) => {
    const { block, sameDepth } = optima(setting);
    return {
      value: [sameDepth.upper, block.upper, block.upper],
      errorBudget: 0,
      method: "certified",
    };
  },
  rivals: {
    "k⊗L as good as equal depth": (setting) => {
      const { sameDepth, sameSize } = optima(setting);
      return [sameDepth.lower, sameDepth.lower, sameSize.lower];
    },
    "equal depth a tenth of k⊗L": (setting) => {
      const { block, sameSize } = optima(setting);
      const tenth = block.lower.toNumber() / 10;
      return [tenth, block.upper, sameSize.lower];
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
  const depth = steps * loops;
  return {
    block: loopedStepsOptimum(setting).loss,
    sameDepth: untiedOptimum({ dim, contextLength, loops: depth }).loss,
    sameSize: untiedOptimum({ dim, contextLength, loops: steps }).loss,
    oneStep: isotropicOptimum({ dim, contextLength, loops: depth }).loss,
  };
}
