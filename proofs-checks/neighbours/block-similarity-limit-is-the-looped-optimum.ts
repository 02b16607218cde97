import { defineClaim } from "../../src/claim/claim.js";
import { diagonalCovariance } from "../../src/prompt/covariance-family.js";
import {
  type BlockPenalty,
  followPenalty,
  loopedPairLoss,
  type RegularisedPair,
} from "../block-similarity.js";

/** λ, reached in decades. */
const STRENGTHS = [0, 1, 10, 100, 1000, 10_000];
/** The limit is approached as 1/λ. */
const BUDGET = 1e-4;

/**
 * A block penalty leads from the untied optimum (λ = 0) to the looped one (λ → ∞): distance does, the
 * cosine does not.
 *
 * Statement.    min over A₁, A₂ of ℓ + λR has ℓ → ℓ*_looped as λ → ∞
 * Conventions.  two untied layers against one looped twice; Ω = I; R = ‖A₁ − A₂‖²_F or −cos(A₁, A₂)
 * Accuracy.     exact losses at λ = 10⁴, the path followed from λ = 0; budget 1e−4 for the 1/λ left.
 *               Refuted for the cosine: it ties directions, not sizes, and stays at proportional layers
 * Source.       regularised models between untied and looped: Saunshi et al. 2025; exact case derived here
 */
export const blockSimilarityLimitIsTheLoopedOptimum = defineClaim<RegularisedPair>({
  id: "block-similarity-limit-is-the-looped-optimum",
  title: "A strong block penalty ends at the looped optimum",
  statement:
    "\\lim_{\\lambda\\to\\infty}\\ell\\big(\\arg\\min \\ell+\\lambda R\\big) = \\ell^*_{\\text{looped}}",
  source: "Saunshi et al. 2025 (cosine regulariser); exact case derived here",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [
      point("distance", [2, 0.5], 8),
      point("distance", [1, 0.1], 4),
      { ...point("−cos", [2, 0.5], 8), expected: "refuted" },
      { ...point("−cos", [1, 0.1], 4), expected: "refuted" },
    ],
    thorough: [point("distance", [2, 1, 0.5], 10)],
  },
  predicted: ({ law }) => loopedPairLoss(law),
  measured: (setting) => ({
    value: followPenalty(setting, STRENGTHS).at(-1)!.loss,
    errorBudget: BUDGET,
    method: "certified",
  }),
  regime: (setting) => {
    const losses = followPenalty(setting, STRENGTHS).map(({ loss }) => loss.toPrecision(6));
    return `ℓ along λ = ${STRENGTHS.join(", ")}: ${losses.join(", ")}`;
  },
  rivals: {
    "the untied optimum": (setting) => followPenalty(setting, [0])[0]!.loss,
    "n + 1 for n": ({ law }) =>
      loopedPairLoss({ ...law, contextLength: Number(law.contextLength) + 1 }),
    "1 % below": ({ law }) => 0.99 * loopedPairLoss(law),
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
