import { ArgumentError, Description } from "../errors.js";
import type { AxisValue } from "./axis-value.js";

/** An axis of a grid: its name and its distinct values, in the order of the sweep file. */
export interface Axis {
  readonly name: string;
  readonly values: readonly AxisValue[];
}

/** Values from `from` in steps of `step` up to `to`. */
export interface LinearRange {
  readonly from: AxisValue;
  readonly to: AxisValue;
  readonly step?: AxisValue;
}

/** Values evenly spaced in the logarithm, both ends included. */
export interface LogRange {
  readonly from: AxisValue;
  readonly to: AxisValue;
  readonly perDecade: AxisValue;
}

const MAXIMAL_VALUES = 1_000_000;

/**
 * The values of a range in equal steps.
 *
 * Accuracy.     decimal steps are multiplied, not added up: 0.1 … 0.5 are the doubles one would type
 * Throws.       ArgumentError naming `where` when the range is empty, endless or not numeric
 */
export function linearValues(where: string, range: LinearRange): number[] {
  const [from, to, step] = [range.from, range.to, range.step ?? 1].map((value) =>
    typeof value === "number" ? value : Number.NaN,
  ) as [number, number, number];
  requireRange(where, [from, to, step].every(Number.isFinite), "from, to and step as numbers");
  requireRange(where, step > 0 && to >= from, "step > 0 and from ≤ to");
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  requireRange(where, count <= MAXIMAL_VALUES, `at most ${MAXIMAL_VALUES} values`);
  const digits = Math.max(decimals(from), decimals(step));
  return Array.from({ length: count }, (_, i) => Number((from + i * step).toFixed(digits)));
}

/**
 * The values of a range in equal ratios: `from`·10^(k/perDecade), up to `to`, which is always there.
 *
 * Statement.    whole ends give whole values (rounded, repeats dropped), of any size; else doubles
 * Accuracy.     whole powers of ten times `from` are exact
 * Throws.       ArgumentError naming `where` when the range is empty, endless or not positive
 */
export function logValues(where: string, range: LogRange): AxisValue[] {
  const { from, to, perDecade } = range;
  const ends = [from, to].every((end) => typeof end !== "string" && end > 0);
  requireRange(where, ends && from <= to, "0 < from ≤ to");
  const isDensity = typeof perDecade === "number" && Number.isSafeInteger(perDecade);
  requireRange(where, isDensity && perDecade > 0, "perDecade a positive integer");
  const isWhole = [from, to].every((end) => typeof end === "bigint" || Number.isInteger(end));
  const values: AxisValue[] = [];
  for (let k = 0; ; k++) {
    const value = isWhole
      ? wholeTimesPower(BigInt(from), k, perDecade as number)
      : Number(from) * 10 ** (k / (perDecade as number));
    if (value >= to) break;
    if (values.at(-1) !== value) values.push(value);
    requireRange(where, values.length < MAXIMAL_VALUES, `at most ${MAXIMAL_VALUES} values`);
  }
  return [...values, to];
}

/** The nearest whole number to from·10^(k/perDecade), exact at whole decades. */
function wholeTimesPower(from: bigint, k: number, perDecade: number): AxisValue {
  const decades = Math.floor(k / perDecade);
  const rest = k - decades * perDecade;
  const factor = BigInt(Math.round(10 ** (rest / perDecade) * 1e15));
  const scaled = from * 10n ** BigInt(decades) * (rest === 0 ? 10n ** 15n : factor);
  const value = (scaled + 5n * 10n ** 14n) / 10n ** 15n;
  const double = Number(value);
  return Number.isSafeInteger(double) ? double : value;
}

/** Digits after the point in the shortest decimal of a double. */
function decimals(value: number): number {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  return Math.min(100, Math.max(0, (mantissa.split(".")[1]?.length ?? 0) - Number(exponent)));
}

function requireRange(where: string, holds: boolean, requirement: string): void {
  if (!holds)
    throw new ArgumentError("sweep", where, requirement, new Description("another range"));
}
