import { ArgumentError, requirePositive } from "../errors.js";

/**
 * A running average of the parameters along a run.
 *
 * Statement.    a ← a + weight(k)·(θ − a) for the k-th parameters taken in, k = 1, 2, …; weight(1) = 1
 */
export interface Averaging {
  /** The text `parseAveraging` reads this average from. */
  readonly spec: string;
  /** Whether where it begins depends on the length of the run. */
  readonly usesHorizon: boolean;
  /** Whether the parameters after `step` steps of `steps` are taken in. */
  includes(step: number, steps: number): boolean;
  weight(count: number): number;
}

/** What an average remembers: how many parameter vectors it took in, and their average. */
export interface AverageState {
  readonly count: number;
  readonly vector: Float64Array;
}

/** What an average may be written as. */
const AVERAGING_FORMS =
  "ema:DECAY (exponential, e.g. ema:0.99), tail:FRACTION (of the run, e.g. tail:0.25), both in (0, 1), or polynomial:POWER (later ones weigh more, e.g. polynomial:8; POWER > 0)";

/**
 * The exponential average with bias correction.
 *
 * Statement.    m ← βm + (1 − β)θ, a = m/(1 − βᵏ): as an update of a, weight(k) = (1 − β)/(1 − βᵏ)
 * Throws.       ArgumentError unless decay (β) is in (0, 1)
 */
export function exponentialAverage(decay: number): Averaging {
  requireFraction("exponentialAverage", "decay", decay);
  return {
    spec: `ema:${decay}`,
    usesHorizon: false,
    includes: () => true,
    weight: (count) => (1 - decay) / (1 - decay ** count),
  };
}

/**
 * The plain mean over the last part of a run.
 *
 * Statement.    the mean of θ after steps ⌊(1 − fraction)·steps⌋ + 1 … steps
 * Throws.       ArgumentError unless fraction is in (0, 1)
 * Source.       Polyak–Ruppert averaging, begun late
 */
export function tailAverage(fraction: number): Averaging {
  requireFraction("tailAverage", "fraction", fraction);
  return {
    spec: `tail:${fraction}`,
    usesHorizon: true,
    includes: (step, steps) => step > Math.floor((1 - fraction) * steps),
    weight: (count) => 1 / count,
  };
}

/**
 * The average to which later parameters of a run contribute more.
 *
 * Statement.    weight(k) = (p + 1)/(k + p): of k parameters, the i-th has weight about iᵖ
 * Throws.       ArgumentError unless power (p) is positive and finite
 * Source.       Shamir and Zhang 2013, polynomial-decay averaging
 */
export function polynomialAverage(power: number): Averaging {
  requirePositive("polynomialAverage", "power", power);
  return {
    spec: `polynomial:${power}`,
    usesHorizon: false,
    includes: () => true,
    weight: (count) => (power + 1) / (count + power),
  };
}

/** The average with one more parameter vector taken in. */
export function extendAverage(
  averaging: Averaging,
  { count, vector }: AverageState,
  parameters: Float64Array,
): AverageState {
  if (count === 0) return { count: 1, vector: Float64Array.from(parameters) };
  const weight = averaging.weight(count + 1);
  return {
    count: count + 1,
    vector: vector.map((value, i) => value + weight * (parameters[i]! - value)),
  };
}

/**
 * The average a specification names.
 *
 * Throws.       ArgumentError when the text has none of AVERAGING_FORMS
 * @example parseAveraging("ema:0.5").weight(2)  // → 0.6666…
 */
export function parseAveraging(spec: string): Averaging {
  const [family, text = "", ...rest] = spec.split(":");
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (rest.length === 0 && value > 0 && value < 1) {
    if (family === "ema") return exponentialAverage(value);
    if (family === "tail") return tailAverage(value);
  }
  if (rest.length === 0 && family === "polynomial" && value > 0 && Number.isFinite(value)) {
    return polynomialAverage(value);
  }
  throw new ArgumentError("parseAveraging", "averaging", `one of ${AVERAGING_FORMS}`, spec);
}

function requireFraction(where: string, argument: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new ArgumentError(where, argument, "in (0, 1)", value);
}
