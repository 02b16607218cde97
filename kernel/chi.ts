import { uniform } from "./generator";
import { normal } from "./normal";

/** Bytes of the constants of one degree of freedom. */
export const CHI_BYTES: usize = 24;

/**
 * Constants of χ with `degreesOfFreedom` for `chi`: the degrees, d = k/2 − 1/3 and c = 1/√(9d). They
 * are the same for every prompt, and cost a root and a division.
 */
export function prepareChi(target: usize, degreesOfFreedom: f64): void {
  const d = 0.5 * degreesOfFreedom - 1.0 / 3.0;
  store<f64>(target, degreesOfFreedom);
  store<f64>(target, d, 8);
  store<f64>(target, 1 / NativeMath.sqrt(9 * d), 16);
}

/**
 * A χ variate whose first proposal is the normal variate x; more are drawn if it is rejected.
 *
 * √(2γ) for γ ~ Gamma(k/2) by Marsaglia and Tsang (2000), at a cost that does not depend on k. Shape ½,
 * which their method does not reach, is |x| itself.
 */
export function chi(constants: usize, x: f64): f64 {
  if (load<f64>(constants) === 1) return abs(x);
  const d = load<f64>(constants, 8);
  const c = load<f64>(constants, 16);
  while (true) {
    const t = c * x;
    if (t > -1) {
      const root = 1 + t;
      const v = root * root * root;
      const square = x * x;
      const u = uniform();
      if (u < 1 - 0.0331 * square * square) return NativeMath.sqrt(2 * d * v);
      if (NativeMath.log(u) < logAcceptance(d, t, v, square)) return NativeMath.sqrt(2 * d * v);
    }
    x = normal();
  }
}

/** x²/2 + d(1 − v + log v), v = (1 + t)³; by its series in t where the terms would cancel. */
function logAcceptance(d: f64, t: f64, v: f64, square: f64): f64 {
  // d t² = x²/9 takes the terms of second order away exactly, and those of third order vanish.
  if (abs(t) < 1e-3) return d * t * t * t * t * (-0.75 + t * (0.6 - 0.5 * t));
  return 0.5 * square + d * (1 - v + NativeMath.log(v));
}
