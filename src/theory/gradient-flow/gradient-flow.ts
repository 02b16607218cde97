import { ArgumentError, NumericalError, requireInteger, requirePositive } from "../../errors.js";
import { type FlowStatus, integrateFlow } from "./integrate-flow.js";
import { loadOdeSolver } from "./ode-solver.js";

/** A smooth loss ≥ 0 with its gradient, at a point in doubles. */
export type SmoothObjective = (point: Float64Array) => {
  readonly loss: number;
  readonly gradient: Float64Array;
};

/** A number the flow must conserve, such as an entry of an antisymmetric part. */
export type Invariants = Readonly<Record<string, (point: Float64Array) => number>>;

/** Where a flow starts, and when it ends. */
export interface GradientFlowOptions {
  readonly start: Float64Array;
  /** Stop as soon as the loss is this low. */
  readonly targetLoss?: number;
  /** Stop at this time; absent: only at the target or a stationary point. */
  readonly horizon?: number;
  /** Error per unit of time, relative to the steepest gradient component; default 1e−9. */
  readonly tolerance?: number;
  readonly maximalEvaluations?: number;
  readonly invariants?: Invariants;
}

/** A moment of the flow. */
export interface FlowPoint {
  readonly time: number;
  readonly loss: number;
  readonly point: Float64Array;
}

export interface GradientFlow extends FlowPoint {
  readonly status: FlowStatus;
  /** From the start to the end, at the solver's own stretches. */
  readonly path: readonly FlowPoint[];
  readonly evaluations: number;
}

/** Drift of an invariant, relative to 1 + its size, that counts as broken. */
const INVARIANT_TOLERANCE = 1e-6;

/**
 * Gradient flow dx/dt = −∇ℓ(x) of any smooth loss handed in.
 *
 * Statement.    mathjs' adaptive Dormand–Prince solver, stretch by stretch; the time at which the
 *               loss meets the target is found by Newton's steps on the flow itself
 * Conventions.  x any parameters, such as the row-major entries of A; no factor ½ added
 * Accuracy.     tolerance times the gradient per unit of time; the loss meets the target to 1e−12
 * Throws.       ArgumentError for bad options; NumericalError when the loss is negative, rises or is
 *               not finite, or when an invariant is not conserved
 * @example
 * const objective = (x: Float64Array) => ({ loss: x[0]! ** 2, gradient: x.map((entry) => 2 * entry) });
 * (await gradientFlow(objective, { start: Float64Array.of(1), targetLoss: 0.25 })).time  // → 0.34657359
 */
export async function gradientFlow(
  objective: SmoothObjective,
  options: GradientFlowOptions,
): Promise<GradientFlow> {
  const { start, targetLoss, horizon, tolerance = 1e-9, maximalEvaluations = 1_000_000 } = options;
  const where = "gradientFlow";
  if (start.length === 0 || !start.every(Number.isFinite)) {
    throw new ArgumentError(where, "start", "a non-empty vector of finite numbers", start);
  }
  if (targetLoss !== undefined) requirePositive(where, "targetLoss", targetLoss);
  if (horizon !== undefined) requirePositive(where, "horizon", horizon, { allowZero: true });
  requirePositive(where, "tolerance", tolerance);
  requireInteger(where, "maximalEvaluations", maximalEvaluations);

  const solve = await loadOdeSolver();
  const evaluate = (state: readonly number[]) => {
    const { loss, gradient } = objective(Float64Array.from(state));
    if (loss < 0) throw new NumericalError(`${where}: the loss is negative, ${loss}`);
    return {
      loss,
      excess: loss - (targetLoss ?? 0),
      velocity: Array.from(gradient, (slope) => -slope),
    };
  };
  const { status, segments, evaluations } = integrateFlow(
    {
      solve,
      scalar: (value) => value,
      scaled: (value, factor) => value * factor,
      toNumber: (value) => value,
      evaluate,
    },
    [...start],
    {
      hasTarget: targetLoss !== undefined,
      horizon: horizon ?? Number.POSITIVE_INFINITY,
      tolerance,
      eventTolerance: 1e-12,
      maximalEvaluations,
    },
  );
  const path: FlowPoint[] = [{ time: 0, loss: objective(start).loss, point: start.slice() }];
  for (const { duration, state, loss } of segments) {
    path.push({ time: path.at(-1)!.time + duration, loss, point: Float64Array.from(state) });
  }
  requireInvariants(path, options.invariants ?? {});
  return { ...path.at(-1)!, status, path, evaluations };
}

function requireInvariants(path: readonly FlowPoint[], invariants: Invariants): void {
  for (const [name, invariant] of Object.entries(invariants)) {
    const initial = invariant(path[0]!.point);
    for (const { time, point } of path) {
      const drift = Math.abs(invariant(point) - initial);
      if (!(drift <= INVARIANT_TOLERANCE * (1 + Math.abs(initial)))) {
        throw new NumericalError(
          `gradientFlow: ${name} has drifted by ${drift} from ${initial} at time ${time}`,
        );
      }
    }
  }
}
