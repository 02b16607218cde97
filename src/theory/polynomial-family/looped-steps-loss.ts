import { ArgumentError } from "../../errors.js";
import { IntegerPolynomial } from "../../numeric/integer-polynomial.js";
import { Rational } from "../../numeric/rational.js";
import { type NoisyLoopedSetting, requireLoopedSetting } from "../setting.js";
import { wishartMoments } from "../wishart-moments.js";
import { requireReachableDegree } from "./reach.js";
import { expectedTrace, type MomentLaw, ResidualPolynomial } from "./residual-polynomial.js";

/** Exact loss and its gradient in the step sizes. */
export interface LoopedStepsLoss {
  readonly loss: Rational;
  /** ∂ℓ/∂b_i. */
  readonly gradient: readonly Rational[];
}

/**
 * Exact population loss of k scalar steps b₁ … b_k, the whole block looped L times, with its gradient.
 *
 * Statement.    ℓ = E tr p^{2L} + (σ²/n) E tr S q², p = Π (1 − b_i S), q = (I − p^L)S⁻¹;
 *               ∂ℓ/∂b_i = −2L E tr [S p^L − (σ²/n)(I − p^L)] p^{L−1} Π_{j≠i} (1 − b_j S)
 * Conventions.  prior Ω = Σ⁻¹, any Σ; A_i = b_i Σ⁻¹; ℓ = E(ŷ − y_q)² without ½
 * Accuracy.     exact
 * Throws.       ArgumentError for a bad setting or no steps; HypothesisError when k·L exceeds 128
 * @example loopedStepsLoss({ dim: 10, contextLength: 20, loops: 1 }, [Rational.of(20, 31)]).loss.toString()
 * // → "110/31"
 */
export function loopedStepsLoss(
  setting: NoisyLoopedSetting,
  stepSizes: readonly Rational[],
): LoopedStepsLoss {
  const n = requireLoopedSetting("loopedStepsLoss", setting);
  if (stepSizes.length === 0) {
    throw new ArgumentError("loopedStepsLoss", "stepSizes", "non-empty", stepSizes);
  }
  const { loops, noiseVariance = Rational.ZERO } = setting;
  const degree = stepSizes.length * loops;
  requireReachableDegree("loopedStepsLoss", degree);
  const law: MomentLaw = {
    contextLength: n,
    moments: wishartMoments(setting, 2 * degree),
    noiseVariance,
  };
  const block = ResidualPolynomial.ofSteps(stepSizes, n);
  const residual = block.power(loops);
  const outer = block.power(loops - 1);
  const gradient = stepSizes.map((_, i) => {
    const others = ResidualPolynomial.ofSteps(
      stepSizes.filter((__, j) => j !== i),
      n,
    );
    return slope(residual, outer.times(others), law).times(Rational.of(2 * loops));
  });
  return { loss: residual.lossUnder(law), gradient };
}

/** −E tr [S r − (σ²/n)(I − r)] c for the residual r and the cofactor c. */
function slope(
  residual: ResidualPolynomial,
  cofactor: ResidualPolynomial,
  law: MomentLaw,
): Rational {
  const denominator = residual.denominator * cofactor.denominator * law.contextLength;
  const bias = expectedTrace(residual.numerator.times(cofactor.numerator), law, 1);
  const answered = IntegerPolynomial.of([residual.denominator]).minus(residual.numerator);
  const variance = expectedTrace(answered.times(cofactor.numerator), law);
  return law.noiseVariance
    .times(Rational.of(variance, denominator))
    .minus(Rational.of(bias, denominator));
}
