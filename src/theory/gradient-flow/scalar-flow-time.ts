import { ArgumentError, Description, HypothesisError, requireInteger } from "../../errors.js";
import { Enclosure } from "../../numeric/enclosure.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Rational } from "../../numeric/rational.js";
import { refineRoot } from "../../numeric/real-root.js";
import { IsotropicLoss } from "../isotropic-loss.js";
import { isotropicOptimum } from "../isotropic-optimum.js";
import { type LoopedSetting, requireLoopedSetting } from "../setting.js";
import { encloseReciprocalIntegral } from "./reciprocal-integral.js";

/** When the flow's loss has come down to the target, and the step size b it has there. */
export interface ScalarFlowTime {
  readonly time: Enclosure;
  readonly stepSize: Enclosure;
}

/** Which flow and how far: from A = `start`·I (default 0) until the loss is `targetLoss`. */
export interface ScalarFlowSetting extends LoopedSetting {
  readonly targetLoss: Rational;
  readonly start?: Rational;
  readonly digits?: number;
}

/**
 * Time of gradient flow on the exact population loss from a multiple of the identity to loss ≤ ξ.
 *
 * Statement.    t = ∫ d/|ℓ′(b)| db from the start to the b with ℓ(b) = ξ on the same side of b*
 * Conventions.  dA/dt = −∇_A ℓ in the entries of A, Σ = I, prior I, no noise, ℓ = E(ŷ − y_q)²
 *               without ½. Other Σ: the flow leaves the multiples of Σ⁻¹; see gradientFlow
 * Hypotheses.   ξ above the optimum's loss, which the flow approaches but never reaches
 * Accuracy.     exact: proved enclosures, the time's of relative width ≤ 10^−digits (default 12)
 * Throws.       ArgumentError for a bad setting; HypothesisError when ξ is never reached, and beyond
 *               256 loops
 * Source.       derived here: the loss is invariant under rotation, so that A = bI stays so and
 *               ∇_A ℓ = (ℓ′(b)/d) I
 */
export function scalarFlowTime(setting: ScalarFlowSetting): ScalarFlowTime {
  const n = requireLoopedSetting("scalarFlowTime", setting);
  const { dim, contextLength, loops, targetLoss, start = Rational.ZERO, digits = 12 } = setting;
  requireInteger("scalarFlowTime", "digits", digits);
  if (targetLoss.sign() <= 0) {
    const got = new Description(targetLoss.toDecimal(6));
    throw new ArgumentError("scalarFlowTime", "targetLoss", "positive", got);
  }
  const law = { dim, contextLength, loops };
  const loss = IsotropicLoss.of(law);
  const scale = Rational.of(n);
  if (loss.at(start).compare(targetLoss) <= 0) {
    return { time: Enclosure.point(Rational.ZERO), stepSize: Enclosure.point(start) };
  }

  const from = start.over(scale);
  const shortOfOptimum = pointOfLessLoss(law, loss, from, targetLoss).over(scale);
  const excess = loss.numerator
    .scaled(targetLoss.denominator)
    .minus(IntegerPolynomial.of([targetLoss.numerator * loss.denominator]));
  const slope = loss.numerator.derivative();
  const isBelow = from.compare(shortOfOptimum) < 0;
  const speed = isBelow ? slope.scaled(-1n) : slope;
  const bracket = isBelow ? Enclosure.of(from, shortOfOptimum) : Enclosure.of(shortOfOptimum, from);
  // t = d n² ∫ dy / |N′(y)| in y = b/n, as ℓ = N(y)/denominator.
  const unit = Rational.of(BigInt(dim) * n * n * loss.denominator);
  for (let wanted = digits + 4; ; wanted *= 2) {
    const end = refineRoot(excess, bracket, Rational.of(10n).power(-wanted));
    const [near, far] = isBelow ? [end.lower, end.upper] : [end.upper, end.lower];
    const path = isBelow ? Enclosure.of(from, near) : Enclosure.of(near, from);
    const surely = encloseReciprocalIntegral(speed, path, wanted);
    // |ℓ′| falls towards b*, so that the rest takes at most its length over the speed at its end.
    const rest = end.width.over(speed.evaluate(far));
    const time = Enclosure.of(surely.lower, surely.upper.plus(rest)).times(unit);
    if (time.isWithinRelativeWidth(Rational.of(10n).power(-digits))) {
      return { time, stepSize: end.times(scale) };
    }
  }
}

/** A step size between the start and b*, by a proof, whose loss is below the target. */
function pointOfLessLoss(
  law: LoopedSetting,
  loss: IsotropicLoss,
  from: Rational,
  targetLoss: Rational,
): Rational {
  const n = Rational.of(BigInt(law.contextLength));
  for (let digits = 20; ; digits *= 2) {
    const optimum = isotropicOptimum({ ...law, digits });
    if (optimum.loss.lower.compare(targetLoss) >= 0) {
      throw new HypothesisError(
        `scalarFlowTime: the flow approaches loss ${optimum.loss.lower.toDecimal(8)} and never ` +
          `reaches ${targetLoss.toDecimal(8)}; take a larger targetLoss`,
      );
    }
    const { lower, upper } = optimum.stepSize;
    const point = from.times(n).compare(lower) < 0 ? lower : upper;
    if (loss.at(point).compare(targetLoss) < 0) return point;
  }
}
