import { requirePositive } from "../errors.js";
import { adamUpdate, startMoments } from "./adam.js";
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
  return {
    spec: `adamw:${decay}`,
    start: startMoments,
    update(state, parameters, gradient, learningRate) {
      const shrink = 1 - learningRate * decay;
      for (let i = 0; i < parameters.length; i++) parameters[i]! *= shrink;
      adamUpdate(state, parameters, gradient, learningRate);
    },
  };
}
