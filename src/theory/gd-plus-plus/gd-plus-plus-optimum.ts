import { HypothesisError, NumericalError } from "../../errors.js";
import { encloseQuotients } from "../../numeric/enclosure.js";
import { Matrix, symmetricEigen } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import { isotropicOptimum } from "../isotropic-optimum.js";
import type { NoisyLoopedSetting } from "../setting.js";
import {
  GdPlusPlusObjective,
  gdPlusPlusLoss,
  gdPlusPlusResidual,
  requireGdPlusPlusReach,
} from "./gd-plus-plus.js";
import { PolynomialJet } from "./polynomial-jet.js";

/** The best isotropic GD++ found. */
export interface GdPlusPlusOptimum {
  /** Of each layer, in doubles; the last layer's covariate value, which cannot matter, is 0 when untied. */
  readonly layers: readonly { readonly stepSize: number; readonly covariateValue: number }[];
  /** Exact loss of these doubles. */
  readonly exactLoss: Rational;
  readonly loss: number;
  /** Newton runs, and how many ended within 1e−9 of the least loss. */
  readonly starts: number;
  readonly agreeing: number;
}

/** Whether the layers share one (a, b) (the looped model) or have their own. */
export interface GdPlusPlusSetting extends NoisyLoopedSetting {
  readonly tied?: boolean;
}

/** Beyond these the polynomials of degree 3^L take minutes. */
const MAXIMAL_TIED_LAYERS = 4;
const MAXIMAL_UNTIED_LAYERS = 3;

const NEWTON_RUNS = 6;
/**
 * Untied starts: the tied optimum tilted along the layers, its contractions stretched. The loss has
 * several local minima, the best of them often with a first layer that contracts much harder.
 */
const UNTIED_STARTS = [0, -0.3, 0.3, 0.9, 1.2, 1.5].flatMap((tilt) => [
  { tilt, stretch: tilt > 0.5 ? 1.5 : 1 },
  { tilt, stretch: 2.5 },
]);
const MAXIMAL_NEWTON_STEPS = 100;
/** Fixed-point bits of the parameters while searching: finer than the doubles they come from. */
const SEARCH_UNIT = 1n << 60n;

/**
 * Best isotropic GD++ model, P = diag(aI, 1), Q = diag(−bΣ⁻¹, 0), by Newton's iteration on the exact loss.
 *
 * Statement.    local minimum of gdPlusPlusLoss with the least loss among several starts; no proof that
 *               it is global
 * Conventions.  `tied` (default): one (a, b) for all layers; else one each, a gradient step the last.
 *               One layer is gradient descent: a = 0
 * Hypotheses.   at most 4 loops, 3 untied layers
 * Accuracy.     parameters to about 1e−8 relative (the loss is flat to second order), the loss exact
 *               for them; for n beyond 1e20 doubles no longer resolve the spread of the spectrum
 * Throws.       ArgumentError for a bad setting; HypothesisError beyond that depth; NumericalError when
 *               no start leads to a finite loss
 * Source.       derived here; the gradient and the Hessian are polynomials too, evaluated exactly
 * @example gdPlusPlusOptimum({ dim: 10, contextLength: 20, loops: 2 }).loss  // → 0.90813792
 */
export function gdPlusPlusOptimum(setting: GdPlusPlusSetting): GdPlusPlusOptimum {
  requireGdPlusPlusReach("gdPlusPlusOptimum", setting);
  const { loops, tied = true } = setting;
  const reach = tied ? MAXIMAL_TIED_LAYERS : MAXIMAL_UNTIED_LAYERS;
  if (loops > reach) {
    throw new HypothesisError(
      `gdPlusPlusOptimum: the search reaches ${reach} ${tied ? "loops" : "untied layers"}, got ` +
        `${loops}; gdPlusPlusLoss evaluates given weights beyond`,
    );
  }
  const isotropic = isotropicOptimum({ ...setting, digits: 20 }).stepSize.toNumber();
  if (loops === 1) return report(setting, [isotropic, 0], 1, 1);

  const objective = GdPlusPlusObjective.of(setting);
  const tiedRuns = startsAround(isotropic)
    .map((point) => ({ point, value: evaluate(objective, loops, point).value }))
    .sort((a, b) => a.value - b.value)
    .slice(0, NEWTON_RUNS)
    .map(({ point }) => minimise((x) => evaluate(objective, loops, x), point));
  const best = leastOf(tiedRuns);
  if (tied) return report(setting, best.point, tiedRuns.length, agreeing(tiedRuns));

  const [step, contraction] = best.point;
  const untiedRuns = UNTIED_STARTS.map(({ tilt, stretch }) => {
    // Tilted along the layers: the tied optimum may be a saddle of the larger family, or far from it.
    const along = (value: number, t: number) => value * (1 + tilt * (t - (loops - 1) / 2));
    const point = [
      ...Array.from({ length: loops }, (_, t) => along(step!, t)),
      ...Array.from({ length: loops - 1 }, (_, t) => stretch * along(contraction!, t)),
    ];
    return minimise((x) => evaluate(objective, loops, x), point);
  });
  return report(setting, leastOf(untiedRuns).point, untiedRuns.length, agreeing(untiedRuns));
}

