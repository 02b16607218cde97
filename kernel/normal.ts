/*
 * Standard normal variates by the ziggurat of 256 layers (Marsaglia and Tsang 2000).
 *
 * One word gives the layer by its low 8 bits and sign and position by its high 53: disjoint bits, for
 * the original's reuse of the layer's bits in the position is what Doornik (2005) found to fail tests.
 */
import { nextWord, s0, s1, s2, s3, setGenerator, uniform } from "./generator";

/** Start of the tail and area of a layer: 256 layers of this area cover the half-density exactly. */
const TAIL: f64 = 3.654152885361009;
const AREA: f64 = 0.004928673233974655;

/** Per layer i: x_i · 2⁻⁵², the factor of a signed position, and x_{i+1}, its sure acceptance. */
let layers: usize = 0;
/** exp(−x_i²/2) for i ≤ 256. */
let densities: usize = 0;

export const NORMAL_TABLE_BYTES: usize = 256 * 16 + 257 * 8;

/** Draws by the tables at an address from now on; threads share one copy, so they are not static. */
export function useNormalTables(tables: usize): void {
  layers = tables;
  densities = tables + 256 * 16;
}

/** Computes the tables, with AssemblyScript's own exp and log: the same bits on every machine. */
export function buildNormalTables(tables: usize): void {
  useNormalTables(tables);
  // Layer 0 is the base strip with the tail: as wide as a rectangle of its area would be.
  let edge = AREA / NativeMath.exp(-0.5 * TAIL * TAIL);
  for (let i: usize = 0; i < 256; i++) {
    let next: f64 = TAIL;
    if (i === 255) next = 0;
    else if (i > 0) next = NativeMath.sqrt(-2 * NativeMath.log(AREA / edge + density(edge)));
    store<f64>(layers + i * 16, edge / 4503599627370496.0);
    store<f64>(layers + i * 16, next, 8);
    store<f64>(densities + i * 8, density(edge));
    edge = next;
  }
  store<f64>(densities + 256 * 8, 1);
}

function density(x: f64): f64 {
  return NativeMath.exp(-0.5 * x * x);
}

/** `count` normal variates into the places `stride` bytes apart from `target` on. */
export function fillNormals<T>(target: usize, stride: usize, count: usize): void {
  // nextWord by hand, so that the state stays in registers.
  let a = s0;
  let b = s1;
  let c = s2;
  let d = s3;
  const table = layers;
  const end = target + stride * count;
  while (target < end) {
    const word = rotl<u64>(a + d, 23) + a;
    const shifted = b << 17;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotl<u64>(d, 45);
    const layer = table + ((<usize>word & 255) << 4);
    let value = position(word) * load<f64>(layer);
    if (abs(value) >= load<f64>(layer, 8)) {
      setGenerator(a, b, c, d);
      value = finishNormal(word, value);
      a = s0;
      b = s1;
      c = s2;
      d = s3;
    }
    store<T>(target, <T>value);
    target += stride;
  }
  setGenerator(a, b, c, d);
}

/** One standard normal variate. */
export function normal(): f64 {
  const word = nextWord();
  const layer = layers + ((<usize>word & 255) << 4);
  const value = position(word) * load<f64>(layer);
  return abs(value) < load<f64>(layer, 8) ? value : finishNormal(word, value);
}

/** The high 53 bits as an odd integer in (−2⁵², 2⁵²): symmetric about zero. */
function position(word: u64): f64 {
  return f64((<i64>word >> 11) | 1);
}

/** What follows when a position is not accepted at once: the tail, a wedge, or another try. */
function finishNormal(word: u64, value: f64): f64 {
  while (true) {
    const i = <usize>word & 255;
    if (i === 0) return copysign(tailBeyond(), value);
    const lower = load<f64>(densities + i * 8);
    const upper = load<f64>(densities + i * 8, 8);
    if (lower + uniform() * (upper - lower) < density(value)) return value;
    word = nextWord();
    const layer = layers + ((<usize>word & 255) << 4);
    value = position(word) * load<f64>(layer);
    if (abs(value) < load<f64>(layer, 8)) return value;
  }
}

/** |z| given |z| > TAIL (Marsaglia 1964). */
function tailBeyond(): f64 {
  while (true) {
    const excess = -NativeMath.log(uniform()) / TAIL;
    if (-2 * NativeMath.log(uniform()) > excess * excess) return TAIL + excess;
  }
}
