import { NumericalError } from "../errors.js";
import { Enclosure } from "../numeric/enclosure.js";
import { logarithm } from "../numeric/integer.js";
import type { Rational } from "../numeric/rational.js";
import { type LoopedSetting, requireLoopedSetting } from "./setting.js";

/** The looped-GD paper's radius around Σ⁻¹, and whether it says anything. */
export interface PaperBound {
  readonly delta: number;
  readonly c: number;
  /** Whether c ≥ 1, decided by integers. */
  readonly vacuous: boolean;
  /** The least n with c < 1. */
  readonly contextForNonVacuous: bigint;
}

/**
 * Constants of the global-minimiser theorem (1−c)Σ⁻¹ ⪯ A ⪯ (1+c)Σ⁻¹.
 *
 * Statement.    δ = (8Ld/√n)^{1/(2L)}, c = 8δ d^{1/(2L)}; c < 1 iff n > 64 L² d⁴ 8^{4L}
 * Hypotheses.   none on n: it may exceed every double
 * Accuracy.     `vacuous` and `contextForNonVacuous` exact; δ and c to 1e−14 relative while n is
 *               below 10^300, to about 1e−16·ln n beyond
 * Throws.       ArgumentError for a bad setting
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), global minimiser
 * @example paperBound({ dim: 10, contextLength: 20, loops: 1 }).contextForNonVacuous
 * // → 2621440001n
 */
export function paperBound(setting: LoopedSetting): PaperBound {
  const n = requireLoopedSetting("paperBound", setting);
  const { dim, loops } = setting;
  const logDelta = (Math.log(8 * loops * dim) - logarithm(n) / 2) / (2 * loops);
  const delta = Math.exp(logDelta);
  const threshold = squaredConstant(setting);
  return {
    delta,
    c: 8 * delta * dim ** (1 / (2 * loops)),
    vacuous: n <= threshold,
    contextForNonVacuous: threshold + 1n,
  };
}

/**
 * Whether |b − 1| ≤ c, decided by integers alone.
 *
 * Statement.    |b − 1| ≤ c iff |b − 1|^{4L} n ≤ 64 L² d⁴ 8^{4L}
 * Accuracy.     exact
 * Throws.       ArgumentError for a bad setting; NumericalError when an enclosure is too wide to
 *               decide
 */
export function withinPaperBound(stepSize: Rational | Enclosure, setting: LoopedSetting): boolean {
  const n = requireLoopedSetting("withinPaperBound", setting);
  const threshold = squaredConstant(setting);
  const power = 4n * BigInt(setting.loops);
  const isWithin = ({ numerator, denominator }: Rational) =>
    (numerator - denominator) ** power * n <= threshold * denominator ** power;
  if (!(stepSize instanceof Enclosure)) return isWithin(stepSize);

  const { lower, upper } = stepSize;
  const ends = [isWithin(lower), isWithin(upper)];
  const reachesAcrossOne =
    lower.numerator < lower.denominator && upper.numerator > upper.denominator;
  if (ends[0] !== ends[1] || (ends[0] === false && reachesAcrossOne)) {
    const [from, to] = stepSize.toDecimals(20);
    throw new NumericalError(
      `withinPaperBound: [${from}, ${to}] straddles the bound; enclose the step size more tightly`,
    );
  }
  return ends[0]!;
}

/** 64 L² d⁴ 8^{4L}, which is c^{4L} n. */
function squaredConstant({ dim, loops }: LoopedSetting): bigint {
  const d = BigInt(dim);
  const bigLoops = BigInt(loops);
  return 64n * bigLoops ** 2n * d ** 4n * 8n ** (4n * bigLoops);
}
