import { NumericalError } from "../../errors.js";
import { numberText, powerOfTenText } from "../number-text.js";

/** The part of a Plotly axis that logAxis decides. */
interface LogAxis {
  readonly type: "log";
  /** Decimal logarithms of the ends. */
  readonly range: [number, number];
  readonly tickmode: "array";
  readonly tickvals: number[];
  readonly ticktext: string[];
}

/**
 * A logarithmic axis over the given values with ticks that say what they stand for.
 *
 * Statement.    decades where the values span several, 1–2–5 within few, evenly spaced round
 *               numbers within less than a factor of two; every tick is labelled in full, at most
 *               `mostTicks` of them
 * Throws.       NumericalError when no value is finite and positive
 */
export function logAxis(
  values: readonly number[],
  options: { readonly mostTicks?: number } = {},
): LogAxis {
  const { mostTicks = 8 } = options;
  const positive = values.filter((value) => Number.isFinite(value) && value > 0);
  if (positive.length === 0) throw new NumericalError("logAxis: no finite positive value");
  const [low, high] = paddedRange(positive);
  const ticks = ticksBetween(low, high, mostTicks);
  return {
    type: "log",
    range: [Math.log10(low), Math.log10(high)],
    tickmode: "array",
    tickvals: ticks,
    ticktext: ticks.map(tickText),
  };
}

/** The range of the values with a margin of one twentieth of their decades, at least ±10 %. */
function paddedRange(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b));
  const greatest = values.reduce((a, b) => Math.max(a, b));
  const padding = Math.max(Math.log10(1.1), 0.05 * Math.log10(greatest / least));
  return [least / 10 ** padding, greatest * 10 ** padding];
}

function ticksBetween(low: number, high: number, mostTicks: number): number[] {
  const isInside = (value: number) => value >= low && value <= high;
  const first = Math.floor(Math.log10(low));
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high)) - first + 1 },
    (_, i) => first + i,
  );
  const steps = decades.flatMap((e) => [1, 2, 5].map((m) => Number(`${m}e${e}`))).filter(isInside);
  if (high / low < 4 || steps.length < 3) return roundNumbersBetween(low, high, mostTicks);
  if (steps.length <= mostTicks) return steps;
  for (const stride of [1, 2, 3, 5, 10, 20, 50, 100]) {
    const powers = decades
      .filter((exponent) => exponent % stride === 0)
      .map((exponent) => Number(`1e${exponent}`))
      .filter(isInside);
    if (powers.length <= mostTicks) return powers;
  }
  return [];
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function roundNumbersBetween(low: number, high: number, mostTicks: number): number[] {
  const smallest = Math.floor(Math.log10((high - low) / mostTicks));
  const steps = [smallest, smallest + 1].flatMap((e) => [1, 2, 5].map((m) => ({ m, e })));
  for (const { m, e } of steps) {
    const step = Number(`${m}e${e}`);
    const from = Math.ceil(low / step);
    const count = Math.floor(high / step) - from + 1;
    if (count <= mostTicks) {
      // Through text: 3 · 0.1 in doubles is not 0.3.
      return Array.from({ length: count }, (_, i) => Number(`${(from + i) * m}e${e}`));
    }
  }
  return [];
}

function tickText(value: number): string {
  const exponent = Math.round(Math.log10(value));
  const isPower = Number(`1e${exponent}`) === value;
  return isPower && Math.abs(exponent) > 3 ? powerOfTenText(exponent) : numberText(value, 6);
}
