import { ArgumentError } from "../errors.js";
import type { AdamRule, Optimizer, OptimizerState } from "./optimizer.js";

/** Of Adam's paper. */
export const ADAM_RULE: AdamRule = {
  firstDecay: 0.9,
  secondDecay: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
};

/**
 * Adam with bias correction; the constants are those of its paper (0.9, 0.999, 1e−8) unless given.
 *
 * Statement.    m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
 *               θ ← θ − η · m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
 * @param options.firstDecay   β₁
 * @param options.secondDecay  β₂: near 1, early steps on a steep loss slow down all that follow
 * Throws.       ArgumentError unless both decays are in (0, 1)
 * Source.       Kingma and Ba 2015, Algorithm 1
 */
export function adam(
  options: Partial<Pick<AdamRule, "firstDecay" | "secondDecay">> = {},
): Optimizer {
  const rule = { ...ADAM_RULE, ...options };
  const { firstDecay, secondDecay } = rule;
  for (const [name, value] of Object.entries({ firstDecay, secondDecay })) {
    if (!(value > 0 && value < 1)) throw new ArgumentError("adam", name, "in (0, 1)", value);
  }
  const isPaper = firstDecay === ADAM_RULE.firstDecay && secondDecay === ADAM_RULE.secondDecay;
  return {
    spec: isPaper ? "adam" : `adam:${firstDecay}:${secondDecay}`,
    adam: rule,
    start: startMoments,
    update: (state, parameters, gradient, learningRate) => {
      adamUpdate(rule, state, parameters, gradient, learningRate);
    },
  };
}

/** The two moment vectors Adam and AdamW keep. */
export function startMoments(parameterCount: number): OptimizerState {
  return {
    step: 0,
    slots: { first: new Float64Array(parameterCount), second: new Float64Array(parameterCount) },
  };
}

/** 1 − β₁ᵗ and 1 − β₂ᵗ of step t ≥ 1. */
export function adamCorrections(
  { firstDecay, secondDecay }: AdamRule,
  step: number,
): readonly [number, number] {
  return [1 - firstDecay ** step, 1 - secondDecay ** step];
}

/** One Adam step in place, without the weight decay. */
export function adamUpdate(
  rule: AdamRule,
  state: OptimizerState,
  parameters: Float64Array,
  gradient: Float64Array,
  learningRate: number,
): void {
  state.step += 1;
  const { firstDecay, secondDecay, epsilon } = rule;
  const first = state.slots.first!;
  const second = state.slots.second!;
  const [firstCorrection, secondCorrection] = adamCorrections(rule, state.step);
  for (let i = 0; i < parameters.length; i++) {
    const slope = gradient[i]!;
    first[i] = firstDecay * first[i]! + (1 - firstDecay) * slope;
    second[i] = secondDecay * second[i]! + (1 - secondDecay) * slope * slope;
    const scale = Math.sqrt(second[i]! / secondCorrection) + epsilon;
    parameters[i]! -= (learningRate * (first[i]! / firstCorrection)) / scale;
  }
}
