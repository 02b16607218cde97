import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { requirePositive } from "../errors.js";

type Key = readonly [number, number, number, number];

/**
 * Seeded, splittable source of random numbers.
 *
 * `split(label)` gives an independent stream that depends on the parent's seed and path only,
 * never on what was drawn: prompt i of a run is the same whatever the batch or worker count.
 * Normal and gamma variates use log and sqrt alone, which every V8 computes alike.
 *
 * @example Stream.fromSeed(7).split("prompts").split(3).normal()
 */
export class Stream {
  #generator: RandomGenerator | undefined;
  #spareNormal: number | undefined;

  private constructor(private readonly key: Key) {}

  static fromSeed(seed: number): Stream {
    return new Stream(absorb([0x6c6f6f70, 0x67640000, 0x3c6ef372, 0xa54ff53a], numberWords(seed)));
  }

  /** The stream whose `words` these are, in another thread. */
  static fromWords(words: ArrayLike<number>): Stream {
    return new Stream([words[0]! | 0, words[1]! | 0, words[2]! | 0, words[3]! | 0]);
  }

  /** Four 32-bit words that tell this stream from any other, whatever was drawn from it. */
  get words(): readonly number[] {
    return this.key;
  }

  /** The stream of a named or numbered part; equal labels give equal streams. */
  split(label: string | number): Stream {
    const words = typeof label === "number" ? numberWords(label) : textWords(label);
    return new Stream(absorb(this.key, words));
  }

  /** Uniform on (0, 1): 53 random bits, never 0. */
  uniform(): number {
    this.#generator ??= xoroshiro128plusFromState([...this.key]);
    // The low bits of xoroshiro128+ are its weakest: each half drops some.
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 67108864 + low + 0.5) / 9007199254740992;
  }

  /** Uniform integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal variate (Marsaglia's polar method). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.#spareNormal = v * scale;
        return u * scale;
      }
    }
  }

  /** Array of independent standard normal variates. */
  normals(count: number): Float64Array {
    // A plain loop: Float64Array.from with a function costs three times as much.
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.normal();
    return values;
  }

  /**
   * Gamma variate with unit scale (Marsaglia and Tsang 2000; for shape < 1 boosted by a uniform
   * power).
   */
  gamma(shape: number): number {
    requirePositive("Stream.gamma", "shape", shape);
    if (shape < 1) {
      const boost = Math.exp(Math.log(this.uniform()) / shape);
      return this.gamma(shape + 1) * boost;
    }
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      if (Math.log(this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Chi variate (not squared) with the given degrees of freedom. */
  chi(degreesOfFreedom: number): number {
    return Math.sqrt(2 * this.gamma(degreesOfFreedom / 2));
  }
}

/** Kept: making one costs as much as a split. */
const bits = new DataView(new ArrayBuffer(8));

function numberWords(value: number): number[] {
  bits.setFloat64(0, value);
  return [0, bits.getInt32(0), bits.getInt32(4)];
}

function textWords(text: string): number[] {
  return [1, text.length, ...Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))];
}

/** Mixes each word into the key with four ChaCha quarter-rounds. */
function absorb(key: Key, words: readonly number[]): Key {
  let [a, b, c, d] = key;
  for (const word of words) {
    a = (a ^ word) | 0;
    d = (d + 0x9e3779b9) | 0;
    for (let round = 0; round < 4; round++) {
      a = (a + b) | 0;
      d = rotate(d ^ a, 16);
      c = (c + d) | 0;
      b = rotate(b ^ c, 12);
      a = (a + b) | 0;
      d = rotate(d ^ a, 8);
      c = (c + d) | 0;
      b = rotate(b ^ c, 7);
    }
  }
  return [a, b, c, d];
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
