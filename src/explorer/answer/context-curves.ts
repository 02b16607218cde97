import { isotropicOptimum } from "../../theory/isotropic-optimum.js";
import { untiedOptimum } from "../../theory/polynomial-family/untied-optimum.js";
import type { ExplorerState } from "../state/explorer-state.js";
import { whitenedLaw } from "../state/whitened-law.js";
import { type ExactNumber, exactNumber } from "./exact-number.js";

/** Exact least losses along the context length. */
export interface ContextCurves {
  readonly contextLengths: readonly bigint[];
  /** The best looped b, for several numbers of loops. */
  readonly looped: readonly { readonly loops: number; readonly losses: readonly ExactNumber[] }[];
  /** The best untied layers of depth L. */
  readonly untied: readonly ExactNumber[];
}

/** Ends of the axis: the first that leaves a decade beyond n is taken. */
const DECADES = [4, 8, 16, 31, 62] as const;

const POINTS = 32;

/** The curves of a state. */
export function contextCurves(state: ExplorerState): ContextCurves {
  const { setting, scale } = whitenedLaw(state);
  const contextLengths = contextGrid(state.contextLength);
  const along = (loss: (contextLength: bigint) => ExactNumber) => contextLengths.map(loss);
  return {
    contextLengths,
    looped: loopsCompared(state.loops).map((loops) => ({
      loops,
      losses: along((contextLength) => {
        const { loss } = isotropicOptimum({ ...setting, loops, contextLength, digits: 10 });
        return exactNumber(loss.midpoint.times(scale));
      }),
    })),
    untied: along((contextLength) =>
      exactNumber(
        untiedOptimum({ ...setting, contextLength, digits: 10 }).loss.midpoint.times(scale),
      ),
    ),
  };
}

/** 1, 2, 4, … and L: at most five numbers of loops. */
function loopsCompared(loops: number): number[] {
  const ladder = [1, 2, 3, 5, 8, 12, 20].filter((value) => value < loops);
  return [...ladder.slice(0, 1), ...ladder.slice(1).slice(-3), loops];
}

/** Integers from 1 on, evenly spaced by their logarithms, and n itself. */
export function contextGrid(contextLength: bigint): bigint[] {
  const decades = DECADES.find((end) => 10n * contextLength <= 10n ** BigInt(end)) ?? DECADES[4];
  const grid = new Set<bigint>([contextLength]);
  for (let i = 0; i <= POINTS; i++) grid.add(roundedPower((i * decades) / POINTS));
  return [...grid].sort((a, b) => (a < b ? -1 : 1));
}

/** The integer nearest to 10^exponent, to three digits beyond 1000. */
function roundedPower(exponent: number): bigint {
  const whole = Math.max(0, Math.floor(exponent) - 3);
  return BigInt(Math.round(10 ** (exponent - whole))) * 10n ** BigInt(whole);
}
