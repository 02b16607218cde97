/**
 * When a run's model is enlarged, and what its new parameters are copies of.
 *
 * Conventions.  steps count from 0; `sourcesAt(step)` is asked before that step and gives, for each
 *               parameter of the larger model, the index of the one it copies
 */
export interface Growth {
  /** One line that tells this growth from any other over the same number of steps. */
  readonly spec: string;
  /** Whether the optimiser's memory is copied like the parameters, or begins anew. */
  readonly keepsOptimizer: boolean;
  sourcesAt(step: number): Int32Array | undefined;
}
