import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { bestSymmetric } from "../../src/theory/preconditioner-search/best-symmetric.js";
import type { LoopedSetting } from "../../src/theory/setting.js";

/**
 * Of all symmetric A the best multiple of Σ⁻¹ has the least loss: the theorem's minimiser, proved.
 *
 * Statement.    ℓ(A) ≥ ℓ(b*Σ⁻¹) for every A = Aᵀ, with equality at b*Σ⁻¹ alone
 * Conventions.  Ω = Σ⁻¹, no noise; measured: the lowest minimum that descents over all spectra reach. The
 *               certificates hold the proof, by branch and bound over all symmetric A
 * Accuracy.     exact: the loss of the rational matrix found, against the enclosure of the optimum
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), global minimiser; proof
 *               for every d, n, L in docs/certificates.md
 */
export const isotropicOptimumIsBestOfSymmetric = defineClaim<LoopedSetting>({
  id: "isotropic-optimum-is-best-of-symmetric",
  title: "No symmetric preconditioner beats the best multiple of Σ⁻¹",
  statement: "\\ell(A) \\ge \\ell(b^*\\Sigma^{-1}) \\quad \\text{for every } A = A^\\top",
  source: "Gatmiry et al. 2024, global minimiser theorem, read over symmetric A; proved here",
  kind: "lower-bound",
  hypotheses: { "d ≥ 2": ({ dim }) => dim >= 2 },
  grid: {
    quick: [2, 3].flatMap((dim) =>
      [1, 2, 3].flatMap((loops) => [5, 20, 100].map((n) => point(dim, loops, n))),
    ),
    thorough: [point(4, 4, 20), point(10, 3, 50)],
  },
  predicted: (setting) => isotropicOptimum(setting).loss.lower,
  measured: (setting, stream) => ({
    value: bestSymmetric(setting, { stream: stream.split("starts"), randomStarts: 4 }).lossExact,
    errorBudget: 0,
    method: "exact",
  }),
  certificates: ({ dim, loops, contextLength }) =>
    dim > 3 ? [] : [{ kind: "best-symmetric-is-isotropic", dim, loops, contextLength }],
  rivals: {
    "1 % more": (setting) => isotropicOptimum(setting).loss.lower.times(Rational.of(101, 100)),
    "n − 1 for n": ({ dim, loops, contextLength }) =>
      isotropicOptimum({ dim, loops, contextLength: Number(contextLength) - 1 }).loss.lower,
  },
});

function point(dim: number, loops: number, contextLength: number) {
  return { name: `d=${dim} n=${contextLength} L=${loops}`, setting: { dim, loops, contextLength } };
}
