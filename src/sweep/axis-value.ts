import { ArgumentError } from "../errors.js";
import { parseInteger } from "../numeric/integer.js";

/**
 * A value on an axis. Whole numbers beyond 2⁵³ are bigints: a context may be of any length; names are
 * texts.
 */
export type AxisValue = number | bigint | string;

/** One point of a grid: a value on every axis. */
export type Point = Readonly<Record<string, AxisValue>>;

/** The nearest double of a number on an axis. */
export function toDouble(value: AxisValue): number {
  return Number(value);
}

/**
 * Text as a value: a whole number exactly, whatever its size ("1e30" is 10³⁰), else a double, else the
 * text.
 */
export function readAxisValue(text: string): AxisValue {
  const whole = parseInteger(text);
  if (whole !== undefined) {
    const double = Number(whole);
    return Number.isSafeInteger(double) ? double : whole;
  }
  const double = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(double) ? double : text;
}

/** A whole number of at least `minimum` on an axis, as a double. */
export function wholeOf(point: Point, axis: string, minimum = 1): number {
  const value = point[axis];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= minimum) return value;
  const requirement = minimum === 1 ? "a positive integer" : `an integer of at least ${minimum}`;
  throw new ArgumentError("sweep", axis, requirement, value);
}

/** A positive whole number of any size on an axis. */
export function bigWholeOf(point: Point, axis: string): bigint {
  const value = point[axis];
  const isWhole =
    typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value));
  if (isWhole && BigInt(value) >= 1n) return BigInt(value);
  throw new ArgumentError("sweep", axis, "a positive integer such as 20 or 1e30", value);
}

/** A finite number of at least zero on an axis (above zero where zero is not allowed). */
export function positiveOf(point: Point, axis: string, allowZero: boolean): number {
  const value = point[axis];
  if (typeof value === "number" && (allowZero ? value >= 0 : value > 0)) return value;
  throw new ArgumentError("sweep", axis, `a finite number ${allowZero ? "≥" : ">"} 0`, value);
}
