import { ArgumentError } from "../errors.js";
import type { Optimizer } from "./optimizer.js";

/**
 * Stochastic gradient descent, with heavy-ball or Nesterov momentum.
 *
 * Statement.    v ← μv + g, θ ← θ − ηv (Nesterov: θ ← θ − η(g + μv))
 * @param options.momentum  μ in [0, 1); default 0, plain descent
 * @param options.nesterov  default false; needs momentum
 * Throws.       ArgumentError when momentum is outside [0, 1), or nesterov without momentum
 */
export function sgd(options: { momentum?: number; nesterov?: boolean } = {}): Optimizer {
  const { momentum = 0, nesterov = false } = options;
  const isAdmissible = momentum >= 0 && momentum < 1 && !(nesterov && momentum === 0);
  if (!isAdmissible) {
    const range = nesterov ? "in (0, 1)" : "in [0, 1)";
    throw new ArgumentError("sgd", "momentum", range, momentum);
  }
  return {
    spec: momentum === 0 ? "sgd" : `${nesterov ? "nesterov" : "sgd"}:${momentum}`,
    start: (parameterCount) => ({
      step: 0,
      slots: momentum === 0 ? {} : { velocity: new Float64Array(parameterCount) },
    }),
    update(state, parameters, gradient, learningRate) {
      state.step += 1;
      const velocity = state.slots.velocity;
      for (let i = 0; i < parameters.length; i++) {
        const slope = gradient[i]!;
        if (velocity === undefined) {
          parameters[i]! -= learningRate * slope;
          continue;
        }
        velocity[i] = momentum * velocity[i]! + slope;
        const direction = nesterov ? slope + momentum * velocity[i]! : velocity[i]!;
        parameters[i]! -= learningRate * direction;
      }
    },
  };
}
