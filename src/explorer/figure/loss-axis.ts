import { logAxis } from "../../report/figure/log-axis.js";
import { powerOfTenText } from "../../report/number-text.js";
import type { ExactNumber } from "../answer/exact-number.js";

/** A linear axis of decimal exponents, labelled with the numbers they stand for. */
export interface ExponentAxis {
  readonly type: "linear";
  readonly range: [number, number];
  readonly tickmode: "array";
  readonly tickvals: number[];
  readonly ticktext: string[];
}

/** Exponents within which doubles hold the numbers themselves. */
const DOUBLE_REACH = 290;

const MOST_TICKS = 8;

/**
 * The axis of numbers given by their decimal logarithms, which may be far below every double.
 *
 * Statement.    the ticks of `logAxis` where the numbers are doubles; whole decades elsewhere
 */
export function exponentAxis(exponents: readonly number[]): ExponentAxis {
  const finite = exponents.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), 0);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (finite.length > 0 && low > -DOUBLE_REACH && high < DOUBLE_REACH) {
    const { range, tickvals, ticktext } = logAxis(finite.map((exponent) => 10 ** exponent));
    const positions = tickvals.map((value) => Math.log10(value));
    return { type: "linear", range, tickmode: "array", tickvals: positions, ticktext };
  }
  const stride = 10 ** Math.ceil(Math.log10((high - low) / MOST_TICKS));
  const first = Math.ceil(low / stride);
  const count = Math.floor(high / stride) - first + 1;
  const decades = Array.from({ length: count }, (_, i) => (first + i) * stride);
  return {
    type: "linear",
    range: [low - 0.05 * (high - low), high + 0.05 * (high - low)],
    tickmode: "array",
    tickvals: decades,
    ticktext: decades.map(powerOfTenText),
  };
}

/** The exponents of a curve; null, a gap, where a loss is zero. */
export function exponentsOf(losses: readonly ExactNumber[]): (number | null)[] {
  return losses.map(({ log10 }) => log10);
}

/** Room to the left of a vertical axis for its labels, so that its title stands clear of them. */
export function leftMargin({ ticktext }: ExponentAxis): number {
  const longest = Math.max(...ticktext.map((text) => text.length));
  return 72 + 7 * Math.max(0, longest - 5);
}
