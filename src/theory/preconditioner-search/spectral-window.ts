import { Rational } from "../../numeric/rational.js";
import { isotropicOptimum } from "../isotropic-optimum.js";
import type { NoisyLoopedSetting } from "../setting.js";
import type { SpectralFamily } from "./spectral-family.js";
import type { Spectrum } from "./spectrum.js";

/** Binary digits of a coordinate after the point, in units of the window. */
const FRACTION_BITS = 44;

/**
 * Coordinates in which good preconditioners have size about 1, whatever n: eigenvalues are
 * centre + unit · coordinate (imaginary parts: unit · coordinate).
 *
 * Statement.    centre = b*, unit the power of two nearest to b*·n^{−1/2}: the spread of the
 *               spectrum of S, which the eigenvalues of an optimum follow
 * Accuracy.     eigenvalues are rationals with the denominator 2^`bits`; nothing is lost to doubles
 *               when 1 − b* or ε is far below their resolution
 */
export class SpectralWindow {
  readonly unit: number;
  readonly bits: number;
  /** Rounding error to expect of `SpectralFamily.evaluate`. */
  readonly noise: number;
  readonly #centre: bigint;

  private constructor(
    family: SpectralFamily,
    /** b* and its loss, rounded. */
    readonly stepSize: number,
    readonly isotropicLoss: number,
    centre: Rational,
    exponent: number,
  ) {
    this.unit = 2 ** -exponent;
    this.bits = FRACTION_BITS + exponent;
    this.#centre = roundedNumerator(centre, this.bits);
    // The sum of the sizes of all terms.
    const magnitude = family.evaluate(0, new Float64Array(family.dim).fill(-stepSize)).value;
    this.noise = 2 ** -51 * magnitude;
  }

  static of(family: SpectralFamily, setting: NoisyLoopedSetting): SpectralWindow {
    const { contextLength, dim, loops, noiseVariance } = setting;
    const n = BigInt(contextLength);
    const digits = 20 + n.toString().length;
    const noise = noiseVariance === undefined ? {} : { noiseVariance };
    const { stepSize, loss } = isotropicOptimum({ contextLength, dim, loops, digits, ...noise });
    const spread = Math.log2(stepSize.toNumber()) - Math.log2(Number(n)) / 2;
    const exponent = Math.max(0, Math.round(-spread));
    return new SpectralWindow(
      family,
      stepSize.toNumber(),
      loss.toNumber(),
      stepSize.lower,
      exponent,
    );
  }

  /** The eigenvalues at given units, exactly. */
  toEigenvalues({ planes, coordinates }: Spectrum<number>): Spectrum<Rational> {
    const denominator = 1n << BigInt(this.bits);
    return {
      planes,
      coordinates: coordinates.map((unit, i) => {
        const offset = BigInt(Math.round(unit * 2 ** FRACTION_BITS));
        return Rational.of(isImaginary(planes, i) ? offset : this.#centre + offset, denominator);
      }),
    };
  }

  /** The eigenvalues at given units, in doubles. */
  toDoubles(planes: number, units: Float64Array): Float64Array {
    const centre = Number(this.#centre) * 2 ** -this.bits;
    return units.map((unit, i) => this.unit * unit + (isImaginary(planes, i) ? 0 : centre));
  }

  /** Units of eigenvalues given in doubles. */
  toUnits({ planes, coordinates }: Spectrum<number>): Float64Array {
    const centre = Number(this.#centre) * 2 ** -this.bits;
    return Float64Array.from(coordinates, (coordinate, i) => {
      const offset = isImaginary(planes, i) ? coordinate : coordinate - centre;
      return offset / this.unit;
    });
  }

  /** The nearest rational with the window's denominator. */
  round(value: number): Rational {
    const numerator = roundedNumerator(Rational.fromNumber(value), this.bits);
    return Rational.of(numerator, 1n << BigInt(this.bits));
  }
}

function isImaginary(planes: number, i: number): boolean {
  return i < 2 * planes && i % 2 === 1;
}

/** The integer nearest to value · 2^bits. */
function roundedNumerator(value: Rational, bits: number): bigint {
  const doubled = (value.numerator << BigInt(bits + 1)) / value.denominator;
  return (doubled + (doubled < 0n ? -1n : 1n)) / 2n;
}
