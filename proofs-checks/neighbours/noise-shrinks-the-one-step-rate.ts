import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { exactPopulationGradient } from "../../src/theory/population/exact-gradient.js";
import type { RationalMatrix } from "../../src/theory/population/setting.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  /** σ² as a fraction. */
  readonly noiseVariance: string;
}

/**
 * With label noise the optimal layer is one gradient step of rate η = 1/(n + d + 1 + σ²).
 *
 * Statement.    ŷ = η Σ_i y_i x_iᵀΣ⁻¹x_q, η = 1/(n + d + 1 + σ²), with the loss d(d+1+σ²)/(n+d+1+σ²)
 * Conventions.  A = nη Σ⁻¹; prior Ω = Σ⁻¹; noisy context labels, noiseless target; no ½
 * Accuracy.     exact. Predicted: the formulas, and a gradient of 0 in every entry of A. Measured: the
 *               least b of the Wishart-moment polynomial, its loss, and the exact gradient over all of A
 *               at nηΣ⁻¹ for Σ = tridiagonal(1; 3; 1)
 * Source.       Mahankali, Hashimoto, Ma 2024, main theorem
 */
export const noiseShrinksTheOneStepRate = defineClaim<Setting>({
  id: "noise-shrinks-the-one-step-rate",
  title: "Noise shrinks the rate of the optimal single step",
  statement:
    "\\hat y = \\eta\\sum_i y_i\\,x_i^\\top\\Sigma^{-1}x_q, \\quad \\eta = \\frac1{n+d+1+\\sigma^2}",
  source: "Mahankali, Hashimoto, Ma 2024",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [
      point(2, 6, "1/2"),
      point(3, 20, "1"),
      point(5, 3, "7/3"),
      point(10, 20, "0"),
      point(1, 1, "4"),
    ],
    thorough: [point(20, 10 ** 6, "1/100")],
  },
  predicted: (setting) => predict(setting, (count, noise) => count.plus(noise)),
  measured: (setting) => {
    const { dim, contextLength } = setting;
    const noiseVariance = Rational.parse(setting.noiseVariance);
    const { stepSize, loss } = isotropicOptimum({ dim, contextLength, noiseVariance, loops: 1 });
    const { preconditioners } = exactPopulationGradient(
      { dim, contextLength, noiseVariance, covariance: tridiagonal(dim) },
      { preconditioners: [scaledInverse(dim, stepSize.midpoint)], loops: 1 },
    );
    return {
      value: [stepSize.midpoint, loss.midpoint, ...preconditioners[0]!.flat()],
      errorBudget: [stepSize.width, loss.width, ...new Array(dim * dim).fill(Rational.ZERO)],
      method: "exact",
    };
  },
  rivals: {
    "σ² dropped": (setting) => predict(setting, (count) => count),
    "n + d + σ²": (setting) =>
      predict(setting, (count, noise) => count.minus(Rational.ONE).plus(noise)),
    "σ²/n for σ²": (setting) =>
      predict(setting, (count, noise) =>
        count.plus(noise.over(Rational.of(setting.contextLength))),
      ),
    "2σ² for σ²": (setting) =>
      predict(setting, (count, noise) => count.plus(noise.times(Rational.of(2)))),
  },
});

function point(dim: number, contextLength: number, noiseVariance: string) {
  return {
    name: `d=${dim} n=${contextLength} σ²=${noiseVariance}`,
    setting: { dim, contextLength, noiseVariance },
  };
}

/** [nη, loss, 0 …] for 1/η made from n + d + 1 and σ². */
function predict(
  { dim, contextLength, noiseVariance }: Setting,
  inverseRate: (count: Rational, noise: Rational) => Rational,
): Rational[] {
  const n = Rational.of(contextLength);
  const d = Rational.of(dim);
  const noise = Rational.parse(noiseVariance);
  const total = inverseRate(Rational.of(contextLength + dim + 1), noise);
  return [
    n.over(total),
    d.times(total.minus(n)).over(total),
    ...new Array<Rational>(dim * dim).fill(Rational.ZERO),
  ];
}

/** The covariance with 3 on the diagonal and 1 beside it. */
function tridiagonal(dim: number): RationalMatrix {
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (__, j) => Rational.of([3, 1][Math.abs(i - j)] ?? 0)),
  );
}

/** bΣ⁻¹ exactly: entry (i, j) of the inverse is (−1)^{i+j} θ_i θ_{d−1−j}/θ_d for i ≤ j. */
function scaledInverse(dim: number, scale: Rational): RationalMatrix {
  const minors = [Rational.ONE, Rational.of(3)];
  for (let k = 2; k <= dim; k++) {
    minors.push(minors[k - 1]!.times(Rational.of(3)).minus(minors[k - 2]!));
  }
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (__, j) => {
      const [low, high] = i < j ? [i, j] : [j, i];
      const product = minors[low]!.times(minors[dim - 1 - high]!).over(minors[dim]!);
      return product.times((i + j) % 2 === 0 ? scale : scale.negated());
    }),
  );
}
