import type { Enclosure } from "../../numeric/enclosure.js";
import { Matrix } from "../../numeric/matrix.js";
import { Rational } from "../../numeric/rational.js";
import { isotropicOptimum } from "../../theory/isotropic-optimum.js";
import { oneLayerOptimum } from "../../theory/one-layer.js";
import { paperBound, withinPaperBound } from "../../theory/paper-bound.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { type WhitenedLaw, whitenedLaw } from "../state/whitened-law.js";
import { type ExactNumber, exactNumber } from "./exact-number.js";
import { stepDigits } from "./loop-curves.js";
import { orUnavailable, type Unavailable } from "./part.js";

/** Digits of the enclosures shown; those of `loopgd optimum`. */
const DIGITS = 50;

/** Distance from 1 below which b* is told by it. */
const NEAR = Rational.of(1, 10_000_000);

/** The best A = bΣ⁻¹, and the paper's statement about it. */
export interface OptimumAnswer {
  readonly stepSize: ExactNumber & { readonly enclosure: readonly [string, string] };
  readonly loss: ExactNumber & { readonly enclosure: readonly [string, string] };
  /** The loss of predicting 0. */
  readonly initialLoss: ExactNumber;
  /** Least and greatest eigenvalue of A* = b*Σ⁻¹. */
  readonly preconditioner: { readonly least: number; readonly greatest: number };
  /** The global optimum of one layer, where that is no multiple of Σ⁻¹: its loss. */
  readonly oneLayer: ExactNumber | null;
  readonly bound: BoundAnswer | Unavailable;
}

/** The radius of the global-minimiser theorem beside the truth. */
export interface BoundAnswer {
  readonly c: number;
  /** |b* − 1| */
  readonly distance: ExactNumber;
  readonly isVacuous: boolean;
  /** The least n with c < 1. */
  readonly from: bigint;
  /** |b* − 1| ≤ c, decided by integers. */
  readonly isWithin: boolean;
  /** c/|b* − 1| */
  readonly looseness: number;
}

/** The exact isotropic optimum of a state. */
export function optimumAnswer(state: ExplorerState): OptimumAnswer {
  const law = whitenedLaw(state);
  const { setting, scale, spectrum } = law;
  const optimum = isotropicOptimum({ ...setting, digits: DIGITS });
  const loss = optimum.loss.times(scale);
  const value = optimum.stepSize.toNumber();
  const isTruncated = state.loops === 1 && !law.isScalar;
  return {
    stepSize: { ...enclosed(optimum.stepSize), text: stepText(state, setting) },
    loss: enclosed(loss),
    initialLoss: exactNumber(scale.times(Rational.of(state.dim))),
    preconditioner: {
      least: value / Math.max(...spectrum),
      greatest: value / Math.min(...spectrum),
    },
    oneLayer: isTruncated ? oneLayerLoss(state, spectrum) : null,
    bound: boundAnswer(state),
  };
}

function enclosed(enclosure: Enclosure) {
  return { ...exactNumber(enclosure.midpoint, 8), enclosure: enclosure.toDecimals(DIGITS) };
}

/** b* in words: near 1 by its distance from there, which eight digits would hide. */
function stepText(state: ExplorerState, setting: WhitenedLaw["setting"]): string {
  const { stepSize } = isotropicOptimum({ ...setting, digits: stepDigits(state) });
  const distance = Rational.ONE.minus(stepSize.midpoint);
  return distance.sign() > 0 && distance.compare(NEAR) < 0
    ? `1 − ${exactNumber(distance, 4).text}`
    : exactNumber(stepSize.midpoint).text;
}

function oneLayerLoss(state: ExplorerState, spectrum: readonly number[]): ExactNumber {
  const { loss } = oneLayerOptimum({
    contextLength: state.contextLength,
    covariance: Matrix.diag([...spectrum]),
    taskCovariance: Matrix.eye(state.dim),
    noiseVariance: state.noiseVariance,
  });
  return exactNumber(Rational.fromNumber(loss));
}

function boundAnswer(state: ExplorerState): BoundAnswer | Unavailable {
  if (state.noiseVariance !== 0) return { unavailable: "the theorem is about noise-free labels" };
  if (state.taskPrior !== "inverse")
    return { unavailable: "the theorem is about the prior Ω = Σ⁻¹" };
  return orUnavailable(() => {
    const { dim, contextLength, loops } = state;
    const setting = { dim, contextLength, loops };
    const { c, vacuous, contextForNonVacuous } = paperBound(setting);
    const { stepSize } = isotropicOptimum({ ...setting, digits: stepDigits(state) });
    const distance = stepSize.midpoint.minus(Rational.ONE).absolute();
    return {
      c,
      distance: exactNumber(distance, 6),
      isVacuous: vacuous,
      from: contextForNonVacuous,
      isWithin: withinPaperBound(stepSize, setting),
      looseness: c / distance.toNumber(),
    };
  });
}
