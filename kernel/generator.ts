/*
 * xoshiro256++ (Blackman and Vigna 2019), one state per prompt.
 *
 * The state of prompt i is hashed from a 128-bit key, which the caller takes from a loopgd stream, and
 * from i. So any prompt is reached at once, in any order and by any worker. The generator's own jump
 * polynomial would give streams that provably do not overlap, but costs 256 steps, about as much as a
 * whole prompt takes; a counter-based generator (Philox) pays its rounds for every word instead of once.
 * Hashed states overlap with probability below N² · 2¹⁰ / 2²⁵⁶ for N prompts: never.
 *
 * The state lies in globals, which every worker has for itself even on a shared memory.
 */

// Words of 64 bits in halves, for a checker that knows doubles only.
const GOLDEN: u64 = (0x9e3779b9 << 32) | 0x7f4a7c15;
const FIRST_FACTOR: u64 = (0xbf58476d << 32) | 0x1ce4e5b9;
const SECOND_FACTOR: u64 = (0x94d049bb << 32) | 0x133111eb;

export let s0: u64 = 1;
export let s1: u64 = 2;
export let s2: u64 = 3;
export let s3: u64 = 4;

/** The finaliser of SplitMix64 (Stafford's variant 13), a bijection. */
function mix(word: u64): u64 {
  word = (word ^ (word >> 30)) * FIRST_FACTOR;
  word = (word ^ (word >> 27)) * SECOND_FACTOR;
  return word ^ (word >> 31);
}

/** Sets the state of prompt `index` under the key of two words at `key`. */
export function seedGenerator(key: usize, index: u64): void {
  // (s0, s1) is a bijection of the key for each index, and s0 of the index for each key: no two
  // prompts of a key share a state. s0 = 0 gives s2 = mix(GOLDEN), so the state is never zero.
  s0 = mix(load<u64>(key) + (index + 1) * GOLDEN);
  s1 = mix(load<u64>(key, 8) + s0);
  s2 = mix(s0 + GOLDEN);
  s3 = mix(s1 + GOLDEN);
}

/** Continues from the four words at `state`. */
export function loadGenerator(state: usize): void {
  setGenerator(load<u64>(state), load<u64>(state, 8), load<u64>(state, 16), load<u64>(state, 24));
}

export function storeGenerator(state: usize): void {
  store<u64>(state, s0);
  store<u64>(state, s1, 8);
  store<u64>(state, s2, 16);
  store<u64>(state, s3, 24);
}

export function setGenerator(a: u64, b: u64, c: u64, d: u64): void {
  s0 = a;
  s1 = b;
  s2 = c;
  s3 = d;
}

/** 64 random bits; the ++ scrambler leaves no weak ones. */
export function nextWord(): u64 {
  const word = rotl<u64>(s0 + s3, 23) + s0;
  const shifted = s1 << 17;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= shifted;
  s3 = rotl<u64>(s3, 45);
  return word;
}

/** Uniform on (0, 1): 53 random bits, never 0 nor 1. */
export function uniform(): f64 {
  return (f64(nextWord() >> 11) + 0.5) * (1.0 / 9007199254740992.0);
}
