import type { PowerTrace } from "./spectral-polynomial.js";

/** The arithmetic of doubles or of integers. */
export interface Ring<Value> {
  of(integer: number): Value;
  plus(a: Value, b: Value): Value;
  minus(a: Value, b: Value): Value;
  times(a: Value, b: Value): Value;
}

export const DOUBLES: Ring<number> = {
  of: (integer) => integer,
  plus: (a, b) => a + b,
  minus: (a, b) => a - b,
  times: (a, b) => a * b,
};

export const INTEGERS: Ring<bigint> = {
  of: BigInt,
  plus: (a, b) => a + b,
  minus: (a, b) => a - b,
  times: (a, b) => a * b,
};

/** A complex number, or a real one with im 0. */
interface Complex<Value> {
  readonly re: Value;
  readonly im: Value;
}

/** Powers of the eigenvalues of a normal matrix, and the power traces with their derivatives. */
export class PowerTable<Value> {
  /** powers[i][k] = z_i^k, moduli[i][k] = |z_i|^{2k} */
  readonly #powers: Complex<Value>[][] = [];
  readonly #moduli: Value[][] = [];

  constructor(
    readonly ring: Ring<Value>,
    readonly planes: number,
    readonly coordinates: ArrayLike<Value>,
    highest: number,
  ) {
    const zero = ring.of(0);
    for (let plane = 0; plane < planes; plane++) {
      this.#addEigenvalue(coordinates[2 * plane]!, coordinates[2 * plane + 1]!, highest);
    }
    for (let i = 2 * planes; i < coordinates.length; i++) {
      this.#addEigenvalue(coordinates[i]!, zero, highest);
    }
  }

  /** Σ z^a z̄^b over all eigenvalues, a plane's two together. */
  trace({ plain, transposed }: PowerTrace): Value {
    const { ring, planes } = this;
    let sum = ring.of(0);
    for (let i = 0; i < this.#powers.length; i++) {
      const { re } = this.#mixed(i, plain, transposed);
      sum = ring.plus(sum, re);
      if (i < planes) sum = ring.plus(sum, re);
    }
    return sum;
  }

  /** Adds weight · (derivative of the trace in every coordinate) to `into`. */
  addGradient({ plain, transposed }: PowerTrace, weight: Value, into: Value[]): void {
    const { ring, planes } = this;
    const [a, b] = [ring.of(plain), ring.of(transposed)];
    const add = (slot: number, value: Value) => {
      into[slot] = ring.plus(into[slot]!, ring.times(weight, value));
    };
    for (let i = 0; i < this.#powers.length; i++) {
      // d(z^a z̄^b) = u dz + v dz̄
      const u = plain > 0 ? this.#mixed(i, plain - 1, transposed) : undefined;
      const v = transposed > 0 ? this.#mixed(i, plain, transposed - 1) : undefined;
      const re = ring.plus(scaled(ring, a, u?.re), scaled(ring, b, v?.re));
      if (i >= planes) {
        add(planes + i, re);
        continue;
      }
      const im = ring.minus(scaled(ring, b, v?.im), scaled(ring, a, u?.im));
      add(2 * i, ring.plus(re, re));
      add(2 * i + 1, ring.plus(im, im));
    }
  }

  #addEigenvalue(re: Value, im: Value, highest: number): void {
    const { ring } = this;
    const powers: Complex<Value>[] = [{ re: ring.of(1), im: ring.of(0) }];
    const moduli = [ring.of(1)];
    const square = ring.plus(ring.times(re, re), ring.times(im, im));
    for (let k = 0; k < highest; k++) {
      const z = powers[k]!;
      powers.push({
        re: ring.minus(ring.times(z.re, re), ring.times(z.im, im)),
        im: ring.plus(ring.times(z.re, im), ring.times(z.im, re)),
      });
      moduli.push(ring.times(moduli[k]!, square));
    }
    this.#powers.push(powers);
    this.#moduli.push(moduli);
  }

  /** z^a z̄^b */
  #mixed(i: number, a: number, b: number): Complex<Value> {
    const { ring } = this;
    const modulus = this.#moduli[i]![Math.min(a, b)]!;
    const power = this.#powers[i]![Math.abs(a - b)]!;
    const im = ring.times(modulus, power.im);
    return {
      re: ring.times(modulus, power.re),
      im: a >= b ? im : ring.minus(ring.of(0), im),
    };
  }
}

function scaled<Value>(ring: Ring<Value>, factor: Value, value: Value | undefined): Value {
  return value === undefined ? ring.of(0) : ring.times(factor, value);
}
