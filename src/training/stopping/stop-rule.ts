/**
 * A rule that ends a run early, as "converged".
 *
 * Conventions.  all of its memory is a vector of numbers, part of every checkpoint: a resumed run stops
 *               at the step where an uninterrupted one does.
 */
export interface StopRule {
  /** One line that tells this rule from any other; resuming checks that it is the same. */
  readonly spec: string;
  /** Whether it holds losses against a reference, and so needs losses of the reference's kind. */
  readonly needsReference: boolean;
  start(): Float64Array;
  /** Takes in the loss of a step; says why to stop, when it is time to. */
  observe(memory: Float64Array, loss: number): string | undefined;
}
