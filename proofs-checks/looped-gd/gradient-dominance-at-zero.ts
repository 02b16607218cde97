import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicDominance } from "../../src/theory/gradient-dominance.js";
import type { LoopedSetting } from "../../src/theory/setting.js";

const PAPER = Rational.of(1, 16);

/**
 * The paper's gradient dominance where training starts: it fails in high dimensions.
 *
 * Statement.    ‖∇_A ℓ‖² ≥ (1/16) ℓ^{(2L−1)/L} at A = 0, where ℓ = d is as large as predicting nothing
 * Conventions.  Σ = I. At A = 0 the ratio is 4L² d^{−(L−1)/L} whatever n is: the statement is true iff
 *               d ≤ (64L²)^{L/(L−1)}, and a bound on n or a threshold on the loss cannot repair it
 * Accuracy.     exact: the ratio raised to L is rational
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), gradient dominance, as
 *               reported; refuted here beyond that d
 */
export const gradientDominanceAtZero = defineClaim<LoopedSetting>({
  id: "gradient-dominance-at-zero",
  title: "Gradient dominance with constant 1/16 at A = 0, in every dimension",
  statement: "\\|\\nabla_A\\ell(0)\\|_F^2 \\ge \\tfrac1{16}\\,\\ell(0)^{(2L-1)/L}",
  source: "Gatmiry et al. 2024, gradient dominance, as reported",
  kind: "lower-bound",
  hypotheses: {},
  grid: {
    quick: [
      point(1_000_000, 1, 20n, "20"),
      point(10, 2, 20n, "20"),
      ...edge(2, 65_536),
      ...edge(3, 13_824),
      ...edge(4, 10_321),
      ...edge(5, 10_119),
      { ...point(65_537, 2, 10n ** 30n, "1e30"), expected: "refuted" as const },
    ],
    thorough: edge(8, 11_585),
  },
  predicted: ({ loops }) => PAPER.power(loops),
  measured: (setting) => ({
    value: isotropicDominance(setting, Rational.ZERO),
    errorBudget: 0,
    method: "exact",
  }),
  constant: { name: "1/16", stated: () => 1 / 16, power: ({ loops }) => loops },
  rivals: {
    "4L², the factor d^{−(L−1)/L} dropped": ({ loops }) =>
      Rational.of(4 * loops * loops).power(loops),
    "1/8 for 1/16": ({ loops }) => Rational.of(1, 8).power(loops),
  },
  regime: ({ loops }) =>
    loops === 1
      ? "ratio 4 in every dimension"
      : `true up to d = ${((64 * loops ** 2) ** (loops / (loops - 1))).toFixed(1)}`,
});

function point(dim: number, loops: number, contextLength: bigint, n: string) {
  return { name: `d=${dim} L=${loops} n=${n}`, setting: { dim, loops, contextLength } };
}

/** The last dimension in which it is true, and the first in which it is not. */
function edge(loops: number, last: number) {
  return [
    point(last, loops, 20n, "20"),
    { ...point(last + 1, loops, 20n, "20"), expected: "refuted" as const },
  ];
}
