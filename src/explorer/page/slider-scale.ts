import { bitLength } from "../../numeric/integer.js";
import { SLIDERS } from "../markup/render-controls.js";

/** The context length at a position of its slider, a decimal logarithm; rounded to two digits. */
export function contextAt(position: number): bigint {
  const whole = Math.max(0, Math.floor(position) - 1);
  const mantissa = Math.round(10 ** (position - whole));
  return BigInt(mantissa) * 10n ** BigInt(whole);
}

/** The position of a context length on its slider. */
export function positionOf(contextLength: bigint): number {
  const shift = BigInt(Math.max(0, bitLength(contextLength) - 60));
  const log = Math.log10(Number(contextLength >> shift)) + Number(shift) * Math.log10(2);
  return Math.min(SLIDERS.n.max, log);
}

/** The parameter at a position of its slider: the condition number goes by decades. */
export function parameterAt(family: "condition" | "ar1", position: number): string {
  return family === "ar1" ? String(position) : String(Number((10 ** position).toPrecision(3)));
}

/** The position of a parameter on its slider. */
export function parameterPosition(family: "condition" | "ar1", value: number): number {
  return family === "ar1" ? value : Math.log10(Math.max(1, value));
}
