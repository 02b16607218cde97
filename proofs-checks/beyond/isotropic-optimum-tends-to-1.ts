import { defineClaim } from "../../src/claim/claim.js";
import { fitLine } from "../../src/claim/line-fit.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";

interface Setting {
  readonly dim: number;
  readonly loops: number;
}

/** log₁₀ n of the points that are fitted. */
const EXPONENTS = Array.from({ length: 12 }, (_, k) => 8 + 2 * k);

/**
 * The isotropic optimum tends to 1 like 1/n, with a constant that grows with the depth.
 *
 * Statement.    1 − b* = β/n + O(1/n²), β = (e_{2L} + s_{2L−1}) / ((2L−1) e_{2L−2}), where as n → ∞
 *               n^{k/2} E tr(S−I)^k → e_k (k even), n^{(k+1)/2} E tr(S−I)^k → s_k (k odd):
 *               β = d + 1 (L = 1), (3d² + 8d + 9)/(3(d + 1)) (L = 2),
 *               (10d³ + 47d² + 122d + 101)/(5(2d² + 5d + 5)) (L = 3)
 * Conventions.  Ω = Σ⁻¹, no noise, d and L fixed
 * Accuracy.     components [slope, log₁₀ β] of the line log₁₀(1 − b*) against log₁₀ n over
 *               n = 10⁸ … 10³⁰, each b* exact to 50 digits; 5 standard errors of the fit
 * Source.       derived here: in ℓ′(b) = 0 put b = 1 − β/n, S = I + E/√n and keep order n^{−L}.
 *               e₂ = d²+d, e₄ = 2d³+5d²+5d, e₆ = 5d⁴+22d³+52d²+41d (Gaussian orthogonal ensemble);
 *               s₁ = 0, s₃ = d(d²+3d+4), s₅ = 5d(d³+5d²+14d+12)
 */
export const isotropicOptimumTendsTo1 = defineClaim<Setting>({
  id: "isotropic-optimum-tends-to-1",
  title: "The isotropic optimum tends to 1 at the rate 1/n",
  statement:
    "1-b^* = \\frac{\\beta}{n} + O(n^{-2}), \\quad \\beta = \\frac{e_{2L}+s_{2L-1}}{(2L-1)\\,e_{2L-2}}",
  source: "derived here",
  kind: "equality",
  hypotheses: { "L ≤ 3 (constants written out)": ({ loops }) => loops <= 3 },
  grid: {
    quick: [point(1, 1), point(10, 1), point(2, 2), point(10, 2), point(3, 3), point(10, 3)],
    thorough: [point(50, 2), point(50, 3)],
  },
  predicted: ({ dim, loops }) => [-1, Math.log10(constant(dim, loops))],
  measured: (setting) => {
    const { slope, slopeStandardError, intercept, interceptStandardError } = fitRate(setting);
    return {
      value: [slope, intercept],
      errorBudget: [5 * slopeStandardError, 5 * interceptStandardError],
      method: "sampled",
    };
  },
  rivals: {
    "the rate n^{−1/(4L)} of the paper's bound": ({ dim, loops }) => [
      -1 / (4 * loops),
      Math.log10(constant(dim, loops)),
    ],
    "rate 1/√n": ({ dim, loops }) => [-0.5, Math.log10(constant(dim, loops))],
    "β = d + 1 at every depth": ({ dim }) => [-1, Math.log10(dim + 1)],
    "β with d for d + 1": ({ dim, loops }) => [
      -1,
      Math.log10((constant(dim, loops) * dim) / (dim + 1)),
    ],
    "skewness neglected (s = 0)": ({ dim, loops }) => [
      -1,
      Math.log10(constant(dim, loops, { skewness: 0 })),
    ],
  },
  regime: (setting) => {
    const { slope, slopeStandardError, intercept } = fitRate(setting);
    const beta = 10 ** intercept;
    return `slope ${slope.toFixed(9)} ± ${slopeStandardError.toExponential(1)}, β ≈ ${beta.toPrecision(6)}`;
  },
});

function point(dim: number, loops: number) {
  return { name: `d=${dim} L=${loops}`, setting: { dim, loops } };
}

function constant(d: number, loops: number, { skewness = 1 } = {}): number {
  const even = [
    d,
    d * d + d,
    2 * d ** 3 + 5 * d ** 2 + 5 * d,
    5 * d ** 4 + 22 * d ** 3 + 52 * d ** 2 + 41 * d,
  ];
  const odd = [0, d * (d * d + 3 * d + 4), 5 * d * (d ** 3 + 5 * d ** 2 + 14 * d + 12)];
  return (even[loops]! + skewness * odd[loops - 1]!) / ((2 * loops - 1) * even[loops - 1]!);
}

function fitRate({ dim, loops }: Setting) {
  return fitLine(
    EXPONENTS.map((exponent) => {
      const contextLength = 10n ** BigInt(exponent);
      const { stepSize } = isotropicOptimum({ dim, contextLength, loops });
      const gap = Rational.ONE.minus(stepSize.midpoint);
      const scaled = gap.times(Rational.of(contextLength)).toNumber();
      return [exponent, Math.log10(scaled) - exponent] as const;
    }),
  );
}
