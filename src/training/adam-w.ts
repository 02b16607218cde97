import { requirePositive } from "../errors.js";
import { ADAM_RULE, adamUpdate, startMoments } from "./adam.js";
import type { Optimizer } from "./optimizer.js";

/**
 * Adam with decoupled weight decay.
 *
 * Statement.    θ ← (1 − ηλ)θ, then one Adam step; the decay does not enter the moments.
 * Throws.       ArgumentError unless decay (λ) is positive
 * Source.       Loshchilov and Hutter 2019
 */
export function adamW(decay: number): Optimizer {
  requirePositive("adamW", "decay", decay);
  const rule = { ...ADAM_RULE, weightDecay: decay };
  return {
    spec: `adamw:${decay}`,
    adam: rule,
    start: startMoments,
    update(state, parameters, gradient, learningRate) {
      const shrink = 1 - learningRate * decay;
      for (let i = 0; i < parameters.length; i++) parameters[i]! *= shrink;
      adamUpdate(rule, state, parameters, gradient, learningRate);
    },
  };
}
