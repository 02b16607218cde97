import type { SmoothFunction } from "./smooth-function.js";

/** A point x + step·p of a line, with the function there and its slope along p. */
export interface LinePoint {
  readonly step: number;
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly slope: number;
}

export interface LineSearchOptions {
  readonly trial: number;
  /** Absolute rounding error of the values. */
  readonly noise: number;
  readonly maximalEvaluations: number;
}

export interface LineSearch {
  /** "no-descent": no step of representable length satisfies the conditions. */
  readonly status: "found" | "no-descent" | "unbounded" | "not-finite";
  readonly found: LinePoint;
  readonly evaluations: number;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const EVALUATIONS = 60;
/** Doublings of the trial step after which a function that still falls has no minimum there. */
const ENDLESS = 2 ** 50;

/**
 * A step along a descent direction that satisfies the strong Wolfe conditions.
 *
 * Statement.    brackets by doubling, then narrows by safeguarded cubic interpolation. Points whose
 *               value is not finite count as too far. Within the noise the value's decrease is
 *               judged by slopes: φ′(α) ≤ (2·10⁻⁴ − 1)φ′(0) implies it where φ is quadratic.
 */
export function searchLine(
  f: SmoothFunction,
  start: LinePoint,
  direction: Float64Array,
  options: LineSearchOptions,
): LineSearch {
  const { trial, noise } = options;
  const budget = Math.min(EVALUATIONS, options.maximalEvaluations);
  let evaluations = 0;
  const at = (step: number): LinePoint => {
    evaluations += 1;
    const point = start.point.map((entry, i) => entry + step * direction[i]!);
    const { value, gradient } = f(point);
    let slope = 0;
    for (let i = 0; i < direction.length; i++) slope += gradient[i]! * direction[i]!;
    return { step, point, value, gradient, slope };
  };
  const isLow = ({ step, value, slope }: LinePoint) =>
    value <= start.value + SUFFICIENT_DECREASE * step * start.slope ||
    (value <= start.value + noise && slope <= (2 * SUFFICIENT_DECREASE - 1) * start.slope);
  const isFlat = ({ slope }: LinePoint) => Math.abs(slope) <= -CURVATURE * start.slope;
  const end = (status: LineSearch["status"], found: LinePoint) => ({ status, found, evaluations });

  if (!(start.slope < 0)) return end("no-descent", start);
  // `low` satisfies the decrease; `high`, once known, ends an interval with a good step inside.
  let low = start;
  let high: LinePoint | undefined;
  let step = trial;
  while (evaluations < budget) {
    const next = at(step);
    const isUsable = Number.isFinite(next.value) && Number.isFinite(next.slope);
    if (!isUsable && next.value === Number.NEGATIVE_INFINITY) return end("unbounded", low);
    if (!isUsable || !isLow(next) || (low !== start && next.value > low.value + noise)) {
      high = next;
    } else if (isFlat(next)) {
      return end("found", next);
    } else {
      const isTowardsHigh = next.slope * (high === undefined ? 1 : high.step - next.step) < 0;
      if (high === undefined ? next.slope > 0 : !isTowardsHigh) high = low;
      low = next;
    }
    if (high === undefined) {
      step = 2 * low.step;
      continue;
    }
    const resolution = 2 ** -52 * Math.max(low.step, high.step);
    if (Math.abs(high.step - low.step) <= resolution) break;
    step = insideStep(low, high);
  }
  if (low !== start) {
    const isEndless = high === undefined && low.step > ENDLESS * trial;
    return end(isEndless ? "unbounded" : "found", low);
  }
  const isReached = high === undefined || Number.isFinite(high.value);
  return end(isReached ? "no-descent" : "not-finite", start);
}

/** The minimiser of the cubic through both ends, kept a tenth of the interval off them. */
function insideStep(low: LinePoint, high: LinePoint): number {
  const width = high.step - low.step;
  const middle = low.step + width / 2;
  if (!Number.isFinite(high.value) || !Number.isFinite(high.slope)) return middle;
  const average = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const discriminant = average * average - low.slope * high.slope;
  if (!(discriminant >= 0)) return middle;
  const root = Math.sign(width) * Math.sqrt(discriminant);
  const fraction = (high.slope + root - average) / (high.slope - low.slope + 2 * root);
  const inside = high.step - width * fraction;
  const margin = Math.abs(width) / 10;
  const [left, right] = width > 0 ? [low.step, high.step] : [high.step, low.step];
  return Number.isFinite(inside)
    ? Math.min(Math.max(inside, left + margin), right - margin)
    : middle;
}
