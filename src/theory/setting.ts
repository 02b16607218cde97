import { ArgumentError, Description, HypothesisError, requireInteger } from "../errors.js";
import { Rational } from "../numeric/rational.js";

/** Sizes of a Wishart matrix nS ~ W_d(n, I): d = `dim`, n = `contextLength`, of any size. */
export interface WishartSetting {
  readonly dim: number;
  readonly contextLength: number | bigint;
}

/** Sizes of a looped model: L = `loops` applications of the one shared layer. */
export interface LoopedSetting extends WishartSetting {
  readonly loops: number;
}

/** A looped setting with label noise σ² = `noiseVariance` on the context (absent: none). */
export interface NoisyLoopedSetting extends LoopedSetting {
  readonly noiseVariance?: Rational;
}

/** Loops beyond which the exact moments (cubic in the loops) would run for minutes. */
const MAXIMAL_LOOPS = 256;

/** Throws ArgumentError unless the sizes are positive integers; gives n as a bigint. */
export function requireWishartSetting(where: string, setting: WishartSetting): bigint {
  requireInteger(where, "dim", setting.dim);
  const { contextLength } = setting;
  if (typeof contextLength === "number") {
    requireInteger(where, "contextLength", contextLength);
  } else if (typeof contextLength !== "bigint" || contextLength < 1n) {
    throw new ArgumentError(where, "contextLength", "a positive integer", contextLength);
  }
  return BigInt(contextLength);
}

/** As requireWishartSetting, for a looped setting with optional noise. */
export function requireLoopedSetting(where: string, setting: NoisyLoopedSetting): bigint {
  const n = requireWishartSetting(where, setting);
  requireInteger(where, "loops", setting.loops);
  const { noiseVariance } = setting;
  if (noiseVariance !== undefined && !(noiseVariance instanceof Rational)) {
    throw new ArgumentError(where, "noiseVariance", "a Rational ≥ 0", noiseVariance);
  }
  if (noiseVariance !== undefined && noiseVariance.sign() < 0) {
    const got = new Description(noiseVariance.toString());
    throw new ArgumentError(where, "noiseVariance", "≥ 0", got);
  }
  return n;
}

/** Throws HypothesisError when the exact moments of that many loops are out of reach. */
export function requireReachableLoops(where: string, loops: number): void {
  if (loops > MAXIMAL_LOOPS) {
    throw new HypothesisError(
      `${where}: exact moments reach ${MAXIMAL_LOOPS} loops, got ${loops} loops`,
    );
  }
}
