import type { ExplorerState } from "../state/explorer-state.js";
import { whitenedLaw } from "../state/whitened-law.js";

/** The source text of a state's setting, and what it needs around it. */
export interface SettingSource {
  /** Statements before the setting, each on its own line. */
  readonly preamble: readonly string[];
  /** `const setting = …` for the functions that take a NoisyLoopedSetting. */
  readonly setting: string;
  /** Names of loopgd's exports that preamble and setting use. */
  readonly imports: readonly string[];
  /** What a loss of `setting` is multiplied by; "" where by nothing. */
  readonly times: string;
}

/** The setting of a state as TypeScript. */
export function settingSource(state: ExplorerState): SettingSource {
  const { dim, contextLength, loops, noiseVariance } = state;
  const law = whitenedLaw(state);
  const isScaled = law.scale.numerator !== law.scale.denominator;
  const noise = `Rational.fromNumber(${noiseVariance})${isScaled ? ".over(scale)" : ""}`;
  const entries = [
    `dim: ${dim}`,
    `contextLength: ${contextSource(contextLength)}`,
    `loops: ${loops}`,
    ...(noiseVariance === 0 ? [] : [`noiseVariance: ${noise}`]),
  ];
  return {
    preamble: isScaled ? scaleSource(law.spectrum) : [],
    setting: `const setting = { ${entries.join(", ")} };`,
    imports: isScaled || noiseVariance !== 0 ? ["Rational"] : [],
    times: isScaled ? ".times(scale)" : "",
  };
}

/** An integer literal, a bigint where doubles end. */
export function contextSource(contextLength: bigint): string {
  if (contextLength <= BigInt(Number.MAX_SAFE_INTEGER)) return String(contextLength);
  const [mantissa, zeros] = [
    contextLength.toString().replace(/0+$/, ""),
    trailingZeros(contextLength),
  ];
  if (zeros < 6) return `${contextLength}n`;
  return mantissa === "1" ? `10n ** ${zeros}n` : `${mantissa}n * 10n ** ${zeros}n`;
}

function trailingZeros(value: bigint): number {
  return /0*$/.exec(value.toString())![0].length;
}

function scaleSource(spectrum: readonly number[]): string[] {
  return [
    "// The prior Ω = I: the loss of A = bΣ⁻¹ is tr(Σ)/d times that for the prior Σ⁻¹ at noise σ²d/tr(Σ).",
    `const spectrum = [${spectrum.join(", ")}];`,
    "const scale = spectrum",
    "  .map((eigenvalue) => Rational.fromNumber(eigenvalue))",
    "  .reduce((sum, eigenvalue) => sum.plus(eigenvalue))",
    "  .over(Rational.of(spectrum.length));",
  ];
}
