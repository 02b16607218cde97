import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { IsotropicLoss, isotropicLoss } from "../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { wishartMoments } from "../../src/theory/wishart-moments.js";
import { stableTeacherStep } from "../stable-teacher.js";

/** What every loop t ≤ L is trained to answer. */
type Supervision = "the answer" | "a stable teacher's iterate";

interface Setting {
  readonly supervision: Supervision;
  readonly dim: number;
  readonly contextLength: number;
  /** L trained, T tested. */
  readonly loops: number;
  readonly testLoops: number;
}

/**
 * A looped model supervised at every loop does better beyond its training depth than one at the last alone.
 *
 * Statement.    ℓ_T(b_aligned) ≤ ℓ_T(b*_L) at T > L loops
 * Conventions.  A = bΣ⁻¹, prior Ω = Σ⁻¹. "The answer": b minimises Σ_{t≤L} ℓ_t(b). "A stable teacher's
 *               iterate": loop t imitates GD of step 1/(1 + √(d/n))², one over the edge of the spectrum;
 *               its aligned loss has its only minimum at the teacher's step
 *               (aligned-training-recovers-its-teacher). Last loop alone: b*_L
 * Accuracy.     exact: losses of both steps as rationals; each step known to 60 bits, the teacher's as a
 *               double. Verdicts as found: supervising the answer makes the step larger, and larger
 *               steps diverge sooner; the teacher pays at first and wins far out
 * Source.       loop-aligned supervision extrapolates: Yu et al. 2025, on reasoning tasks; here exactly
 */
export const alignedTrainingExtrapolatesFurther = defineClaim<Setting>({
  id: "aligned-training-extrapolates-further",
  title: "Supervision at every loop extrapolates to more loops",
  statement: "\\ell_T(b_{\\text{aligned}}) \\le \\ell_T(b^*_L), \\quad T > L",
  source: "Yu et al. 2025 (reasoning tasks); exact linear case derived here",
  kind: "upper-bound",
  hypotheses: { "T > L": ({ loops, testLoops }) => testLoops > loops },
  grid: {
    quick: [
      { ...point("the answer", 10, 20, 2, 3), expected: "refuted" },
      { ...point("the answer", 10, 20, 4, 16), expected: "refuted" },
      { ...point("the answer", 10, 100, 4, 8), expected: "refuted" },
      { ...point("a stable teacher's iterate", 10, 20, 4, 5), expected: "refuted" },
      point("a stable teacher's iterate", 10, 20, 4, 8),
      point("a stable teacher's iterate", 10, 20, 4, 16),
      { ...point("a stable teacher's iterate", 10, 100, 4, 8), expected: "refuted" },
      point("a stable teacher's iterate", 10, 100, 4, 16),
    ],
    thorough: [
      point("a stable teacher's iterate", 5, 5, 4, 8),
      { ...point("the answer", 5, 5, 4, 32), expected: "refuted" },
    ],
  },
  predicted: (setting) => lossAtTest(setting, lastLoopStep(setting)),
  measured: (setting) => ({
    value: lossAtTest(setting, alignedStep(setting)),
    errorBudget: 0,
    method: "exact",
  }),
  regime: (setting) => {
    const [aligned, last] = [alignedStep(setting), lastLoopStep(setting)];
    return `b = ${aligned.toDecimal(4)} against ${last.toDecimal(4)} from the last loop`;
  },
  rivals: {
    "as good as training at T loops": (setting) => {
      const { dim, contextLength, testLoops } = setting;
      return isotropicOptimum({ dim, contextLength, loops: testLoops }).loss.lower;
    },
    "a tenth of the last-loop model's loss": (setting) =>
      lossAtTest(setting, lastLoopStep(setting)).over(Rational.of(10)),
  },
});

function point(
  supervision: Supervision,
  dim: number,
  contextLength: number,
  loops: number,
  testLoops: number,
) {
  return {
    name: `${supervision} d=${dim} n=${contextLength} L=${loops} T=${testLoops}`,
    setting: { supervision, dim, contextLength, loops, testLoops },
  };
}

function lossAtTest({ dim, contextLength, testLoops }: Setting, stepSize: Rational): Rational {
  return isotropicLoss({ dim, contextLength, loops: testLoops }, stepSize);
}

function lastLoopStep({ dim, contextLength, loops }: Setting): Rational {
  const { stepSize } = isotropicOptimum({ dim, contextLength, loops, digits: 18 });
  return stepSize.midpoint;
}

function alignedStep(setting: Setting): Rational {
  const { supervision, dim, contextLength, loops } = setting;
  if (supervision !== "the answer") return stableTeacherStep(setting);
  const moments = wishartMoments({ dim, contextLength }, 2 * loops);
  const losses = Array.from({ length: loops }, (_, t) =>
    IsotropicLoss.of({ dim, contextLength, loops: t + 1 }, moments),
  );
  // Each ℓ_t is convex, its slope negative at 0; at 2 the sum's is positive.
  let [below, above] = [Rational.ZERO, Rational.of(2)];
  for (let bit = 0; bit < 60; bit++) {
    const middle = below.plus(above).over(Rational.of(2));
    const slope = losses.reduce((sum, loss) => sum.plus(loss.derivativeAt(middle)), Rational.ZERO);
    if (slope.sign() < 0) below = middle;
    else above = middle;
  }
  return below;
}
