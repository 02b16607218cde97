/** A value with its gradient at one point. */
export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A smooth function of a vector, with its gradient. */
export type SmoothFunction = (point: Float64Array) => ValueAndGradient;
