import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { infiniteContextFlowTime } from "../../src/theory/gradient-flow/infinite-context-flow-time.js";
import { scalarFlowTime } from "../../src/theory/gradient-flow/scalar-flow-time.js";

interface Setting {
  readonly dim: number;
  readonly loops: number;
  readonly targetLoss: Rational;
}

/** So long that the finite context moves the time by far less than the budget. */
const CONTEXT = 10n ** 40n;

/**
 * How long gradient flow takes on infinitely long prompts.
 *
 * Statement.    from A = 0 the loss is ξ at t = [(d/ξ)^{(L−1)/L} − 1]/(4L(L−1)), ln(d/ξ)/4 for one loop
 * Conventions.  dA/dt = −∇_A ℓ, Σ = I, no ½ in ℓ
 * Accuracy.     10⁻⁹ of the time, against the proved enclosure of the exact flow at n = 10⁴⁰
 * Source.       derived here: A = bI, ℓ = d(1 − b)^{2L}, db/dt = 2L(1 − b)^{2L−1}
 */
export const flowTimeOfInfiniteContexts = defineClaim<Setting>({
  id: "flow-time-of-infinite-contexts",
  title: "The time of gradient flow on infinitely long prompts",
  statement:
    "t_\\xi = \\frac{(d/\\xi)^{(L-1)/L} - 1}{4L(L-1)}, \\quad t_\\xi = \\tfrac14\\ln(d/\\xi) \\;(L=1)",
  source: "derived here",
  kind: "equality",
  hypotheses: { "ξ < d": ({ dim, targetLoss }) => targetLoss.compare(Rational.of(dim)) < 0 },
  grid: {
    quick: [
      point(10, 1, "0.1"),
      point(10, 2, "5"),
      point(10, 2, "1e-3"),
      point(2, 3, "1e-4"),
      point(50, 3, "1"),
      point(2, 2, "3", "not-applicable"),
    ],
    thorough: [point(10, 5, "1e-6"), point(100, 8, "1e-2")],
  },
  predicted: (setting) => infiniteContextFlowTime(setting, setting.targetLoss.toNumber()),
  measured: (setting) => {
    const time = scalarFlowTime({ ...setting, contextLength: CONTEXT }).time.midpoint;
    return { value: time, errorBudget: time.times(Rational.parse("1e-9")), method: "certified" };
  },
  rivals: {
    "the − 1 dropped": (setting) => {
      const { loops } = setting;
      const time = infiniteContextFlowTime(setting, setting.targetLoss.toNumber());
      return loops === 1 ? time : time + 1 / (4 * loops * (loops - 1));
    },
    "a loss with ½: twice as long": (setting) =>
      2 * infiniteContextFlowTime(setting, setting.targetLoss.toNumber()),
    "L² for L(L − 1)": (setting) => {
      const { loops } = setting;
      const time = infiniteContextFlowTime(setting, setting.targetLoss.toNumber());
      return loops === 1 ? time : (time * (loops - 1)) / loops;
    },
  },
});

function point(
  dim: number,
  loops: number,
  targetLoss: string,
  expected: "holds" | "not-applicable" = "holds",
) {
  return {
    name: `d=${dim} L=${loops} ξ=${targetLoss}`,
    setting: { dim, loops, targetLoss: Rational.parse(targetLoss) },
    expected,
  };
}
