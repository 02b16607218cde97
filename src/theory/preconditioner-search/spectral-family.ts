import { leastCommonMultiple } from "../../numeric/integer.js";
import { Rational } from "../../numeric/rational.js";
import type { ValueAndGradient } from "../../numeric/smooth-function.js";
import { type NoisyLoopedSetting, requireLoopedSetting } from "../setting.js";
import { DOUBLES, INTEGERS, PowerTable } from "./power-table.js";
import {
  type PowerTrace,
  type SpectralKind,
  type SpectralTerm,
  spectralPolynomial,
} from "./spectral-polynomial.js";
import type { Spectrum } from "./spectrum.js";

/** One monomial of the loss at known d, n, σ²: coefficient (numerator over a denominator) · Π traces. */
interface Monomial {
  readonly numerator: bigint;
  readonly coefficient: number;
  readonly traces: Int32Array;
}

/**
 * The exact loss on normal (or symmetric) whitened preconditioners, as a function of eigenvalues.
 *
 * Statement.    ℓ = Σ coefficient · Π_k t_k, t_k = Σ_i z_i^a z̄_i^b over the eigenvalues z_i of B
 * Conventions.  prior Ω = Σ⁻¹, whitened B; ℓ = E(ŷ − y_q)² without ½
 * Accuracy.     `at` and `jetAt` exact (the latter rounded once); `evaluate` in doubles, to about
 *               2⁻⁵⁰ times the loss at −ρI, ρ the spectral radius: the sum of all terms' sizes
 */
export class SpectralFamily {
  private constructor(
    readonly dim: number,
    readonly contextLength: bigint,
    readonly kind: SpectralKind,
    readonly degree: number,
    private readonly traces: readonly PowerTrace[],
    private readonly monomials: readonly Monomial[],
    private readonly denominator: bigint,
  ) {}

  /**
   * Builds the polynomial of a setting; the part that depends on L alone is remembered.
   *
   * Throws.       ArgumentError for a bad setting; HypothesisError beyond 6 loops (normal) or
   *               7 (symmetric)
   */
  static of(where: string, setting: NoisyLoopedSetting, kind: SpectralKind): SpectralFamily {
    const n = requireLoopedSetting(where, setting);
    const { dim, loops, noiseVariance = Rational.ZERO } = setting;
    const hasNoise = noiseVariance.sign() > 0;
    const polynomial = spectralPolynomial(where, kind, loops, hasNoise);
    const powers = Math.max(
      ...polynomial.residual.map(({ inverseN }) => inverseN),
      ...polynomial.noise.map(({ inverseN }) => inverseN + 1),
    );
    const sums = new Map<string, { numerator: bigint; traces: readonly number[] }>();
    const add = (term: SpectralTerm, factor: bigint, power: number) => {
      const { coefficient, inverseN, dimensions, traces } = term;
      const scale = n ** BigInt(powers - inverseN - power) * BigInt(dim) ** BigInt(dimensions);
      const key = traces.join();
      const numerator = (sums.get(key)?.numerator ?? 0n) + factor * coefficient * scale;
      sums.set(key, { numerator, traces });
    };
    for (const term of polynomial.residual) add(term, noiseVariance.denominator, 0);
    for (const term of polynomial.noise) add(term, noiseVariance.numerator, 1);
    const denominator = noiseVariance.denominator * n ** BigInt(powers);
    const monomials = [...sums.values()]
      .filter(({ numerator }) => numerator !== 0n)
      .map(({ numerator, traces }) => ({
        numerator,
        coefficient: Rational.of(numerator, denominator).toNumber(),
        traces: Int32Array.from(traces),
      }));
    return new SpectralFamily(dim, n, kind, 2 * loops, polynomial.traces, monomials, denominator);
  }

