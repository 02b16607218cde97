import { defineClaim } from "../../src/claim/claim.js";
import { flowTimeBounds } from "../../src/theory/gradient-flow/flow-time-bounds.js";
import { infiniteContextFlowTime } from "../../src/theory/gradient-flow/infinite-context-flow-time.js";
import { type FlowTimeSetting, flowTimePoint, measuredFlowTime } from "../flow-time.js";

/**
 * The paper's time of gradient flow in the form it is reported in: too short for small losses.
 *
 * Statement.    the flow has loss ≤ ξ by t = (1/ξ)^{(L−1)/(2L−1)} (16L/(L−1))^{(L−1)/L}
 * Conventions.  dA/dt = −∇_A ℓ from A = 0, Σ = I, no ½ in ℓ; the exact flow stays on the multiples of I.
 *               The exact time grows like ξ^{−(L−1)/L}, a larger power than the form's
 * Hypotheses.   L ≥ 2
 * Accuracy.     the time is enclosed by exact arithmetic to 12 digits; the form in doubles, 10⁻¹⁴
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), gradient flow, as
 *               reported by one secondary source; refuted here, first at the ξ of the regime
 */
export const flowTimeWithinReportedForm = defineClaim<FlowTimeSetting>({
  id: "flow-time-within-reported-form",
  title: "Gradient flow arrives within the reported form of the paper's time",
  statement:
    "t_\\xi \\le \\xi^{-\\frac{L-1}{2L-1}}\\left(\\tfrac{16L}{L-1}\\right)^{\\frac{L-1}{L}}",
  source: "Gatmiry et al. 2024, gradient flow theorem, as reported",
  kind: "upper-bound",
  hypotheses: { "L ≥ 2": ({ loops }) => loops >= 2 },
  grid: {
    quick: [
      flowTimePoint(10, 20n, 1, "4", "not-applicable"),
      flowTimePoint(10, 20n, 2, "2.2"),
      flowTimePoint(10, 1000n, 3, "1e-3"),
      flowTimePoint(10, 10n ** 40n, 2, "1"),
      flowTimePoint(10, 10n ** 40n, 2, "1.17e-7"),
      flowTimePoint(10, 10n ** 40n, 2, "1.15e-7", "refuted"),
      flowTimePoint(10, 10n ** 12n, 2, "1e-8", "refuted"),
      flowTimePoint(2, 10n ** 40n, 3, "1e-7"),
      flowTimePoint(100, 10n ** 40n, 3, "1e-9", "refuted"),
    ],
    thorough: [
      flowTimePoint(10, 10n ** 60n, 5, "1e-20", "refuted"),
      flowTimePoint(1000, 10n ** 9n, 2, "1e-3", "refuted"),
    ],
  },
  predicted: ({ loops, targetLoss }) => flowTimeBounds(loops, targetLoss.toNumber()).reported,
  measured: measuredFlowTime,
  rivals: {
    "ξ for 1/ξ": ({ loops, targetLoss }) =>
      flowTimeBounds(loops, 1 / targetLoss.toNumber()).reported,
    "(L−1)/(16L), upside down": ({ loops, targetLoss }) =>
      flowTimeBounds(loops, targetLoss.toNumber()).reported *
      ((loops - 1) / (16 * loops)) ** ((2 * loops - 2) / loops),
  },
  regime: (setting) =>
    setting.loops < 2
      ? "one loop has no such form"
      : `n = ∞: too short for ξ < ${firstViolation(setting).toExponential(3)}`,
});

/** The largest ξ at which the exact time for n = ∞ passes the form, by bisection in ln ξ. */
function firstViolation({ dim, loops }: FlowTimeSetting): number {
  const isTooShort = (logarithm: number) =>
    infiniteContextFlowTime({ dim, loops }, Math.exp(logarithm)) >
    flowTimeBounds(loops, Math.exp(logarithm)).reported;
  let [below, above] = [-600, Math.log(dim)];
  for (let step = 0; step < 60; step++) {
    const middle = (below + above) / 2;
    if (isTooShort(middle)) below = middle;
    else above = middle;
  }
  return Math.exp(below);
}
