import { SAMPLE_NAME, WordSum } from "./program/word-sum.js";

/** The words of a loss, each under a trace. */
export interface LossWordSums {
  readonly residual: WordSum;
  /** Times σ²/n. */
  readonly noise: WordSum;
}

const word = WordSum.of;
const one = WordSum.ONE;
const sample = word(SAMPLE_NAME);

/**
 * The words of the loss of GD++ layers; without C, of restricted layers with read-ins of their own.
 *
 * Statement.    With Γ₀ = I, B_t = Γ_tᵀA_tΓ_t and Γ_{t+1} = (I − C_t Γ_t G Γ_tᵀ A_t) Γ_t, the tokens after
 *               t layers are X_t = Γ_t X₀ and
 *               R_{t+1} = R_t(I − G B_t), K_{t+1} = K_t(I − G B_t) + B_t,
 *               v_{t+1} = v_t(I − G B_t) + u_tᵀΓ_t G B_t (R₀ = I, K₀ = 0, v₀ = 0),
 *               ℓ = E tr(Ω R Σ Rᵀ) + E v Σ vᵀ + (σ²/n) E tr(G K Σ Kᵀ)
 * Conventions.  G = XXᵀ/n. `layers` holds the number of each applied layer's weights: names A0, C0, u0
 */
export function gdPlusPlusWords(
  layers: readonly number[],
  has: { readonly covariateValue: boolean; readonly readIn: boolean; readonly noise: boolean },
): LossWordSums {
  let moved = one;
  let residual = one;
  let added = WordSum.ZERO;
  let gain = WordSum.ZERO;
  for (const [t, layer] of layers.entries()) {
    const here = moved.transposed().times(word(`A${layer}`), moved);
    const step = one.minus(sample.times(here));
    added = added.times(step);
    if (has.readIn) added = added.plus(word(`u${layer}'`).times(moved, sample, here));
    gain = gain.times(step).plus(here);
    residual = residual.times(step);
    // What the last layer makes of the covariates is not read.
    if (!has.covariateValue || t === layers.length - 1) continue;
    const covariates = moved.times(sample, moved.transposed());
    const push = word(`C${layer}`).times(covariates, word(`A${layer}`));
    moved = one.minus(push).times(moved);
  }
  const covariance = word("Σ");
  return {
    residual: word("Ω")
      .times(residual, covariance, residual.transposed())
      .plus(added.times(covariance, added.transposed())),
    noise: has.noise ? sample.times(gain, covariance, gain.transposed()) : WordSum.ZERO,
  };
}

/**
 * The words of the loss of full (P, Q) layers, for one task vector w.
 *
 * Statement.    With G₀ = G, T_t = I + P_t G_t Q_t, G_{t+1} = T_t G_t T_tᵀ and R = T_L … T_1, the error is
 *               −(eᵀR + wᵀ)(x_q; 0), e the last unit vector, so that
 *               E_q (ŷ − y_q)² = (eᵀR + wᵀ) Σ (eᵀR + wᵀ)ᵀ
 * Conventions.  G = ZMZᵀ/n, w and Σ padded with zeros to dim + 1. Names P0, Q0, e, w
 */
export function attentionWords(layers: readonly number[]): WordSum {
  let state = sample;
  let map = one;
  for (const layer of layers) {
    const step = one.plus(word(`P${layer}`).times(state, word(`Q${layer}`)));
    map = step.times(map);
    state = step.times(state, step.transposed());
  }
  // eᵀΣ = 0: the identity in R does not meet the query.
  const row = word("e'").times(map.minus(one)).plus(word("w'"));
  return row.times(word("Σ"), row.transposed());
}
