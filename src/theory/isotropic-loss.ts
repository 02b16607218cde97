import { IntegerPolynomial } from "../numeric/integer-polynomial.js";
import { Rational } from "../numeric/rational.js";
import {
  type NoisyLoopedSetting,
  requireLoopedSetting,
  requireReachableLoops,
  type WishartSetting,
} from "./setting.js";
import { wishartMoments } from "./wishart-moments.js";

/**
 * Exact population loss of the isotropic preconditioner A = bΣ⁻¹ as a polynomial in y = b/n.
 *
 * Statement.    ℓ(b) = E tr(I − bS)^{2L} + (σ²/n) E tr(S K²), K = b Σ_{t<L} (I − bS)^t
 *                    = Σ_k (−y)^k m_k C(2L,k) − σ² Σ_{k≥2} (−y)^k m_{k−1} [2C(L,k) − C(2L,k)]
 * Conventions.  ℓ = E(ŷ − y_q)² without ½; prior Ω = Σ⁻¹; context labels carry noise σ², the target
 *               does not; ℓ(0) = d
 * Accuracy.     exact
 * Source.       S K² = b Σ_{t<L} [(I − bS)^t − (I − bS)^{t+L}], derived here from bS Σ_{t<L}
 *               (I − bS)^t = I − (I − bS)^L
 */
export class IsotropicLoss {
  private constructor(
    /** The loss is numerator(b/n) / denominator. */
    readonly numerator: IntegerPolynomial,
    readonly denominator: bigint,
    private readonly contextLength: bigint,
  ) {}

  /**
   * Builds the polynomial, from moments m₀ … m_2L where they are at hand.
   *
   * Throws.       ArgumentError for a bad setting; HypothesisError beyond 256 loops
   */
  static of(setting: NoisyLoopedSetting, moments?: readonly bigint[]): IsotropicLoss {
    const contextLength = requireLoopedSetting("IsotropicLoss.of", setting);
    requireReachableLoops("IsotropicLoss.of", setting.loops);
    const { loops, noiseVariance = Rational.ZERO } = setting;
    const wishart = moments ?? wishartMoments(setting, 2 * loops);
    const twice = binomials(2 * loops);
    const once = binomials(loops);
    const coefficients = twice.map((binomial, k) => {
      const bias = noiseVariance.denominator * binomial * wishart[k]!;
      const count = 2n * (once[k] ?? 0n) - binomial;
      const variance = k < 2 ? 0n : noiseVariance.numerator * count * wishart[k - 1]!;
      return k % 2 === 0 ? bias - variance : variance - bias;
    });
    return new IsotropicLoss(
      IntegerPolynomial.of(coefficients),
      noiseVariance.denominator,
      contextLength,
    );
  }

  /** ℓ(b), exactly. */
  at(stepSize: Rational): Rational {
    const point = stepSize.over(Rational.of(this.contextLength));
    return this.numerator.evaluate(point).over(Rational.of(this.denominator));
  }

  /** dℓ/db, exactly. */
  derivativeAt(stepSize: Rational): Rational {
    const point = stepSize.over(Rational.of(this.contextLength));
    const slope = this.numerator.derivative().evaluate(point);
    return slope.over(Rational.of(this.denominator * this.contextLength));
  }
}

/**
 * Exact population loss of A = bΣ⁻¹ after `loops` loops; as IsotropicLoss, for one step size.
 *
 * @example isotropicLoss({ dim: 10, contextLength: 20, loops: 1 }, Rational.of(20, 31)).toString()
 * // → "110/31"
 */
export function isotropicLoss(setting: NoisyLoopedSetting, stepSize: Rational): Rational {
  return IsotropicLoss.of(setting).at(stepSize);
}

/**
 * Exact population losses of A = bΣ⁻¹ after 0, 1, …, `loops` loops, the moments shared.
 *
 * The step size is arbitrary, so that a model tuned for few loops can be run for many.
 *
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond 256 loops
 */
export function isotropicLossPerLoop(setting: NoisyLoopedSetting, stepSize: Rational): Rational[] {
  requireLoopedSetting("isotropicLossPerLoop", setting);
  requireReachableLoops("isotropicLossPerLoop", setting.loops);
  const moments = wishartMoments(setting satisfies WishartSetting, 2 * setting.loops);
  const losses = [Rational.of(setting.dim)];
  for (let loops = 1; loops <= setting.loops; loops++) {
    losses.push(IsotropicLoss.of({ ...setting, loops }, moments).at(stepSize));
  }
  return losses;
}

/** C(size, 0) … C(size, size). */
function binomials(size: number): bigint[] {
  const row = [1n];
  for (let k = 0; k < size; k++) row.push((row[k]! * BigInt(size - k)) / BigInt(k + 1));
  return row;
}
