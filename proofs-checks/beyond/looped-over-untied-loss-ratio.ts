import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";

interface Setting {
  readonly dim: number;
  readonly loops: number;
}

/** So long that the limit is met to the budget. */
const CONTEXT = 10n ** 40n;

/**
 * What weight tying costs for long contexts: the limit of looped over untied loss at equal depth.
 *
 * Statement.    ℓ*_looped/ℓ*_untied → e_{2L}/h_L as n → ∞: (2d² + 5d + 5)/(d² + 3d + 4) for L = 2,
 *               e₆/(e₆ − e₄²/e₂) for L = 3, (2L − 1)!!/L! for d = 1
 * Conventions.  best multiples of Σ⁻¹ on both sides; e_{2k} = lim n^k E tr(S − I)^{2k}: e₂ = d² + d,
 *               e₄ = 2d³ + 5d² + 5d, e₆ = 5d⁴ + 22d³ + 52d² + 41d (Gaussian orthogonal ensemble); h_L the
 *               squared norm of its monic orthogonal polynomial of degree L
 * Accuracy.     exact optima at n = 10⁴⁰ against the limit, budget 10⁻³⁰
 * Source.       derived here: p(S) = Π(I − b_l S) with b_l = 1 + x_l/√n is Π(E + x_l)/n^{L/2}
 */
export const loopedOverUntiedLossRatio = defineClaim<Setting>({
  id: "looped-over-untied-loss-ratio",
  title: "The cost of weight tying for long contexts",
  statement:
    "\\frac{\\ell^*_{\\text{looped}}}{\\ell^*_{\\text{untied}}} \\to \\frac{e_{2L}}{h_L}, \\quad L=2: \\frac{2d^2+5d+5}{d^2+3d+4}",
  source: "derived here",
  kind: "equality",
  hypotheses: { "L ≤ 3 or d = 1 (written out)": ({ dim, loops }) => loops <= 3 || dim === 1 },
  grid: {
    quick: [
      ...[1, 2, 10, 50].flatMap((dim) => [point(dim, 2), point(dim, 3)]),
      point(1, 5),
      point(1, 8),
    ],
    thorough: [point(1, 20), point(500, 3)],
  },
  predicted: ({ dim, loops }) => limit(dim, loops),
  measured: (setting) => {
    const law = { ...setting, contextLength: CONTEXT };
    const untied = untiedOptimum({ ...law, digits: 40 }).loss.midpoint;
    const ratio = isotropicOptimum(law).loss.midpoint.over(untied);
    return { value: ratio, errorBudget: Rational.parse("1e-30"), method: "certified" };
  },
  rivals: {
    "complex Gaussians: e₂ = d², e₄ = 2d³ + d": ({ dim, loops }) =>
      loops === 2 ? Rational.of(2 * dim ** 2 + 1, dim ** 2 + 1) : limit(dim, loops),
    "d + 1 for d": ({ dim, loops }) => limit(dim + 1, Math.min(loops, 3)),
    "no cost": () => Rational.ONE,
  },
});

function point(dim: number, loops: number) {
  return { name: `d=${dim} L=${loops}`, setting: { dim, loops } };
}

function limit(dim: number, loops: number): Rational {
  const d = BigInt(dim);
  const second = d * d + d;
  const fourth = 2n * d ** 3n + 5n * d ** 2n + 5n * d;
  const sixth = 5n * d ** 4n + 22n * d ** 3n + 52n * d ** 2n + 41n * d;
  if (loops === 2) return Rational.of(fourth * d, fourth * d - second * second);
  if (loops === 3) return Rational.of(sixth * second, sixth * second - fourth * fourth);
  let ratio = Rational.ONE;
  for (let k = 1; k <= loops; k++) ratio = ratio.times(Rational.of(2 * k - 1, k));
  return ratio;
}
