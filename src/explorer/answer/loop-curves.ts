import { Rational } from "../../numeric/rational.js";
import { isotropicLossPerLoop } from "../../theory/isotropic-loss.js";
import { isotropicOptimum } from "../../theory/isotropic-optimum.js";
import { untiedOptimum } from "../../theory/polynomial-family/untied-optimum.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { whitenedLaw } from "../state/whitened-law.js";
import { type ExactNumber, exactNumber } from "./exact-number.js";

/** Exact losses by the number of loops; every list begins at loop 0. */
export interface LoopCurves {
  /** b* of L loops, run for 0, 1, 2, … loops. */
  readonly tuned: readonly ExactNumber[];
  /** The best b for each number of loops. */
  readonly retuned: readonly ExactNumber[];
  /** The best untied layers of each depth. */
  readonly untied: readonly ExactNumber[];
  /** A = Σ⁻¹, which is b = 1. */
  readonly inverse: readonly ExactNumber[];
}

/** Loops beyond L that are shown, and where the curves end at the latest. */
const LOOPS_BEYOND = 5;
const MOST_LOOPS = 20;

/** How many loops the curves of a state show. */
export function loopsShown(loops: number): number {
  return Math.max(loops, Math.min(loops + Math.min(loops, LOOPS_BEYOND), MOST_LOOPS));
}

/** The curves of a state: exact losses at step sizes enclosed to `stepDigits`. */
export function loopCurves(state: ExplorerState): LoopCurves {
  const { setting, scale } = whitenedLaw(state);
  const highest = loopsShown(state.loops);
  const scaled = (loss: Rational) => exactNumber(scale.times(loss));
  const depths = Array.from({ length: highest }, (_, i) => i + 1);
  const start = Rational.of(state.dim);
  const perLoop = (stepSize: Rational) =>
    isotropicLossPerLoop({ ...setting, loops: highest }, stepSize).map(scaled);
  const { stepSize } = isotropicOptimum({ ...setting, digits: stepDigits(state) });
  const best = (loss: (loops: number) => Rational) => [start, ...depths.map(loss)].map(scaled);
  return {
    tuned: perLoop(stepSize.midpoint),
    retuned: best((loops) => isotropicOptimum({ ...setting, loops, digits: 12 }).loss.midpoint),
    untied: best((loops) => untiedOptimum({ ...setting, loops, digits: 12 }).loss.midpoint),
    inverse: perLoop(Rational.ONE),
  };
}

/** Digits of b* that the loss needs: 1 − b* is of order d/n. */
export function stepDigits({ contextLength }: ExplorerState): number {
  return 20 + contextLength.toString().length;
}
