import { ArgumentError, requireInteger, requirePositive } from "../errors.js";
import { type LinePoint, searchLine } from "./line-search.js";
import type { SmoothFunction, ValueAndGradient } from "./smooth-function.js";

/** How a minimisation ends and what it may cost. */
export interface MinimizeOptions {
  /** Converged when the gradient's Euclidean norm is at most this. */
  readonly gradientTolerance: number;
  /** Absolute rounding error of the values; 0 when absent. Smaller differences decide nothing. */
  readonly noise?: number;
  /** Steps; 1000 when absent. */
  readonly maximalSteps?: number;
  /** Function evaluations; ten for each step when absent. */
  readonly maximalEvaluations?: number;
  /** Pairs of steps and gradient differences that are remembered; 20 when absent. */
  readonly memory?: number;
  /** Length of the first trial step; 1 when absent. */
  readonly firstStep?: number;
}

/** Where a minimisation stopped. */
export interface Minimization {
  readonly value: {
    readonly point: Float64Array;
    readonly value: number;
    readonly gradient: Float64Array;
  };
  readonly status: "converged" | "max-steps" | "diverged";
  readonly stats: {
    readonly steps: number;
    readonly evaluations: number;
    readonly gradientNorm: number;
    /** What "converged" rests on: the gradient, or that no step gains more than the noise. */
    readonly reason: "gradient" | "noise" | "budget" | "not-finite" | "unbounded";
  };
}

/** Points farther than this from the start, relative to 1 + its norm, count as escaped. */
const ESCAPE = 1e8;

/**
 * Local minimum of a smooth function by L-BFGS with a strong-Wolfe line search.
 *
 * Statement.    x ← x − αH∇f, H the inverse-Hessian estimate of the last `memory` steps, α with
 *               f(x + αp) ≤ f + 10⁻⁴ α p·∇f and |p·∇f(x + αp)| ≤ 0.9 |p·∇f|
 * Conventions.  deterministic; with noise η, steps whose promised gain −p·∇f is below η are not
 *               taken (then no better point can be told), and values within η count as equal
 * Accuracy.     gradient norm ≤ gradientTolerance when `reason` is "gradient"
 * Throws.       ArgumentError for bad options, or a start where f is not finite
 * Source.       Liu, Nocedal 1989; line search: Nocedal, Wright, Numerical Optimization, 3.5–3.6;
 *               acceptance by slopes near the noise: Hager, Zhang 2005
 */
export function minimize(
  f: SmoothFunction,
  start: Float64Array,
  options: MinimizeOptions,
): Minimization {
  const { gradientTolerance, noise = 0, maximalSteps = 1000, memory = 20, firstStep = 1 } = options;
  const { maximalEvaluations = Math.max(1, 10 * maximalSteps) } = options;
  requirePositive("minimize", "gradientTolerance", gradientTolerance, { allowZero: true });
  requirePositive("minimize", "noise", noise, { allowZero: true });
  requirePositive("minimize", "firstStep", firstStep);
  requireInteger("minimize", "maximalSteps", maximalSteps, 0);
  requireInteger("minimize", "maximalEvaluations", maximalEvaluations);
  requireInteger("minimize", "memory", memory);
  let here: LinePoint = { step: 0, point: start.slice(), ...f(start), slope: 0 };
  if (!isFinitePoint(here)) {
    throw new ArgumentError("minimize", "start", "a point with a finite value", here.value);
  }
  const history = new InverseHessian(memory);
  const farthest = ESCAPE * (1 + norm(start));
  let steps = 0;
  let evaluations = 1;
  const stop = (
    status: Minimization["status"],
    reason: Minimization["stats"]["reason"],
  ): Minimization => ({
    value: { point: here.point, value: here.value, gradient: here.gradient },
    status,
    stats: { steps, evaluations, gradientNorm: norm(here.gradient), reason },
  });
  for (;;) {
    const size = norm(here.gradient);
    if (size <= gradientTolerance) return stop("converged", "gradient");
    if (steps >= maximalSteps || evaluations >= maximalEvaluations) {
      return stop("max-steps", "budget");
    }
    const direction = history.descentDirection(here.gradient);
    const slope = dot(direction, here.gradient);
    if (!history.isEmpty && -slope <= noise) return stop("converged", "noise");
    const trial = history.isEmpty ? firstStep / size : 1;
    const search = searchLine(f, { ...here, slope, step: 0 }, direction, {
      trial,
      noise,
      maximalEvaluations: maximalEvaluations - evaluations,
    });
    evaluations += search.evaluations;
    if (search.status === "not-finite") return stop("diverged", "not-finite");
    if (search.status === "unbounded") {
      here = search.found;
      return stop("diverged", "unbounded");
    }
    if (search.status === "no-descent") {
      // A poor estimate of the Hessian may be at fault: once more along the gradient.
      if (!history.isEmpty) {
        history.clear();
        continue;
      }
      return evaluations >= maximalEvaluations
        ? stop("max-steps", "budget")
        : stop("converged", "noise");
    }
    steps += 1;
    history.remember(
      difference(search.found.point, here.point),
      difference(search.found.gradient, here.gradient),
    );
    here = search.found;
    if (norm(here.point) > farthest) return stop("diverged", "unbounded");
  }
}

/** The two-loop recursion over remembered pairs s = Δx, y = Δ∇f with s·y > 0. */
class InverseHessian {
  readonly #pairs: { s: Float64Array; y: Float64Array; curvature: number }[] = [];

  constructor(readonly memory: number) {}

  get isEmpty(): boolean {
    return this.#pairs.length === 0;
  }

  clear(): void {
    this.#pairs.length = 0;
  }

  remember(s: Float64Array, y: Float64Array): void {
    const curvature = dot(s, y);
    // Rounding can spoil the sign that the Wolfe conditions promise.
    if (!(curvature > 1e-14 * norm(s) * norm(y))) return;
    this.#pairs.push({ s, y, curvature });
    if (this.#pairs.length > this.memory) this.#pairs.shift();
  }

  /** −H g; −g itself while nothing is remembered. */
  descentDirection(gradient: Float64Array): Float64Array {
    const direction = gradient.map((entry) => -entry);
    const weights: number[] = [];
    for (let i = this.#pairs.length - 1; i >= 0; i--) {
      const { s, y, curvature } = this.#pairs[i]!;
      weights[i] = dot(s, direction) / curvature;
      addScaled(-weights[i]!, y, direction);
    }
    const last = this.#pairs.at(-1);
    if (last !== undefined) {
      const scale = last.curvature / dot(last.y, last.y);
      for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
    }
    for (const [i, { s, y, curvature }] of this.#pairs.entries()) {
      addScaled(weights[i]! - dot(y, direction) / curvature, s, direction);
    }
    return direction;
  }
}

function isFinitePoint({ value, gradient }: ValueAndGradient): boolean {
  return Number.isFinite(value) && gradient.every(Number.isFinite);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((entry, i) => entry - b[i]!);
}

function addScaled(factor: number, a: Float64Array, into: Float64Array): void {
  for (let i = 0; i < a.length; i++) into[i]! += factor * a[i]!;
}
