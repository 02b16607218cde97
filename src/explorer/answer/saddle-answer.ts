import { HypothesisError } from "../../errors.js";
import { antisymmetricCurvatureAtOptimum } from "../../theory/population/antisymmetric-curvature.js";
import { provenSaddleOnset } from "../../theory/population/proven-saddle-onset.js";
import { saddleOnset } from "../../theory/population/saddle-onset.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { whitenedLaw } from "../state/whitened-law.js";
import { requireScalar } from "./landscape.js";

/** What b*I is among all matrices, by the exact sign of the antisymmetric curvature. */
export interface SaddleAnswer {
  /** Nearest double of d²ℓ/dε² along an antisymmetric direction of norm 1. */
  readonly curvature: number;
  /** −1: a strict saddle; 1: a minimum against antisymmetric directions. */
  readonly sign: -1 | 1;
}

/** The first n at which b*I is a saddle. */
export interface OnsetAnswer {
  /** null: none up to `checkedTo`. */
  readonly onset: number | null;
  /** Every n up to here was decided by its exact sign; null: proved for all n. */
  readonly checkedTo: number | null;
}

/** Loops up to which the onset is proved for every n at once; more take long. */
const PROVED_LOOPS = 3;

/** Beyond, thousands of signs would be decided one by one. */
const MOST_DIM = 60;

/** The verdict on b*I. Throws HypothesisError with noise, for d = 1, and beyond 7 loops. */
export function saddleAnswer(state: ExplorerState): SaddleAnswer {
  const law = whitenedLaw(state);
  requireScalar(law);
  requireNoNoise(state);
  const { dim, contextLength, loops } = state;
  const { curvature, sign } = antisymmetricCurvatureAtOptimum({ dim, contextLength, loops });
  return { curvature: curvature.midpoint.times(law.scale).toNumber(), sign };
}

const remembered = new Map<string, OnsetAnswer>();

/** n₀(d, L), remembered. Throws HypothesisError as saddleAnswer, for one loop, and for large d. */
export function onsetAnswer(state: ExplorerState): OnsetAnswer {
  const { dim, loops } = state;
  requireScalar(whitenedLaw(state));
  requireNoNoise(state);
  if (dim === 1) throw new HypothesisError("onset: d = 1 has no antisymmetric direction");
  if (loops === 1) throw new HypothesisError("onset: one loop has no saddle at any n");
  const isProved = loops <= PROVED_LOOPS;
  if (!isProved && dim > MOST_DIM) {
    throw new HypothesisError(`onset: looked for up to d = ${MOST_DIM} at this many loops`);
  }
  const key = `${dim},${loops}`;
  const known = remembered.get(key) ?? computeOnset(dim, loops, isProved);
  remembered.set(key, known);
  return known;
}

function computeOnset(dim: number, loops: number, isProved: boolean): OnsetAnswer {
  if (isProved) return { onset: provenSaddleOnset(dim, loops).onset, checkedTo: null };
  const { onset, checkedTo } = saddleOnset(dim, loops);
  return { onset, checkedTo };
}

function requireNoNoise({ noiseVariance }: ExplorerState): void {
  if (noiseVariance > 0) throw new HypothesisError("saddle: known for noise-free labels only");
}
