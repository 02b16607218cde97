import { defineClaim } from "../../src/claim/claim.js";
import { flowTimeBounds } from "../../src/theory/gradient-flow/flow-time-bounds.js";
import { type FlowTimeSetting, flowTimePoint, measuredFlowTime } from "../flow-time.js";

/**
 * The paper's time of gradient flow in the form that gradient dominance integrates to.
 *
 * Statement.    the flow has loss ≤ ξ by t = (16L/(L−1)) ξ^{−(L−1)/L}
 * Conventions.  dA/dt = −∇_A ℓ from A = 0, Σ = I, no ½ in ℓ; the exact flow stays on the multiples of I
 * Hypotheses.   L ≥ 2. The dominance ‖∇‖² ≥ ℓ^{(2L−1)/L}/16 that it rests on is false for
 *               d > (64L²)^{L/(L−1)}, and then so is this form; it is not made a hypothesis
 * Accuracy.     the time is enclosed by exact arithmetic to 12 digits; the form in doubles, 10⁻¹⁴
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), gradient flow;
 *               this form derived here from dℓ/dt = −‖∇‖²
 */
export const flowTimeWithinIntegratedForm = defineClaim<FlowTimeSetting>({
  id: "flow-time-within-integrated-form",
  title: "Gradient flow arrives within the integrated form of the paper's time",
  statement: "t_\\xi \\le \\tfrac{16L}{L-1}\\,\\xi^{-(L-1)/L}",
  source: "Gatmiry et al. 2024, gradient flow theorem; integrated here",
  kind: "upper-bound",
  hypotheses: { "L ≥ 2": ({ loops }) => loops >= 2 },
  grid: {
    quick: [
      flowTimePoint(10, 20n, 1, "4", "not-applicable"),
      flowTimePoint(10, 20n, 2, "2.2"),
      flowTimePoint(10, 1000n, 3, "1e-3"),
      flowTimePoint(10, 10n ** 40n, 2, "1"),
      flowTimePoint(10, 10n ** 40n, 2, "1e-8"),
      flowTimePoint(100, 10n ** 40n, 3, "1e-9"),
      flowTimePoint(10_000, 10n ** 40n, 2, "1e-3"),
      flowTimePoint(70_000, 10n ** 40n, 2, "1e-3", "refuted"),
      flowTimePoint(1_000_000, 10n ** 40n, 3, "1", "refuted"),
    ],
    thorough: [
      flowTimePoint(10, 10n ** 60n, 5, "1e-20"),
      flowTimePoint(15_000, 10n ** 40n, 5, "1e-9", "refuted"),
    ],
  },
  predicted: ({ loops, targetLoss }) => flowTimeBounds(loops, targetLoss.toNumber()).integrated,
  measured: measuredFlowTime,
  constant: {
    name: "16 (from 1/16)",
    stated: () => 16,
  },
  rivals: {
    "the constant 4L² of d = 1 for 1/16": ({ loops, targetLoss }) =>
      targetLoss.toNumber() ** (-(loops - 1) / loops) / (4 * loops * (loops - 1)),
    "1/16 for 16": ({ loops, targetLoss }) =>
      flowTimeBounds(loops, targetLoss.toNumber()).integrated / 256,
  },
});
