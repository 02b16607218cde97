import { defineClaim } from "../../src/claim/claim.js";
import { diagonalCovariance } from "../../src/prompt/covariance-family.js";
import { type BlockPenalty, followPenalty, type RegularisedPair } from "../block-similarity.js";

const STRENGTHS = [0, 0.1, 1, 10, 100];

/** Error of a cosine whose layers have gradients of 1e−9. */
const BUDGET = 1e-8;

/**
 * The block-similarity regulariser attracts layers when the cosine is subtracted, not as it is printed.
 *
 * Statement.    cos(A₁, A₂) at the minimum of ℓ + λR grows with λ: R = −cos; it falls for R = +cos
 * Conventions.  R_G of one block each, weight λ; two untied layers, Ω = I, so that A₁, A₂ differ in
 *               direction (for Ω = Σ⁻¹ both are multiples of Σ⁻¹ and the cosine is 1 from the start)
 * Accuracy.     cosines at the minima of the exact loss plus penalty, λ = 0, 0.1, 1, 10, 100; budget: what
 *               a gradient of 1e−9 leaves
 * Source.       Saunshi et al. 2025, the regulariser printed with a plus sign in a loss to be minimised
 */
export const blockSimilarityGrowsWithItsWeight = defineClaim<RegularisedPair>({
  id: "block-similarity-grows-with-its-weight",
  title: "The block-similarity regulariser attracts with a minus sign only",
  statement:
    "\\lambda<\\mu \\;\\Rightarrow\\; \\cos(A_1,A_2)\\big|_\\lambda \\le \\cos(A_1,A_2)\\big|_\\mu, \\quad \\text{minima of } \\ell-\\lambda\\cos",
  source: "Saunshi et al. 2025 (printed: + λ cos)",
  kind: "lower-bound",
  hypotheses: {
    "Σ is not a multiple of I: else the layers are parallel": ({ law }) =>
      new Set(law.covariance.diagonal()).size > 1,
  },
  grid: {
    quick: [
      point("−cos", [2, 0.5], 8),
      point("−cos", [1, 0.1], 4),
      { ...point("+cos", [2, 0.5], 8), expected: "refuted" },
      { ...point("+cos", [1, 0.1], 4), expected: "refuted" },
    ],
    thorough: [point("−cos", [2, 1, 0.5], 10)],
  },
  predicted: (setting) => cosines(setting).slice(0, -1),
  measured: (setting) => ({
    value: cosines(setting).slice(1),
    errorBudget: BUDGET,
    method: "certified",
  }),
  rivals: {
    "halfway to 1 at each step": (setting) =>
      cosines(setting)
        .slice(0, -1)
        .map((cosine) => (1 + cosine) / 2),
    "parallel at once": (setting) => cosines(setting).slice(1).fill(1),
  },
});

function point(penalty: BlockPenalty, spectrum: readonly number[], contextLength: number) {
  const law = {
    dim: spectrum.length,
    contextLength,
    covariance: diagonalCovariance(spectrum),
    taskCovariance: "identity" as const,
  };
  return {
    name: `R = ${penalty}, Σ=diag(${spectrum.join(",")}) n=${contextLength}`,
    setting: { law, penalty },
  };
}

function cosines(setting: RegularisedPair): number[] {
  return followPenalty(setting, STRENGTHS).map(({ cosine }) => cosine);
}
