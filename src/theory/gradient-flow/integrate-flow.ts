import { LoopgdError, NumericalError } from "../../errors.js";
import type { OdeSolver } from "./ode-solver.js";

/** A descent problem in some number type; decisions about steps are taken in doubles. */
export interface FlowSystem<Scalar> {
  readonly solve: OdeSolver<Scalar>;
  scalar(value: number): Scalar;
  scaled(value: Scalar, factor: number): Scalar;
  toNumber(value: Scalar): number;
  /** Loss, loss − target (computed before rounding to a double) and −∇ℓ. */
  evaluate(state: readonly Scalar[]): FlowEvaluation<Scalar>;
}

export interface FlowEvaluation<Scalar> {
  readonly loss: number;
  readonly excess: number;
  readonly velocity: Scalar[];
}

/** When to stop, and how accurately to go. */
export interface FlowLimits {
  readonly hasTarget: boolean;
  readonly horizon: number;
  readonly tolerance: number;
  /** How near the target, relative to it, counts as there. */
  readonly eventTolerance: number;
  readonly maximalEvaluations: number;
}

/** "target": loss ≤ ξ; "horizon": time is up; "stationary": the gradient has died out. */
export type FlowStatus = "target" | "horizon" | "stationary" | "max-steps";

/** One stretch of the flow: how long it took, and where it ended. */
export interface FlowSegment<Scalar> {
  readonly duration: Scalar;
  readonly state: readonly Scalar[];
  readonly loss: number;
}

/** Share of the starting gradient at which the flow counts as stationary. */
const STATIONARY = 1e-10;

/**
 * Follows dx/dt = −∇ℓ(x) in stretches over which the loss falls by a fair share, so that the error
 * tolerance can follow the gradient's size, until the target, the horizon or a stationary point.
 */
export function integrateFlow<Scalar>(
  system: FlowSystem<Scalar>,
  start: readonly Scalar[],
  limits: FlowLimits,
): { status: FlowStatus; segments: FlowSegment<Scalar>[]; evaluations: number } {
  let evaluations = 0;
  const evaluate = (state: readonly Scalar[]) => {
    evaluations += 1;
    const evaluation = system.evaluate(state);
    const components = evaluation.velocity.map(system.toNumber);
    const squaredSpeed = components.reduce((sum, x) => sum + x * x, 0);
    if (!Number.isFinite(evaluation.loss) || !Number.isFinite(squaredSpeed)) {
      throw new NumericalError("gradientFlow: loss or gradient is not finite along the flow");
    }
    return { ...evaluation, state, squaredSpeed, steepest: Math.max(...components.map(Math.abs)) };
  };
  type Place = ReturnType<typeof evaluate>;

  // Over [0, 1] in units of the duration: mathjs takes times closer than 1e−15 for equal.
  const follow = (from: Place, duration: number) => {
    const { t, y } = solveOrExplain(() =>
      system.solve(
        (_, state) => evaluate(state).velocity.map((entry) => system.scaled(entry, duration)),
        [system.scalar(0), system.scalar(1)],
        [...from.state],
        { tol: limits.tolerance * from.steepest * duration, maxIter: limits.maximalEvaluations },
      ),
    );
    return { duration: system.scaled(t.at(-1)!, duration), place: evaluate(y.at(-1)!) };
  };
  const segments: FlowSegment<Scalar>[] = [];
  const finish = (status: FlowStatus) => ({ status, segments, evaluations });
  const push = ({ duration, place }: ReturnType<typeof follow>) => {
    segments.push({ duration, state: place.state, loss: place.loss });
  };

  /** Newton's steps towards the target from the side of greater loss; dℓ/dt = −|∇ℓ|². */
  const approach = (from: Place, within: number) => {
    let here = from;
    let left = within;
    while (here.excess > limits.eventTolerance * (here.loss - here.excess)) {
      let duration = Math.min(here.excess / here.squaredSpeed, left);
      let step = follow(here, duration);
      while (step.place.excess < -limits.eventTolerance * (here.loss - here.excess)) {
        left = duration;
        duration *= here.excess / (here.excess - step.place.excess);
        step = follow(here, duration);
      }
      if (!(system.toNumber(step.duration) > 0)) break;
      push(step);
      left -= system.toNumber(step.duration);
      here = step.place;
    }
  };

  let here = evaluate(start);
  const fastest = here.squaredSpeed;
  let elapsed = 0;
  let lastDuration = Number.POSITIVE_INFINITY;
  for (;;) {
    if (limits.hasTarget && here.excess <= 0) return finish("target");
    if (elapsed >= limits.horizon) return finish("horizon");
    if (here.squaredSpeed <= STATIONARY ** 2 * fastest) return finish("stationary");
    if (evaluations >= limits.maximalEvaluations) return finish("max-steps");
    const natural = Math.min(here.loss / (2 * here.squaredSpeed), 4 * lastDuration);
    const step = follow(here, Math.min(natural, limits.horizon - elapsed));
    if (!(step.place.loss <= here.loss)) {
      throw new NumericalError(
        `gradientFlow: the loss rose from ${here.loss} to ${step.place.loss}; is the gradient that of the loss? If so, lower the tolerance`,
      );
    }
    if (limits.hasTarget && step.place.excess < 0) {
      approach(here, system.toNumber(step.duration));
      return finish("target");
    }
    push(step);
    lastDuration = system.toNumber(step.duration);
    elapsed += lastDuration;
    here = step.place;
  }
}

/** mathjs throws a bare Error when a stretch needs more steps than allowed. */
function solveOrExplain<Solution>(solve: () => Solution): Solution {
  try {
    return solve();
  } catch (error) {
    if (error instanceof LoopgdError || !(error instanceof Error)) throw error;
    throw new NumericalError(
      `gradientFlow: the solver gave up (${error.message}); raise the tolerance or maximalEvaluations`,
    );
  }
}
