import type { ClaimCase, Measurement, Verdict } from "../src/claim/claim.js";
import { Rational } from "../src/numeric/rational.js";
import { scalarFlowTime } from "../src/theory/gradient-flow/scalar-flow-time.js";
import type { LoopedSetting } from "../src/theory/setting.js";

/** A law, a depth and the loss ξ that gradient flow is to reach. */
export interface FlowTimeSetting extends LoopedSetting {
  readonly targetLoss: Rational;
}

/** The exact time of the flow from A = 0, enclosed to 12 digits, and where it arrives. */
export function measuredFlowTime(setting: FlowTimeSetting): Measurement {
  const { time, stepSize } = scalarFlowTime(setting);
  return {
    value: time.midpoint,
    errorBudget: time.width.plus(time.upper.times(Rational.parse("1e-13"))),
    method: "certified",
    attained: `b = ${stepSize.toNumber().toPrecision(6)}`,
  };
}

/** A point of a grid over laws, depths and losses. */
export function flowTimePoint(
  dim: number,
  contextLength: bigint,
  loops: number,
  targetLoss: string,
  expected: Verdict = "holds",
): ClaimCase<FlowTimeSetting> {
  const n = contextLength < 10n ** 6n ? `${contextLength}` : `1e${`${contextLength}`.length - 1}`;
  return {
    name: `d=${dim} n=${n} L=${loops} ξ=${targetLoss}`,
    setting: { dim, contextLength, loops, targetLoss: Rational.parse(targetLoss) },
    expected,
  };
}
