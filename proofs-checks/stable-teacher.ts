import { Rational } from "../src/numeric/rational.js";

/**
 * Step size of a gradient descent that is stable on almost every prompt: one over the spectrum's edge.
 *
 * Statement.    1/(1 + √(d/n))², the edge of the Marchenko–Pastur law of S
 * Accuracy.     the double nearest it, exactly
 */
export function stableTeacherStep(setting: {
  readonly dim: number;
  readonly contextLength: number;
}): Rational {
  const edge = (1 + Math.sqrt(setting.dim / setting.contextLength)) ** 2;
  return Rational.fromNumber(1 / edge);
}
