import { Rational } from "../../numeric/rational.js";
import type { NoisyLoopedSetting } from "../../theory/setting.js";
import { covarianceSpectrum } from "./covariance-spectrum.js";
import type { ExplorerState } from "./explorer-state.js";

/** A state as the law with Σ = I and prior I that has its losses. */
export interface WhitenedLaw {
  /** Sizes, and the noise that the unit-scale law has. */
  readonly setting: NoisyLoopedSetting & { readonly noiseVariance: Rational };
  /** τ = tr(ΩΣ)/d: losses are τ times those of `setting`. */
  readonly scale: Rational;
  /** Whether ΩΣ = τI, so that the whole problem, not only A = bΣ⁻¹, is that of `setting`. */
  readonly isScalar: boolean;
  /** Of Σ. */
  readonly spectrum: readonly number[];
}

/**
 * The law of a state, whitened.
 *
 * Statement.    for layers A_l = b_l Σ⁻¹ and any Ω, σ²: ℓ = τ ℓ_I(σ²/τ), τ = tr(ΩΣ)/d, ℓ_I the loss
 *               for Σ = Ω = I. For every A where ΩΣ = τI
 * Accuracy.     τ exact in the doubles of the spectrum; tr Σ = d exactly for ar1
 * Source.       E tr(Ω′ f(S)) = (tr Ω′/d) E tr f(S), since the law of S is invariant under rotations
 */
export function whitenedLaw(state: ExplorerState): WhitenedLaw {
  const { dim, contextLength, loops, noiseVariance, covariance, taskPrior } = state;
  const spectrum = covarianceSpectrum(covariance, dim);
  const isInverse = taskPrior === "inverse";
  const scale = isInverse || covariance.startsWith("ar1:") ? Rational.ONE : meanOf(spectrum);
  return {
    setting: {
      ...{ dim, contextLength, loops },
      noiseVariance: Rational.fromNumber(noiseVariance).over(scale),
    },
    scale,
    isScalar: isInverse || spectrum.every((value) => value === spectrum[0]),
    spectrum,
  };
}

function meanOf(spectrum: readonly number[]): Rational {
  const sum = spectrum.reduce(
    (total, value) => total.plus(Rational.fromNumber(value)),
    Rational.ZERO,
  );
  return sum.over(Rational.of(spectrum.length));
}
