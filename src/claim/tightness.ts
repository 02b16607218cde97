import { logarithm, magnitude } from "../numeric/integer.js";
import { Rational } from "../numeric/rational.js";
import type { Claim, Measurement, Quantity } from "./claim.js";

/** How tight a bound is at one setting. */
export interface Tightness {
  readonly kind: "upper-bound" | "lower-bound";
  /** Name of the constant; null when the bound counts as 1 times itself. */
  readonly constant: string | null;
  readonly stated: number;
  /** The constant with which the bound would be attained here. */
  readonly tight: number;
  /** tight/stated: ≤ 1 where an upper bound holds, ≥ 1 where a lower bound does. */
  readonly ratio: number;
  readonly attained: string | null;
}

/** The tightest constant over a claim's settings, and the setting that attains it. */
export interface GridTightness extends Tightness {
  readonly id: string;
  readonly setting: string;
}

/**
 * How far the constant of a bound is from the best one that the measurement allows.
 *
 * Statement.    tight = stated · (measured/predicted)^{1/power} at the component closest to its bound
 * Conventions.  components with a bound ≤ 0 have no such ratio and are left out
 * Accuracy.     the ratio is exact before its root is taken: it may lie beyond every double
 */
export function tightnessOf<Setting>(
  claim: Claim<Setting>,
  setting: Setting,
  predicted: Quantity | readonly Quantity[],
  measurement: Measurement,
): Tightness | null {
  const { kind, constant } = claim;
  if (kind !== "upper-bound" && kind !== "lower-bound") return null;
  const bounds = rationals(predicted);
  const ratios = rationals(measurement.value).flatMap((value, i) =>
    bounds[i]!.sign() > 0 && value.sign() >= 0 ? [value.over(bounds[i]!)] : [],
  );
  if (ratios.length === 0) return null;
  const isUpper = kind === "upper-bound";
  const closest = ratios.reduce((a, b) => (b.compare(a) > 0 === isUpper ? b : a));
  const stated = constant?.stated(setting) ?? 1;
  const ratio = root(closest, constant?.power?.(setting) ?? 1);
  return {
    kind,
    constant: constant?.name ?? null,
    stated,
    tight: stated * ratio,
    ratio,
    attained: measurement.attained ?? null,
  };
}

/**
 * The tightest constant of each bound over its grid, in the order of the results.
 *
 * Statement.    the largest ratio of an upper bound, the smallest of a lower one
 */
export function tightestOnGrid(
  results: readonly { id: string; setting: string; tightness: Tightness | null }[],
): GridTightness[] {
  const tightest = new Map<string, GridTightness>();
  for (const { id, setting, tightness } of results) {
    if (tightness === null) continue;
    const known = tightest.get(id);
    const isTighter =
      known === undefined ||
      (tightness.kind === "upper-bound"
        ? tightness.ratio > known.ratio
        : tightness.ratio < known.ratio);
    if (isTighter) tightest.set(id, { id, setting, ...tightness });
  }
  return [...tightest.values()];
}

/** value^{1/power} for a value ≥ 0 of any size. */
function root(value: Rational, power: number): number {
  if (power === 1 || value.sign() === 0) return value.toNumber();
  const { numerator, denominator } = value;
  return Math.exp((logarithm(magnitude(numerator)) - logarithm(denominator)) / power);
}

function rationals(value: Quantity | readonly Quantity[]): Rational[] {
  const list = typeof value === "number" || value instanceof Rational ? [value] : value;
  return list.map((entry) => (entry instanceof Rational ? entry : Rational.fromNumber(entry)));
}