/** Value, gradient and Hessian at a point of parameters: (b, ab), or all b then all ab. */
interface Evaluation {
  readonly value: number;
  readonly gradient: readonly number[];
  readonly hessian: Matrix;
}

interface Run {
  readonly point: readonly number[];
  readonly value: number;
}

/** Step sizes and contractions around what gradient descent and the paper's runs use. */
function startsAround(isotropic: number): number[][] {
  return [0.7, 1.2, 2, 3].flatMap((stretch) =>
    [-0.05, 0.1, 0.2, 0.35].map((contraction) => [isotropic * stretch, isotropic * contraction]),
  );
}

function evaluate(
  objective: GdPlusPlusObjective,
  loops: number,
  point: readonly number[],
): Evaluation {
  const parameters = point.map((value, i) =>
    PolynomialJet.parameter(fixedPoint(value), i, point.length),
  );
  const isTied = point.length === 2;
  const steps = Array.from({ length: loops }, (_, t) => parameters[isTied ? 0 : t]!);
  const contractions = Array.from(
    { length: loops - 1 },
    (_, t) => parameters[isTied ? 1 : loops + t]!,
  );
  const residual = gdPlusPlusResidual(steps, contractions);
  // Each derivative counts in parameters of 1/SEARCH_UNIT.
  const inner = (f: typeof residual.value, g: typeof f, order: number) => {
    const { numerator, denominator } = objective.inner(f, g, SEARCH_UNIT);
    const raised = numerator * SEARCH_UNIT ** BigInt(order);
    return encloseQuotients(raised, raised, denominator, 64).toNumber();
  };
  const { value, gradient, hessian } = residual;
  const curvature = Matrix.zeros(point.length, point.length);
  hessian.forEach((row, i) => {
    row.forEach((entry, j) => {
      const sum = 2 * (inner(gradient[i]!, gradient[j]!, 2) + inner(value, entry, 2));
      curvature.set(i, j, sum);
      curvature.set(j, i, sum);
    });
  });
  return {
    value: inner(value, value, 0),
    gradient: gradient.map((slope) => 2 * inner(value, slope, 1)),
    hessian: curvature,
  };
}

function fixedPoint(value: number): bigint {
  const scaled = Rational.fromNumber(value).times(Rational.of(SEARCH_UNIT));
  return scaled.numerator / scaled.denominator;
}

/** Newton's iteration with negative curvature turned around and steps halved until the loss falls. */
function minimise(evaluateAt: (point: readonly number[]) => Evaluation, start: number[]): Run {
  let point = start;
  let here = evaluateAt(point);
  for (let iteration = 0; iteration < MAXIMAL_NEWTON_STEPS; iteration++) {
    const step = newtonStep(here);
    const slope = step.reduce((sum, move, i) => sum + move * here.gradient[i]!, 0);
    if (!(slope < -1e-17 * Math.abs(here.value))) break;
    let scale = 1;
    let next = here;
    let nextPoint = point;
    for (; scale > 1e-9; scale /= 2) {
      nextPoint = point.map((x, i) => x + scale * step[i]!);
      next = evaluateAt(nextPoint);
      if (next.value <= here.value + 1e-4 * scale * slope) break;
    }
    if (scale <= 1e-9) break;
    [point, here] = [nextPoint, next];
  }
  return { point, value: here.value };
}

function newtonStep({ gradient, hessian }: Evaluation): number[] {
  const { values, vectors } = symmetricEigen(hessian);
  const floor = 1e-12 * Math.max(...values.map(Math.abs));
  const step = gradient.map(() => 0);
  for (const [k, curvature] of values.entries()) {
    const along = gradient.reduce((sum, slope, i) => sum + slope * vectors.get(i, k), 0);
    const length = along / Math.max(Math.abs(curvature), floor);
    for (let i = 0; i < step.length; i++) step[i]! -= length * vectors.get(i, k);
  }
  return step;
}

function leastOf(runs: readonly Run[]): Run {
  const best = runs.reduce((least, run) => (run.value < least.value ? run : least));
  if (!Number.isFinite(best.value)) {
    throw new NumericalError("gdPlusPlusOptimum: no start led to a finite loss");
  }
  return best;
}

function agreeing(runs: readonly Run[]): number {
  const least = leastOf(runs).value;
  return runs.filter((run) => run.value <= least * (1 + 1e-9)).length;
}

function report(
  setting: GdPlusPlusSetting,
  point: readonly number[],
  starts: number,
  agreeingRuns: number,
): GdPlusPlusOptimum {
  const { loops } = setting;
  const isTied = point.length === 2;
  const layers = Array.from({ length: loops }, (_, t) => {
    const stepSize = point[isTied ? 0 : t]!;
    const contraction = point[isTied ? 1 : loops + t] ?? 0;
    return { stepSize, covariateValue: contraction / stepSize };
  });
  const exactLoss = gdPlusPlusLoss(
    setting,
    layers.map(({ stepSize, covariateValue }) => ({
      stepSize: Rational.fromNumber(stepSize),
      covariateValue: Rational.fromNumber(covariateValue),
    })),
  );
  return { layers, exactLoss, loss: exactLoss.toNumber(), starts, agreeing: agreeingRuns };
}
