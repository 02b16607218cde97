import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { antisymmetricCurvatureAtOptimum } from "../../src/theory/population/antisymmetric-curvature.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: bigint;
}

/**
 * At two loops the curvature of the loss at b*I along antisymmetric directions tends to −4d/n.
 *
 * Statement.    d²/dε² ℓ(b*I + εJ) at ε = 0 is d(−4/n + q(d)/n² + O(1/n³)), J² = −I, ‖J‖_F² = d, with
 *               q = (18d⁴ + 144d³ + 562d² + 1020d + 648)/(9(d + 1)²) ≈ 2d²: a saddle for long contexts,
 *               n ≳ d²/2
 * Conventions.  L = 2, Ω = Σ⁻¹, no noise; components: n times it over d, then the n⁻² term
 * Accuracy.     exact curvature at n = 10⁴⁰ and beyond; the budgets are the orders of the next terms
 * Source.       derived here: with S = I + E/√n, B = (1 − β/n)I + εJ the loss changes by
 *               −2ε²d/n + ε⁴d to leading order; q by exact fractions at d = 2 … 6, checked beyond
 */
export const curvatureAtTwoLoopsTendsToMinus4OverN = defineClaim<Setting>({
  id: "curvature-at-two-loops-tends-to-minus-4-over-n",
  title: "The antisymmetric curvature at two loops is −4d/n + 2d³/n² to leading orders",
  statement:
    "\\tfrac{d^2}{d\\varepsilon^2}\\ell(b^*I+\\varepsilon J)\\big|_0 = d\\left(-\\frac4n + \\frac{18d^4+144d^3+562d^2+1020d+648}{9(d+1)^2n^2}\\right) + O(n^{-3})",
  source: "derived here",
  kind: "equality",
  hypotheses: {
    "d ≥ 2": ({ dim }) => dim >= 2,
    "n ≥ 10¹² d²": ({ dim, contextLength }) => contextLength >= 10n ** 12n * BigInt(dim) ** 2n,
  },
  grid: {
    quick: [point(2, 40), point(3, 40), point(10, 40), point(37, 60), point(200, 60)],
    thorough: [point(1000, 80)],
  },
  predicted: ({ dim }) => [Rational.of(-4), nextTerm(dim)],
  measured: ({ dim, contextLength }) => {
    const n = Rational.of(contextLength);
    const { curvature } = antisymmetricCurvatureAtOptimum({ dim, contextLength, loops: 2 });
    const scaled = curvature.midpoint.times(n);
    const rounding = curvature.width.times(n);
    // The coefficient of n^{−k−1} is at most a few d^{2k}.
    const order = (k: number) => Rational.of(100 * dim ** (2 * k)).over(n);
    return {
      value: [scaled, scaled.plus(Rational.of(4)).times(n)],
      errorBudget: [order(1).plus(rounding), order(2).plus(rounding.times(n))],
      method: "certified",
    };
  },
  rivals: {
    "−4(d + 1) for −4d": ({ dim }) => [Rational.of(-4 * (dim + 1), dim), nextTerm(dim)],
    "−2d/n, half of it": ({ dim }) => [Rational.of(-2), nextTerm(dim)],
    "next term 36d, as at d = 10": ({ dim }) => [Rational.of(-4), Rational.of(36 * dim)],
    "next term 2d²": ({ dim }) => [Rational.of(-4), Rational.of(2 * dim ** 2)],
  },
});

/** q(d). */
function nextTerm(dim: number): Rational {
  const d = BigInt(dim);
  const numerator = 18n * d ** 4n + 144n * d ** 3n + 562n * d ** 2n + 1020n * d + 648n;
  return Rational.of(numerator, 9n * (d + 1n) ** 2n);
}

function point(dim: number, decades: number) {
  return {
    name: `d=${dim} n=1e${decades}`,
    setting: { dim, contextLength: 10n ** BigInt(decades) },
  };
}