  /** Loss and gradient in the coordinates of a spectrum, in doubles. */
  evaluate(planes: number, coordinates: Float64Array): ValueAndGradient {
    const table = new PowerTable(DOUBLES, planes, coordinates, this.degree);
    const traces = this.traces.map((trace) => table.trace(trace));
    const traceGradient = new Float64Array(traces.length);
    let value = 0;
    for (const { coefficient, traces: factors } of this.monomials) {
      let product = coefficient;
      for (let i = 0; i < factors.length; i++) product *= traces[factors[i]!]!;
      value += product;
      for (let i = 0; i < factors.length; i++) {
        let others = coefficient;
        for (let j = 0; j < factors.length; j++) if (j !== i) others *= traces[factors[j]!]!;
        traceGradient[factors[i]!]! += others;
      }
    }
    const gradient = new Array<number>(coordinates.length).fill(0);
    for (const [k, trace] of this.traces.entries()) {
      table.addGradient(trace, traceGradient[k]!, gradient);
    }
    return { value, gradient: Float64Array.from(gradient) };
  }

  /** The loss at rational eigenvalues, exactly. */
  at({ planes, coordinates }: Spectrum<Rational>): Rational {
    const { numerators, denominator } = overOneDenominator(coordinates);
    const table = new PowerTable(INTEGERS, planes, numerators, this.degree);
    const traces = this.traces.map((trace) => table.trace(trace));
    const scales = powersOf(denominator, this.degree);
    let value = 0n;
    for (const { numerator, traces: factors } of this.monomials) {
      let product = numerator * scales[this.degree - this.#degreeOf(factors)]!;
      for (const factor of factors) product *= traces[factor]!;
      value += product;
    }
    return Rational.of(value, this.denominator * scales[this.degree]!);
  }

  /** Loss and gradient at rational eigenvalues, each correctly rounded: nothing cancels. */
  jetAt(spectrum: Spectrum<Rational>): ValueAndGradient {
    const { planes, coordinates } = spectrum;
    const { numerators, denominator } = overOneDenominator(coordinates);
    const table = new PowerTable(INTEGERS, planes, numerators, this.degree);
    const traces = this.traces.map((trace) => table.trace(trace));
    const scales = powersOf(denominator, this.degree);
    const traceGradient = new Array<bigint>(traces.length).fill(0n);
    let value = 0n;
    for (const { numerator, traces: factors } of this.monomials) {
      const scaled = numerator * scales[this.degree - this.#degreeOf(factors)]!;
      let others = scaled;
      for (let i = 0; i < factors.length; i++) {
        others = scaled;
        for (let j = 0; j < factors.length; j++) if (j !== i) others *= traces[factors[j]!]!;
        traceGradient[factors[i]!]! += others;
      }
      // `others` lacks the last factor only.
      const last = factors.at(-1);
      value += last === undefined ? scaled : others * traces[last]!;
    }
    const gradient = new Array<bigint>(coordinates.length).fill(0n);
    for (const [k, trace] of this.traces.entries()) {
      table.addGradient(trace, traceGradient[k]!, gradient);
    }
    const full = this.denominator * scales[this.degree]!;
    return {
      value: Rational.of(value, full).toNumber(),
      gradient: Float64Array.from(gradient, (entry) =>
        Rational.of(entry * denominator, full).toNumber(),
      ),
    };
  }

  /** Factors of eigenvalues in a product of traces. */
  #degreeOf(factors: Int32Array): number {
    let degree = 0;
    for (const factor of factors) {
      degree += this.traces[factor]!.plain + this.traces[factor]!.transposed;
    }
    return degree;
  }
}

function overOneDenominator(values: readonly Rational[]): {
  numerators: bigint[];
  denominator: bigint;
} {
  const denominator = values.reduce((q, value) => leastCommonMultiple(q, value.denominator), 1n);
  const numerators = values.map((value) => value.numerator * (denominator / value.denominator));
  return { numerators, denominator };
}

function powersOf(base: bigint, highest: number): bigint[] {
  const powers = [1n];
  for (let k = 0; k < highest; k++) powers.push(powers[k]! * base);
  return powers;
}
