import { laneSum } from "./lanes";

/**
 * Multiplies and adds in registers alone, in twelve independent chains: the most that this instruction
 * set gives, for benchmarks to hold the kernel against. Returns a number that depends on all of them.
 */
export function peak<T extends number>(iterations: i32): f64 {
  const factor = v128.splat<T>(<T>0.9375);
  const term = v128.splat<T>(<T>0.0625);
  let c0 = v128.splat<T>(<T>1);
  let c1 = v128.splat<T>(<T>2);
  let c2 = v128.splat<T>(<T>3);
  let c3 = v128.splat<T>(<T>4);
  let c4 = v128.splat<T>(<T>5);
  let c5 = v128.splat<T>(<T>6);
  let c6 = v128.splat<T>(<T>7);
  let c7 = v128.splat<T>(<T>8);
  let c8 = v128.splat<T>(<T>9);
  let c9 = v128.splat<T>(<T>10);
  let c10 = v128.splat<T>(<T>11);
  let c11 = v128.splat<T>(<T>12);
  for (let i = 0; i < iterations; i++) {
    c0 = v128.add<T>(v128.mul<T>(c0, factor), term);
    c1 = v128.add<T>(v128.mul<T>(c1, factor), term);
    c2 = v128.add<T>(v128.mul<T>(c2, factor), term);
    c3 = v128.add<T>(v128.mul<T>(c3, factor), term);
    c4 = v128.add<T>(v128.mul<T>(c4, factor), term);
    c5 = v128.add<T>(v128.mul<T>(c5, factor), term);
    c6 = v128.add<T>(v128.mul<T>(c6, factor), term);
    c7 = v128.add<T>(v128.mul<T>(c7, factor), term);
    c8 = v128.add<T>(v128.mul<T>(c8, factor), term);
    c9 = v128.add<T>(v128.mul<T>(c9, factor), term);
    c10 = v128.add<T>(v128.mul<T>(c10, factor), term);
    c11 = v128.add<T>(v128.mul<T>(c11, factor), term);
  }
  let sum = c0;
  sum = v128.add<T>(sum, c1);
  sum = v128.add<T>(sum, c2);
  sum = v128.add<T>(sum, c3);
  sum = v128.add<T>(sum, c4);
  sum = v128.add<T>(sum, c5);
  sum = v128.add<T>(sum, c6);
  sum = v128.add<T>(sum, c7);
  sum = v128.add<T>(sum, c8);
  sum = v128.add<T>(sum, c9);
  sum = v128.add<T>(sum, c10);
  sum = v128.add<T>(sum, c11);
  return laneSum<T>(sum);
}
