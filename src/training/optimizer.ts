/** What an optimiser remembers between steps: named vectors of the size of the parameters. */
export interface OptimizerState {
  step: number;
  readonly slots: Readonly<Record<string, Float64Array>>;
}

/** The constants of Adam: β₁, β₂, ε, and λ of the decoupled weight decay, 0 for none. */
export interface AdamRule {
  readonly firstDecay: number;
  readonly secondDecay: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/**
 * A first-order optimiser with all of its memory in a plain state, in float64.
 *
 * Statement.    `update` moves `parameters` in place and advances `state`; equal inputs give equal
 *               bits, so a state that was saved and read back continues the same run.
 */
export interface Optimizer {
  /** The text `parseOptimizer` reads this optimiser from. */
  readonly spec: string;
  /** Given where `update` is Adam by this rule: an engine may then take whole steps by itself. */
  readonly adam?: AdamRule;
  start(parameterCount: number): OptimizerState;
  update(
    state: OptimizerState,
    parameters: Float64Array,
    gradient: Float64Array,
    learningRate: number,
  ): void;
}
