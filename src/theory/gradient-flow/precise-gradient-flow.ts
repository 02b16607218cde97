import { ArgumentError, Description, requireInteger, requirePositive } from "../../errors.js";
import { Rational } from "../../numeric/rational.js";
import { type FlowStatus, integrateFlow } from "./integrate-flow.js";
import { loadDecimalOdeSolver } from "./ode-solver.js";

/** A smooth loss with its gradient in exact arithmetic. */
export type RationalObjective = (point: readonly Rational[]) => {
  readonly loss: Rational;
  readonly gradient: readonly Rational[];
};

/** Where a flow of decimals starts, and when it ends. */
export interface PreciseGradientFlowOptions {
  readonly start: readonly Rational[];
  readonly targetLoss?: Rational;
  readonly horizon?: number;
  /** Significant decimal digits carried; default 30. */
  readonly digits?: number;
  /** Error per unit of time, relative to the steepest gradient component; default 1e−14. */
  readonly tolerance?: number;
  readonly maximalEvaluations?: number;
}

/** A flow of decimals, where it was followed to. */
export interface PreciseGradientFlow {
  readonly status: FlowStatus;
  readonly time: Rational;
  readonly point: readonly Rational[];
  /** Of the point, exactly. */
  readonly loss: Rational;
  readonly evaluations: number;
}

/**
 * Gradient flow of a loss known in exact arithmetic, followed in decimals: for losses so small, or so
 * full of cancellation, that doubles see noise.
 *
 * Conventions.  as gradientFlow
 * Accuracy.     tolerance times the gradient per unit of time, down to 10^−digits; the cost of a tenth
 *               of the tolerance is 1.6 times the steps (a fifth-order method)
 * Throws.       as gradientFlow
 */
export async function preciseGradientFlow(
  objective: RationalObjective,
  options: PreciseGradientFlowOptions,
): Promise<PreciseGradientFlow> {
  const { start, targetLoss, horizon, digits = 30 } = options;
  const { tolerance = 1e-14, maximalEvaluations = 100_000 } = options;
  const where = "preciseGradientFlow";
  if (start.length === 0) throw new ArgumentError(where, "start", "non-empty", start);
  if (targetLoss !== undefined && targetLoss.sign() <= 0) {
    const got = new Description(targetLoss.toDecimal(6));
    throw new ArgumentError(where, "targetLoss", "positive", got);
  }
  if (horizon !== undefined) requirePositive(where, "horizon", horizon, { allowZero: true });
  requireInteger(where, "digits", digits, 16);
  requirePositive(where, "tolerance", tolerance);
  requireInteger(where, "maximalEvaluations", maximalEvaluations);

  const { solve, decimal } = await loadDecimalOdeSolver(digits);
  const scalar = (value: number) => decimal(Rational.fromNumber(value).toDecimal(digits));
  const toRational = (value: { toString(): string }) => Rational.parse(value.toString());
  const { status, segments, evaluations } = integrateFlow(
    {
      solve,
      scalar,
      scaled: (value, factor) => value.times(scalar(factor)),
      toNumber: (value) => value.toNumber(),
      evaluate: (state) => {
        const { loss, gradient } = objective(state.map(toRational));
        return {
          loss: loss.toNumber(),
          excess: targetLoss === undefined ? loss.toNumber() : loss.minus(targetLoss).toNumber(),
          velocity: gradient.map((slope) => decimal(slope.negated().toDecimal(digits))),
        };
      },
    },
    start.map((entry) => decimal(entry.toDecimal(digits))),
    {
      hasTarget: targetLoss !== undefined,
      horizon: horizon ?? Number.POSITIVE_INFINITY,
      tolerance,
      eventTolerance: tolerance / 1000,
      maximalEvaluations,
    },
  );
  const last = segments.at(-1);
  const point = last === undefined ? start : last.state.map(toRational);
  return {
    status,
    time: segments.reduce((sum, { duration }) => sum.plus(toRational(duration)), Rational.ZERO),
    point,
    loss: objective(point).loss,
    evaluations,
  };
}
