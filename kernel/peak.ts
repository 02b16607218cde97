import { laneSum } from "./lanes";

/**
 * Four rounds of eight multiplications and additions of vectors per iteration, fed by four loads each:
 * as many as two multipliers and two adders can take, so this is the most that the instruction set
 * gives, for benchmarks to hold the kernel against. Returns a number that depends on all of them.
 *
 * Reads 272 bytes from `at`.
 */
export function peak<T extends number>(at: usize, iterations: i32): f64 {
  const y0 = v128.load(at, 256);
  const y1 = v128.neg<T>(y0);
  let c0 = v128.splat<T>(<T>0);
  let c1 = v128.splat<T>(<T>1);
  let c2 = v128.splat<T>(<T>2);
  let c3 = v128.splat<T>(<T>3);
  let c4 = v128.splat<T>(<T>4);
  let c5 = v128.splat<T>(<T>5);
  let c6 = v128.splat<T>(<T>6);
  let c7 = v128.splat<T>(<T>7);
  for (let i = 0; i < iterations; i++) {
    const x00 = v128.load(at, 0);
    const x01 = v128.load(at, 16);
    const x02 = v128.load(at, 32);
    const x03 = v128.load(at, 48);
    c0 = v128.add<T>(c0, v128.mul<T>(x00, y0));
    c1 = v128.add<T>(c1, v128.mul<T>(x00, y1));
    c2 = v128.add<T>(c2, v128.mul<T>(x01, y0));
    c3 = v128.add<T>(c3, v128.mul<T>(x01, y1));
    c4 = v128.add<T>(c4, v128.mul<T>(x02, y0));
    c5 = v128.add<T>(c5, v128.mul<T>(x02, y1));
    c6 = v128.add<T>(c6, v128.mul<T>(x03, y0));
    c7 = v128.add<T>(c7, v128.mul<T>(x03, y1));
    const x10 = v128.load(at, 64);
    const x11 = v128.load(at, 80);
    const x12 = v128.load(at, 96);
    const x13 = v128.load(at, 112);
    c0 = v128.add<T>(c0, v128.mul<T>(x10, y0));
    c1 = v128.add<T>(c1, v128.mul<T>(x10, y1));
    c2 = v128.add<T>(c2, v128.mul<T>(x11, y0));
    c3 = v128.add<T>(c3, v128.mul<T>(x11, y1));
    c4 = v128.add<T>(c4, v128.mul<T>(x12, y0));
    c5 = v128.add<T>(c5, v128.mul<T>(x12, y1));
    c6 = v128.add<T>(c6, v128.mul<T>(x13, y0));
    c7 = v128.add<T>(c7, v128.mul<T>(x13, y1));
    const x20 = v128.load(at, 128);
    const x21 = v128.load(at, 144);
    const x22 = v128.load(at, 160);
    const x23 = v128.load(at, 176);
    c0 = v128.add<T>(c0, v128.mul<T>(x20, y0));
    c1 = v128.add<T>(c1, v128.mul<T>(x20, y1));
    c2 = v128.add<T>(c2, v128.mul<T>(x21, y0));
    c3 = v128.add<T>(c3, v128.mul<T>(x21, y1));
    c4 = v128.add<T>(c4, v128.mul<T>(x22, y0));
    c5 = v128.add<T>(c5, v128.mul<T>(x22, y1));
    c6 = v128.add<T>(c6, v128.mul<T>(x23, y0));
    c7 = v128.add<T>(c7, v128.mul<T>(x23, y1));
    const x30 = v128.load(at, 192);
    const x31 = v128.load(at, 208);
    const x32 = v128.load(at, 224);
    const x33 = v128.load(at, 240);
    c0 = v128.add<T>(c0, v128.mul<T>(x30, y0));
    c1 = v128.add<T>(c1, v128.mul<T>(x30, y1));
    c2 = v128.add<T>(c2, v128.mul<T>(x31, y0));
    c3 = v128.add<T>(c3, v128.mul<T>(x31, y1));
    c4 = v128.add<T>(c4, v128.mul<T>(x32, y0));
    c5 = v128.add<T>(c5, v128.mul<T>(x32, y1));
    c6 = v128.add<T>(c6, v128.mul<T>(x33, y0));
    c7 = v128.add<T>(c7, v128.mul<T>(x33, y1));
  }
  let sum = c0;
  sum = v128.add<T>(sum, c1);
  sum = v128.add<T>(sum, c2);
  sum = v128.add<T>(sum, c3);
  sum = v128.add<T>(sum, c4);
  sum = v128.add<T>(sum, c5);
  sum = v128.add<T>(sum, c6);
  sum = v128.add<T>(sum, c7);
  return laneSum<T>(sum);
}
