import { ArgumentError, HypothesisError, NumericalError } from "../../errors.js";
import { type LoopedSetting, requireLoopedSetting } from "../setting.js";
import { SAMPLE } from "./circuit/alphabet.js";
import { sweepGradient, sweepValues } from "./circuit/circuit-sweeps.js";
import { inverse } from "./evaluate-float.js";
import { type PopulationPolynomial, populationPolynomial } from "./population-polynomial.js";

/**
 * A real normal matrix up to rotation: planes c_i I + ε_i J and real eigenvalues.
 *
 * Shapes.       2·planes.length + reals.length = d
 */
export interface NormalSpectrum {
  readonly planes: readonly { readonly real: number; readonly imaginary: number }[];
  readonly reals: readonly number[];
}

/** Loss at a normal matrix with its derivatives in every unknown of the spectrum. */
export interface NormalLoss {
  readonly value: number;
  readonly gradient: NormalSpectrum;
}

/** Loops that the normal circuit reaches: 7 pass 600 000 states. */
const MAXIMAL_LOOPS = 6;

/**
 * The exact loss and its gradient at a normal whitened preconditioner, by its eigenvalues.
 *
 * Every optimum over all B found so far is normal: this family has d unknowns instead of d².
 *
 * Statement.    populationLoss at any normal B with eigenvalues c_i ± iε_i and x_j: every trace is
 *               tr B^a Bᵀ^b = 2 Σ Re z_i^a z̄_i^b + Σ x_j^{a+b}
 * Conventions.  prior Ω = Σ⁻¹, no noise, whitened B
 * Accuracy.     doubles: cancels near the optimum at large n, as the naive loss does; take
 *               `populationLoss` of the block matrix for an exact value
 * Throws.       ArgumentError when the spectrum does not fill d; HypothesisError beyond 6 loops
 * Source.       derived here: BBᵀ = BᵀB sorts the letters of every gap
 */
export function normalLoss(setting: LoopedSetting, spectrum: NormalSpectrum): NormalLoss {
  const n = requireLoopedSetting("normalLoss", setting);
  const { planes, reals } = spectrum;
  if (2 * planes.length + reals.length !== setting.dim) {
    const got = 2 * planes.length + reals.length;
    throw new ArgumentError("normalLoss", "spectrum", `of ${setting.dim} eigenvalues`, got);
  }
  if (setting.loops > MAXIMAL_LOOPS) {
    throw new HypothesisError(
      `normalLoss: exact losses of normal preconditioners reach ${MAXIMAL_LOOPS} loops, got ${setting.loops}; sample the loss instead`,
    );
  }
  const { circuit, stages } = normalPolynomial(setting.loops);
  const powers = circuit.traces.map(exponents);
  const inverseN = inverse(n);
  const traces = Float64Array.from(powers, ([a, b], k) => (k === 0 ? 1 : trace(spectrum, a, b)));
  const values = sweepValues(circuit, traces, inverseN);
  const seeds = new Float64Array(circuit.stateCount);
  const direct = new Float64Array(traces.length);
  let value = 0;
  for (const { root, coefficient } of stages[0]!.residual) {
    const { state, trace: factor } = circuit.roots[root]!;
    value += coefficient * traces[factor]! * values[state]!;
    seeds[state]! += coefficient * traces[factor]!;
    direct[factor]! += coefficient * values[state]!;
  }
  const weights = sweepGradient(circuit, traces, values, inverseN, seeds);
  for (const [k, one] of direct.entries()) weights[k]! += one;
  if (!Number.isFinite(value)) throw new NumericalError("normalLoss: the loss is not finite");
  return { value, gradient: spectrumGradient(spectrum, powers, weights) };
}

function normalPolynomial(loops: number): PopulationPolynomial {
  return populationPolynomial({
    layers: new Array<number>(loops).fill(0),
    kind: "normal",
    hasPrior: false,
    hasPlainPrior: false,
    hasNoise: false,
    stages: [loops],
  });
}

/** How many plain and how many transposed letters a word has. */
function exponents(word: string): readonly [number, number] {
  const plainSymbol = String.fromCharCode(SAMPLE.charCodeAt(0) + 1);
  const plain = [...word].filter((symbol) => symbol === plainSymbol).length;
  return [plain, word.length - plain];
}

function trace({ planes, reals }: NormalSpectrum, a: number, b: number): number {
  let sum = 0;
  for (const { real, imaginary } of planes) sum += 2 * monomial(real, imaginary, a, b)[0];
  for (const x of reals) sum += x ** (a + b);
  return sum;
}

/** z^a z̄^b as [real, imaginary], by multiplication: no angle loses digits. */
function monomial(real: number, imaginary: number, a: number, b: number): [number, number] {
  const modulus = (real * real + imaginary * imaginary) ** Math.min(a, b);
  const sign = a >= b ? 1 : -1;
  let [x, y] = [modulus, 0];
  for (let k = Math.abs(a - b); k > 0; k--) {
    [x, y] = [x * real - sign * y * imaginary, sign * x * imaginary + y * real];
  }
  return [x, y];
}

function spectrumGradient(
  { planes, reals }: NormalSpectrum,
  powers: readonly (readonly [number, number])[],
  weights: Float64Array,
): NormalSpectrum {
  const ofPlane = ({ real, imaginary }: NormalSpectrum["planes"][number]) => {
    let [alongReal, alongImaginary] = [0, 0];
    for (const [k, [a, b]] of powers.entries()) {
      // ∂/∂z and ∂/∂z̄ of z^a z̄^b: the real step moves both, the imaginary one them apart.
      const [pr, pi] = a === 0 ? [0, 0] : monomial(real, imaginary, a - 1, b);
      const [qr, qi] = b === 0 ? [0, 0] : monomial(real, imaginary, a, b - 1);
      alongReal += 2 * weights[k]! * (a * pr + b * qr);
      alongImaginary += 2 * weights[k]! * (b * qi - a * pi);
    }
    return { real: alongReal, imaginary: alongImaginary };
  };
  const ofReal = (x: number) =>
    powers.reduce(
      (sum, [a, b], k) => (a + b === 0 ? sum : sum + weights[k]! * (a + b) * x ** (a + b - 1)),
      0,
    );
  return { planes: planes.map(ofPlane), reals: reals.map(ofReal) };
}
