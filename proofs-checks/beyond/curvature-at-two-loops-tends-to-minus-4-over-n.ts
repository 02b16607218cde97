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
 * Statement.    d²/dε² ℓ(b*I + εJ) at ε = 0 is −4d/n + O(d³/n²), J² = −I, ‖J‖_F² = d: the symmetric
 *               optimum is a saddle for every long enough context
 * Conventions.  L = 2, Ω = Σ⁻¹, no noise; compared as n/d times it; per unit of ‖·‖_F² it is −4/n
 * Accuracy.     exact curvature at n = 10¹² and beyond; the budget is the order of the next term, 100 d/n
 * Source.       derived here: with S = I + E/√n, B = (1 − β/n)I + εJ the loss changes by
 *               −2ε²d/n + ε⁴d to leading order
 */
export const curvatureAtTwoLoopsTendsToMinus4OverN = defineClaim<Setting>({
  id: "curvature-at-two-loops-tends-to-minus-4-over-n",
  title: "The antisymmetric curvature at two loops tends to −4d/n",
  statement:
    "\\tfrac{d^2}{d\\varepsilon^2}\\ell(b^*I+\\varepsilon J)\\big|_0 = -\\frac{4d}{n} + O\\!\\left(\\tfrac{d^2}{n^2}\\right)",
  source: "derived here",
  kind: "equality",
  hypotheses: { "d ≥ 2": ({ dim }) => dim >= 2, "n ≥ 10⁶ d": ({ dim, contextLength }) => contextLength >= 10n ** 6n * BigInt(dim) },
  grid: {
    quick: [point(2, 12), point(3, 12), point(10, 12), point(10, 40), point(50, 20)],
    thorough: [point(1000, 30)],
  },
  predicted: () => -4,
  measured: ({ dim, contextLength }) => {
    const n = Rational.of(contextLength);
    const { curvature } = antisymmetricCurvatureAtOptimum({ dim, contextLength, loops: 2 });
    return {
      value: curvature.midpoint.times(n),
      errorBudget: Rational.of(100 * dim).over(n).plus(curvature.width.times(n)),
      method: "certified",
    };
  },
  rivals: {
    "−4(d + 1)/n": ({ dim }) => Rational.of(-4 * (dim + 1), dim),
    "−2d/n, half of it": () => -2,
    "−4/n for every d": ({ dim }) => Rational.of(-4, dim),
    "positive: a minimum": () => 4,
  },
});

function point(dim: number, decades: number) {
  return {
    name: `d=${dim} n=1e${decades}`,
    setting: { dim, contextLength: 10n ** BigInt(decades) },
  };
}
