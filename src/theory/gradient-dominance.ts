import { ArgumentError, Description } from "../errors.js";
import { Enclosure, encloseQuotients } from "../numeric/enclosure.js";
import { IntegerPolynomial } from "../numeric/integer-polynomial.js";
import { Rational } from "../numeric/rational.js";
import { refineRoot } from "../numeric/real-root.js";
import { IsotropicLoss } from "./isotropic-loss.js";
import { isotropicOptimum } from "./isotropic-optimum.js";
import { type LoopedSetting, requireLoopedSetting } from "./setting.js";

/**
 * Gradient dominance at A = bI, exactly: the ratio ‖∇_A ℓ‖² / ℓ^{(2L−1)/L} raised to L.
 *
 * Statement.    (ℓ′(b)²/d)^L / ℓ(b)^{2L−1}
 * Conventions.  Σ = I, Ω = I, no noise, no ½; ∇_A ℓ = (ℓ′(b)/d) I
 * Accuracy.     exact
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond 256 loops
 * @example isotropicDominance({ dim: 10, contextLength: 20, loops: 2 }, Rational.ZERO).toString()
 * // → "128/5"
 */
export function isotropicDominance(setting: LoopedSetting, stepSize: Rational): Rational {
  const { numerator, denominator } = ratioAt(IsotropicLoss.of(setting), setting, stepSize);
  return Rational.of(numerator, denominator);
}

/** The ratio raised to L as one quotient, never reduced: its integers have thousands of digits. */
function ratioAt(loss: IsotropicLoss, { dim, loops }: LoopedSetting, stepSize: Rational) {
  const slope = loss.derivativeAt(stepSize);
  const value = loss.at(stepSize);
  const [twice, less] = [2n * BigInt(loops), 2n * BigInt(loops) - 1n];
  return {
    numerator: slope.numerator ** twice * value.denominator ** less,
    denominator:
      slope.denominator ** twice * BigInt(dim) ** BigInt(loops) * value.numerator ** less,
  };
}

/** Significant bits that are kept of the ends of an enclosure. */
const BITS = 128;

/** The sharp constant of gradient dominance on the multiples of I down to a loss. */
export interface SharpDominance {
  /** The constant raised to L. */
  readonly power: Enclosure;
  /** The step size that attains it. */
  readonly stepSize: Enclosure;
}

/**
 * The least ratio ‖∇_A ℓ‖² / ℓ^{(2L−1)/L} over all A = bI with ℓ(A) ≥ ξ, raised to L.
 *
 * Statement.    ratio = 4L² g′(b)²/d for g = ℓ^{1/(2L)}, a norm of I − bS and so convex in b: the
 *               ratio falls up to b* and rises after it, and its least value over ℓ ≥ ξ is at one of
 *               the two step sizes with ℓ(b) = ξ
 * Conventions.  as isotropicDominance
 * Accuracy.     exact enclosures; relative width about 10^−digits (default 20)
 * Throws.       ArgumentError for a bad setting, or unless ξ exceeds the optimum's loss
 * Source.       derived here
 */
