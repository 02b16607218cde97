import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicLoss } from "../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { paperBound } from "../../src/theory/paper-bound.js";
import { SpectralFamily } from "../../src/theory/preconditioner-search/spectral-family.js";
import type { LoopedSetting } from "../../src/theory/setting.js";

interface Setting extends LoopedSetting {
  /** The witness rotates by this much over √n. */
  readonly rotation: Rational;
}

/**
 * That b*Σ⁻¹ is the global minimiser over all A: a reading of the paper's theorem that is false.
 *
 * Statement.    ℓ(A) ≥ ℓ(b*Σ⁻¹) for every A, where the theorem's own bound is not vacuous
 * Conventions.  tried with one witness: B = b*I + εJ, ε = rotation/√n, J of blocks [[0,1],[−1,0]] (an odd
 *               dimension keeps one real direction). Over symmetric A no witness is known
 * Hypotheses.   d ≥ 2
 * Accuracy.     exact: the loss of a rational witness against an enclosure of the loss of b*I; the budget
 *               is the enclosure's width
 * Source.       a reading of Gatmiry et al. 2024 (arXiv 2410.08292), global minimiser; refuted here for
 *               L ≥ 2: at L = 2 the curvature along J tends to −4d/n. One loop is a convex quadratic
 */
export const isotropicOptimumIsBestOverAll = defineClaim<Setting>({
  id: "isotropic-optimum-is-best-over-all",
  title: "No preconditioner beats the best multiple of Σ⁻¹",
  statement: "\\ell(A) \\ge \\ell(b^*\\Sigma^{-1}) \\quad \\text{for every } A",
  source: "a reading of Gatmiry et al. 2024, global minimiser theorem",
  kind: "lower-bound",
  hypotheses: { "d ≥ 2": ({ dim }) => dim >= 2 },
  grid: {
    quick: [
      point(10, 1, 20n, "20", "1"),
      point(10, 2, 20n, "20", "1"),
      first(2, 1, "1", "holds"),
      first(10, 1, "1", "holds"),
      first(50, 1, "1", "holds"),
      ...[2, 3, 10, 50].flatMap((dim) => [first(dim, 2, "1"), first(dim, 3, "7/4")]),
      ...[2, 10].flatMap((dim) => [first(dim, 4, "2"), first(dim, 5, "2")]),
    ],
    thorough: [first(50, 4, "2"), first(50, 5, "2")],
  },
  predicted: (setting) => isotropicOptimum(setting).loss.lower,
  measured: (setting) => ({
    value: witnessLoss(setting),
    errorBudget: isotropicOptimum(setting).loss.width,
    method: "exact",
  }),
  rivals: {
    "a full step, b = 1, for b*": (setting) => isotropicLoss(setting, Rational.ONE),
    "one loop for L": (setting) => {
      const { dim, contextLength, loops } = setting;
      const fewer = Math.max(1, loops - 1);
      const { lower } = isotropicOptimum({ dim, contextLength, loops: fewer }).loss;
      return loops === 1 ? lower.times(Rational.of(2)) : lower;
    },
  },
});

function point(dim: number, loops: number, contextLength: bigint, n: string, rotation: string) {
  return {
    name: `d=${dim} L=${loops} n=${n}`,
    setting: { dim, loops, contextLength, rotation: Rational.parse(rotation) },
  };
}

/** At the first n with c < 1, where the theorem says something. */
function first(
  dim: number,
  loops: number,
  rotation: string,
  expected: "holds" | "refuted" = "refuted",
) {
  const { contextForNonVacuous } = paperBound({ dim, loops, contextLength: 1 });
  return {
    ...point(dim, loops, contextForNonVacuous, "the first with c < 1", rotation),
    expected,
  };
}

function witnessLoss(setting: Setting): Rational {
  const { dim, contextLength, rotation } = setting;
  const stepSize = isotropicOptimum(setting).stepSize.midpoint;
  const epsilon = rotation.over(Rational.of(integerRoot(BigInt(contextLength))));
  const planes = dim >> 1;
  const coordinates = Array.from({ length: dim }, (_, i) =>
    i < 2 * planes && i % 2 === 1 ? epsilon : stepSize,
  );
  const family = SpectralFamily.of("isotropicOptimumIsBestOverAll", setting, "normal");
  return family.at({ planes, coordinates });
}

/** ⌊√value⌋. */
function integerRoot(value: bigint): bigint {
  let root = value;
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
