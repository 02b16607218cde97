import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { bestPreconditioner } from "../../src/theory/preconditioner-search/best-preconditioner.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
}

/**
 * With fewer examples than dimensions the best preconditioner found over all A is a multiple of Σ⁻¹.
 *
 * Statement.    ℓ(A) ≥ ℓ(b*Σ⁻¹) for every minimum A that the search finds, n < d
 * Conventions.  Ω = Σ⁻¹, no noise; searched over normal matrices by their eigenvalues, then over all
 * Hypotheses.   n < d: far below the n₀ from which b*Σ⁻¹ is a saddle (n₀ > 1.3 d wherever computed)
 * Accuracy.     the loss of the rational matrix found is exact; it may be above the optimum by the last
 *               digits of the search, 10⁻²⁰ relative. That no lower minimum exists is observed
 * Source.       observed for trained models by Gatmiry et al. 2024 (d = 10, n < d)
 */
export const isotropicOptimumIsBestForShortContexts = defineClaim<Setting>({
  id: "isotropic-optimum-is-best-for-short-contexts",
  title: "The best preconditioner found is a multiple of Σ⁻¹ when n < d",
  statement: "\\ell(A) \\ge \\ell(b^*\\Sigma^{-1}), \\quad n < d",
  source: "Gatmiry et al. 2024, experiments; exact losses here",
  kind: "lower-bound",
  hypotheses: { "n < d": ({ dim, contextLength }) => contextLength < dim },
  grid: {
    quick: [point(3, 2, 2), point(4, 2, 3), point(5, 3, 3), point(10, 5, 2), point(10, 9, 3)],
    thorough: [point(10, 9, 5), point(10, 5, 5), point(10, 9, 4), point(20, 10, 3)],
  },
  predicted: (setting) => isotropicOptimum(setting).loss.lower,
  measured: (setting, stream) => {
    const { lossExact } = bestPreconditioner(setting, {
      stream: stream.split("starts"),
      normalStarts: 8,
      matrixStarts: 3,
    });
    return { value: lossExact, errorBudget: 0, method: "exact" };
  },
  rivals: {
    "0.1 % above the best multiple": ({ dim, contextLength, loops }) => {
      const optimum = isotropicOptimum({ dim, contextLength, loops }).loss.upper;
      return optimum.times(Rational.of(1001, 1000));
    },
  },
});

function point(dim: number, contextLength: number, loops: number) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops}`,
    setting: { dim, contextLength, loops },
  };
}
