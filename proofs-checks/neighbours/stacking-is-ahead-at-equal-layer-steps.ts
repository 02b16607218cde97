import { defineClaim } from "../../src/claim/claim.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { stackSteps, untiedStepsLoss } from "../gradual-stacking.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly layers: number;
  /** Steps of the model trained from scratch. */
  readonly steps: number;
  readonly rate: number;
}

/** First step size of the lowest layer; that of the others from scratch is up to 60 % larger. */
const START = 0.1;

/**
 * At equal cost in layer-steps gradual stacking has the lower loss: early on it has, later it has not.
 *
 * Statement.    ℓ_stacked ≤ ℓ_scratch after as many layer-steps
 * Conventions.  gradient descent on the exact loss of L scalar steps, one rate; stacking by copying the
 *               last layer, stage i for L·T·i/Σj² steps (Prop-1), T the steps from scratch; rounding of
 *               the schedule favours neither by more than L layer-steps; from scratch the layers start
 *               at 0.1(1 + l/5), apart
 * Accuracy.     both losses exact for the steps reached, rounded once. Refuted for long budgets: stacking
 *               cannot pass the looped optimum
 * Source.       Saunshi et al. 2024: stacking up to 40 % faster at similar perplexity
 */
export const stackingIsAheadAtEqualLayerSteps = defineClaim<Setting>({
  id: "stacking-is-ahead-at-equal-layer-steps",
  title: "At equal layer-steps gradual stacking is ahead of training from scratch",
  statement:
    "\\ell_{\\text{stacked}}(\\text{layer-steps}) \\le \\ell_{\\text{scratch}}(\\text{layer-steps})",
  source: "Saunshi et al. 2024",
  kind: "upper-bound",
  hypotheses: {
    "the schedule has a step in each stage": (setting) => Math.min(...schedule(setting)) >= 1,
  },
  grid: {
    quick: [
      point(10, 20, 4, 50, 0.005),
      point(10, 20, 3, 50, 0.002),
      { ...point(10, 20, 3, 400, 0.01), expected: "refuted" },
    ],
    thorough: [{ ...point(10, 20, 4, 2000, 0.005), expected: "refuted" }],
  },
  predicted: fromScratch,
  measured: (setting) => {
    const descend = descent(setting);
    const stages = schedule(setting);
    const stacking = {
      ...setting,
      scheme: "copy last",
      block: [START],
      stages: setting.layers,
    } as const;
    const steps = stackSteps(stacking, (start, stage) => descend(start, stages[stage - 1]!));
    const { value } = untiedStepsLoss(setting)(steps);
    return { value, errorBudget: 1e-13 * value, method: "certified" };
  },
  regime: ({ dim, contextLength, layers }) => {
    const { loss } = isotropicOptimum({ dim, contextLength, loops: layers });
    return `stacking ends at the looped optimum, ${loss.toNumber().toPrecision(6)}`;
  },
  rivals: {
    "ahead of training from scratch at twice the rate": (setting) =>
      fromScratch({ ...setting, rate: 2 * setting.rate }),
    "half the loss from scratch": (setting) => fromScratch(setting) / 2,
  },
});

function point(dim: number, contextLength: number, layers: number, steps: number, rate: number) {
  return {
    name: `d=${dim} n=${contextLength} L=${layers} ${steps} steps at ${rate}`,
    setting: { dim, contextLength, layers, steps, rate },
  };
}

/** Steps of each stage. */
function schedule({ layers, steps }: Setting): number[] {
  const squares = (layers * (layers + 1) * (2 * layers + 1)) / 6;
  return Array.from({ length: layers }, (_, i) => Math.round((layers * steps * (i + 1)) / squares));
}

function descent(setting: Setting) {
  const loss = untiedStepsLoss(setting);
  return (start: Float64Array, count: number): Float64Array => {
    let steps = start;
    for (let k = 0; k < count; k++) {
      const { gradient } = loss(steps);
      steps = steps.map((step, l) => step - setting.rate * gradient[l]!);
    }
    return steps;
  };
}

function fromScratch(setting: Setting): number {
  const start = Float64Array.from({ length: setting.layers }, (_, l) => START * (1 + l / 5));
  return untiedStepsLoss(setting)(descent(setting)(start, setting.steps)).value;
}
