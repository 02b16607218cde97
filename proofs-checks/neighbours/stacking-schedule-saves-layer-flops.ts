import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";

interface Setting {
  readonly exponent: 1 | 2;
  readonly stages: number;
}

/**
 * What the proportional stacking schedules cost, in layers times steps, against full training.
 *
 * Statement.    (2k+1)/(3k) for α = 1, 3(k+1)/(2(2k+1)) for α = 2; for k = 6 that is 1/1.385 and 1/1.238
 * Conventions.  k stages; stage i has i blocks and T i^α/Σ_j j^α of the T steps; full training has all k
 *               blocks in all steps
 * Accuracy.     exact: the cost is summed stage by stage
 * Source.       Saunshi et al. 2024 (Prop-α schedules)
 */
export const stackingScheduleSavesLayerFlops = defineClaim<Setting>({
  id: "stacking-schedule-saves-layer-flops",
  title: "What the proportional stacking schedules save",
  statement:
    "\\frac{\\sum_i i\\cdot i^\\alpha}{k\\sum_i i^\\alpha} = \\frac{2k+1}{3k}\\ (\\alpha=1),\\quad \\frac{3(k+1)}{2(2k+1)}\\ (\\alpha=2)",
  source: "Saunshi et al. 2024",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [point(1, 6), point(2, 6), point(1, 2), point(2, 24), point(1, 1)],
    thorough: [],
  },
  predicted: ({ exponent, stages: k }) =>
    exponent === 1 ? Rational.of(2 * k + 1, 3 * k) : Rational.of(3 * (k + 1), 2 * (2 * k + 1)),
  measured: ({ exponent, stages }) => {
    let [cost, steps] = [0, 0];
    for (let stage = 1; stage <= stages; stage++) {
      cost += stage * stage ** exponent;
      steps += stage ** exponent;
    }
    return { value: Rational.of(cost, stages * steps), errorBudget: 0, method: "exact" };
  },
  rivals: {
    "its limit for many stages": ({ exponent }) =>
      exponent === 1 ? Rational.of(2, 3) : Rational.of(3, 4),
    "equal stages: (k+1)/(2k)": ({ stages: k }) => Rational.of(k + 1, 2 * k),
    "the schedule of the other α": ({ exponent, stages: k }) =>
      exponent === 2 ? Rational.of(2 * k + 1, 3 * k) : Rational.of(3 * (k + 1), 2 * (2 * k + 1)),
  },
});

function point(exponent: 1 | 2, stages: number) {
  return { name: `α=${exponent} k=${stages}`, setting: { exponent, stages } };
}
