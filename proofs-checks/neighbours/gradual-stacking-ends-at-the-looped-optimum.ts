import { defineClaim } from "../../src/claim/claim.js";
import { NumericalError } from "../../src/errors.js";
import { minimize } from "../../src/numeric/minimize.js";
import { loopedStepsOptimum } from "../../src/theory/polynomial-family/looped-steps-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";
import {
  type Stacking,
  type StackingScheme,
  stackSteps,
  untiedStepsLoss,
} from "../gradual-stacking.js";

/** Loss left over a minimum whose gradient is below 1e−8, relative to it. */
const BUDGET = 1e-9;

/**
 * An untied linear model grown by copying blocks is the looped model, exactly.
 *
 * Statement.    scalar steps A_l = b_lΣ⁻¹, stage s trained to a minimum from s − 1 trained blocks and a copy
 *               of one of them: the final loss is the optimum of the first block looped as often as there
 *               are stages, and corresponding layers of the blocks are equal
 * Conventions.  copy last: gradual stacking; copy middle: MIDAS; prior Ω = Σ⁻¹, no noise; trained on the
 *               exact loss, all steps free
 * Accuracy.     measured: loss after L-BFGS on all steps, and the largest difference between corresponding
 *               layers of two blocks, which must be 0 to the last bit; predicted: the enclosed optimum of
 *               looped blocks, and 0. Noise in the gradients would break the tie: see
 *               training-from-scratch-beats-gradual-stacking
 * Source.       similarity to looped models, conjectured: Saunshi et al. 2024; derived here: ℓ is symmetric
 *               in b₁ … b_L, so equal steps have equal slopes and descent keeps them equal
 */
export const gradualStackingEndsAtTheLoopedOptimum = defineClaim<Stacking>({
  id: "gradual-stacking-ends-at-the-looped-optimum",
  title: "Gradual stacking of a linear model ends at the looped optimum",
  statement:
    "\\ell_{\\text{stacked}} = \\min_{b_1\\dots b_k}\\mathbb E\\operatorname{tr}\\prod_i(I-b_iS)^{2L}, \\quad b_{l+k} = b_l",
  source: "Saunshi et al. 2024 (conjectured similarity); derived here",
  kind: "equality",
  hypotheses: {
    "at least two stages": ({ stages }) => stages >= 2,
  },
  grid: {
    quick: [
      point("copy last", 10, 20, [0.5], 4),
      point("copy last", 10, 20, [0.4, 0.8], 2),
      point("copy middle", 10, 20, [0.4, 0.8], 3),
      point("copy middle", 5, 100, [0.5], 3),
      point("copy last", 4, 3, [0.2, 0.5], 2),
    ],
    thorough: [
      point("copy middle", 10, 20, [0.5], 6),
      point("copy last", 10, 100, [0.5, 0.7, 0.9], 3),
    ],
  },
  predicted: (setting) => [loopedLoss(setting, setting.stages), 0],
  measured: (setting) => {
    const loss = untiedStepsLoss(setting);
    const steps = stackSteps(setting, (start) => {
      const { value, status } = minimize(loss, start, { gradientTolerance: 1e-9, noise: 1e-15 });
      if (status !== "converged") throw new NumericalError(`a stage ended: ${status}`);
      return value.point;
    });
    const { value } = loss(steps);
    return {
      value: [value, largestDifference(steps, setting.block.length)],
      errorBudget: [BUDGET * value, 0],
      method: "certified",
    };
  },
  rivals: {
    "the untied optimum of equal depth": (setting) => {
      const { dim, contextLength, block, stages } = setting;
      const { loss } = untiedOptimum({ dim, contextLength, loops: block.length * stages });
      return [loss.toNumber(), 0];
    },
    "one loop fewer": (setting) => [loopedLoss(setting, setting.stages - 1), 0],
    "n + 1 for n": (setting) => [
      loopedLoss({ ...setting, contextLength: Number(setting.contextLength) + 1 }, setting.stages),
      0,
    ],
  },
});

function point(
  scheme: StackingScheme,
  dim: number,
  contextLength: number,
  block: readonly number[],
  stages: number,
) {
  return {
    name: `${scheme} d=${dim} n=${contextLength} blocks of ${block.length}, ${stages} stages`,
    setting: { scheme, dim, contextLength, block, stages },
  };
}

function loopedLoss({ dim, contextLength, block }: Stacking, loops: number): number {
  return loopedStepsOptimum({ dim, contextLength, steps: block.length, loops }).loss.toNumber();
}

function largestDifference(steps: Float64Array, block: number): number {
  return Math.max(...steps.map((step, l) => Math.abs(step - steps[l % block]!)));
}
