import type { Stream } from "../random/stream.js";

/** A loss and its gradient at one parameter vector. */
export interface LossAndGradient {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * What training minimises: a loss with its gradient, exact or estimated from a stream.
 *
 * Conventions.  parameters are one flat vector (`packWeights`) and are not changed; an estimator
 *               draws from `stream` alone, so equal streams give equal estimates.
 */
export interface Objective {
  evaluate(parameters: Float64Array, stream: Stream): LossAndGradient | Promise<LossAndGradient>;
  /** One line that tells this objective from any other; resuming checks that it is the same. */
  describe(): string;
  /** Frees what the objective holds outside the JavaScript heap. */
  dispose?(): void;
}