export function sharpIsotropicDominance(
  setting: LoopedSetting & { readonly targetLoss: Rational; readonly digits?: number },
): SharpDominance {
  const n = Rational.of(requireLoopedSetting("sharpIsotropicDominance", setting));
  const { dim, contextLength, loops, targetLoss, digits = 20 } = setting;
  const law = { dim, contextLength, loops };
  const loss = IsotropicLoss.of(law);
  const middle = isotropicOptimum(law).stepSize.midpoint;
  if (loss.at(middle).compare(targetLoss) >= 0) {
    const got = new Description(targetLoss.toDecimal(8));
    throw new ArgumentError("sharpIsotropicDominance", "targetLoss", "above the optimum's", got);
  }
  const excess = loss.numerator
    .scaled(targetLoss.denominator)
    .minus(IntegerPolynomial.of([targetLoss.numerator * loss.denominator]));
  const width = Rational.of(10n).power(-digits - 4);
  const sides = [-1, 1].map((direction) => {
    let reach = Rational.of(direction);
    while (loss.at(middle.plus(reach)).compare(targetLoss) <= 0)
      reach = reach.times(Rational.of(2));
    const far = middle.plus(reach).over(n);
    const near = middle.over(n);
    const bracket = direction < 0 ? Enclosure.of(far, near) : Enclosure.of(near, far);
    const stepSize = refineRoot(excess, bracket, width).times(n);
    const ends = [stepSize.lower, stepSize.upper].map((end) => {
      const { numerator, denominator } = ratioAt(loss, law, end);
      return encloseQuotients(numerator, numerator, denominator, BITS);
    });
    // Monotone on each side of b*: the ends enclose.
    const [least, most] = direction < 0 ? [ends[1]!, ends[0]!] : [ends[0]!, ends[1]!];
    return { stepSize, power: Enclosure.of(least.lower, most.upper) };
  });
  return sides[0]!.power.lower.compare(sides[1]!.power.lower) <= 0 ? sides[0]! : sides[1]!;
}

/**
 * The loss below which gradient dominance with a given constant fails on the multiples of I.
 *
 * Statement.    the supremum of ℓ(b) over the b whose ratio is below the constant: the inequality holds
 *               at every bI with ℓ ≥ this level, and at no lower level
 * Conventions.  as isotropicDominance
 * Accuracy.     an enclosure of relative width ≤ 10^−6, by bisection on exact values of the ratio
 * Throws.       ArgumentError for a bad setting or a constant ≤ 0, or one that no b attains
 */
export function isotropicDominanceLevel(setting: LoopedSetting, constant: Rational): Enclosure {
  requireLoopedSetting("isotropicDominanceLevel", setting);
  if (constant.sign() <= 0) {
    const got = new Description(constant.toString());
    throw new ArgumentError("isotropicDominanceLevel", "constant", "positive", got);
  }
  const loss = IsotropicLoss.of(setting);
  const power = constant.power(setting.loops);
  const holdsAt = (b: Rational) => {
    const ratio = ratioAt(loss, setting, b);
    return ratio.numerator * power.denominator >= power.numerator * ratio.denominator;
  };
  const middle = Rational.fromNumber(
    isotropicOptimum({ ...setting, digits: 30 }).stepSize.toNumber(),
  );
  if (holdsAt(middle)) {
    const got = new Description(constant.toString());
    throw new ArgumentError("isotropicDominanceLevel", "constant", "far above 10⁻²⁰", got);
  }
  const levels = [-1, 1].map((direction) => levelOnSide(loss, holdsAt, middle, direction));
  return levels[0]!.lower.compare(levels[1]!.lower) >= 0 ? levels[0]! : levels[1]!;
}

/** ℓ at the step size, on one side of b*, where the ratio passes the constant. */
function levelOnSide(
  loss: IsotropicLoss,
  holdsAt: (stepSize: Rational) => boolean,
  middle: Rational,
  direction: number,
): Enclosure {
  let failing = middle;
  let offset = Rational.of(direction, 1n << 20n);
  // The ratio tends to its largest value far out: where that is too small, every b fails.
  for (let doublings = 0; !holdsAt(middle.plus(offset)); doublings++) {
    if (doublings === 60) {
      const got = new Description("one that the ratio attains nowhere");
      throw new ArgumentError("isotropicDominanceLevel", "constant", "attained", got);
    }
    failing = middle.plus(offset);
    offset = offset.times(Rational.of(2));
  }
  let holding = middle.plus(offset);
  for (;;) {
    const level = Enclosure.of(loss.at(failing), loss.at(holding));
    if (level.isWithinRelativeWidth(Rational.of(1n, 10n ** 6n))) return level;
    const between = failing.plus(holding).over(Rational.of(2));
    if (holdsAt(between)) holding = between;
    else failing = between;
  }
}
