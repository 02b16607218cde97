import type { Optimizer, OptimizerState } from "./optimizer.js";

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;
const EPSILON = 1e-8;

/**
 * Adam with bias correction and the constants of its paper (0.9, 0.999, 1e−8).
 *
 * Statement.    m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
 *               θ ← θ − η · m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
 * Source.       Kingma and Ba 2015, Algorithm 1
 */
export function adam(): Optimizer {
  return { spec: "adam", start: startMoments, update: adamUpdate };
}

/** The two moment vectors Adam and AdamW keep. */
export function startMoments(parameterCount: number): OptimizerState {
  return {
    step: 0,
    slots: { first: new Float64Array(parameterCount), second: new Float64Array(parameterCount) },
  };
}

/** One Adam step in place. */
export function adamUpdate(
  state: OptimizerState,
  parameters: Float64Array,
  gradient: Float64Array,
  learningRate: number,
): void {
  state.step += 1;
  const first = state.slots.first!;
  const second = state.slots.second!;
  const firstCorrection = 1 - FIRST_DECAY ** state.step;
  const secondCorrection = 1 - SECOND_DECAY ** state.step;
  for (let i = 0; i < parameters.length; i++) {
    const slope = gradient[i]!;
    first[i] = FIRST_DECAY * first[i]! + (1 - FIRST_DECAY) * slope;
    second[i] = SECOND_DECAY * second[i]! + (1 - SECOND_DECAY) * slope * slope;
    const scale = Math.sqrt(second[i]! / secondCorrection) + EPSILON;
    parameters[i]! -= (learningRate * (first[i]! / firstCorrection)) / scale;
  }
}
