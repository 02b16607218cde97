import type { StatedConstant } from "../src/claim/claim.js";
import { Rational } from "../src/numeric/rational.js";
import { paperBound } from "../src/theory/paper-bound.js";
import type { LoopedSetting } from "../src/theory/setting.js";

/** c^{4L} n of the looped-GD paper's radius c: an integer that does not depend on n. */
export function paperConstant(setting: LoopedSetting): Rational {
  return Rational.of(paperBound(setting).contextForNonVacuous - 1n);
}

/** radius^{4L} n, to be held against `paperConstant` without a root. */
export function raisedToPaperPower(
  { loops, contextLength }: LoopedSetting,
  radius: Rational,
): Rational {
  return radius.power(4 * loops).times(Rational.of(contextLength));
}

/** c as the constant whose tightness is told: radius^{4L} n is what is measured. */
export const PAPER_RADIUS: StatedConstant<LoopedSetting> = {
  name: "c",
  stated: (setting) => paperBound(setting).c,
  power: ({ loops }) => 4 * loops,
};
