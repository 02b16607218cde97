/**
 * A number as people write it: at most `digits` significant digits, a true minus sign, powers of
 * ten beyond [10⁻³, 10⁶).
 *
 * @example numberText(-0.0000123)  // → "−1.23 × 10⁻⁵"
 */
export function numberText(value: number, digits = 4): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  }
  if (value === 0) return "0";
  const [mantissa, exponentText] = value.toExponential(digits - 1).split("e") as [string, string];
  const exponent = Number(exponentText);
  if (exponent >= -3 && exponent < 6) {
    return withTrueMinus(String(Number(value.toPrecision(digits))));
  }
  const factor = withTrueMinus(String(Number(mantissa)));
  const power = powerOfTenText(exponent);
  if (factor === "1") return power;
  return factor === "−1" ? `−${power}` : `${factor} × ${power}`;
}

/** As numberText, for an integer of any size. */
export function integerText(value: bigint, digits = 3): string {
  const text = (value < 0n ? -value : value).toString();
  if (text.length <= 6) return withTrueMinus(value.toString());
  // A short mantissa is a double whatever the size of the integer.
  const mantissa = Number(`${text[0]}.${text.slice(1, 17)}`);
  const [factor, carry] = Number(mantissa.toPrecision(digits)) < 10 ? [mantissa, 0] : [1, 1];
  const power = powerOfTenText(text.length - 1 + carry);
  const sign = value < 0n ? "−" : "";
  const shown = String(Number(factor.toPrecision(digits)));
  return sign + (shown === "1" ? power : `${shown} × ${power}`);
}

/** 10 to an integer power, with superscript digits. */
export function powerOfTenText(exponent: number): string {
  if (exponent === 0) return "1";
  if (exponent === 1) return "10";
  return `10${[...String(exponent)].map((character) => SUPERSCRIPTS[character]!).join("")}`;
}

/** A share as a percentage, e.g. "1.25 %". */
export function percentText(share: number, digits = 3): string {
  return `${numberText(100 * share, digits)} %`;
}

/** A duration, in minutes and seconds from a minute and a half. */
export function secondsText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole >= 90) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (seconds < 0.005) return "< 0.01 s";
  return seconds >= 9.995 ? `${whole} s` : `${seconds.toFixed(2)} s`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

function withTrueMinus(text: string): string {
  return text.replace("-", "−");
}
