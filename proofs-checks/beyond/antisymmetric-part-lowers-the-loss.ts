import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { populationLoss } from "../../src/theory/population/population-loss.js";
import type { RationalMatrix } from "../../src/theory/population/setting.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** c, ε of the witness cI + εJ. */
  readonly witness: readonly [string, string];
  /** Whether a certificate says so, by a witness of its own. */
  readonly isBeaten: boolean;
}

/**
 * The best preconditioner over all A is not a multiple of Σ⁻¹: rational witnesses.
 *
 * Statement.    ℓ(A) < min_b ℓ(bΣ⁻¹) for Σ^{1/2}AΣ^{1/2} = cI + εJ, J of blocks [[0, 1], [−1, 0]] and, in odd
 *               dimensions, one row of zeros
 * Conventions.  Ω = Σ⁻¹, no noise
 * Accuracy.     exact: the loss of the fractions by the engine for any matrix, against a lower end of the
 *               enclosure of the isotropic optimum
 * Source.       derived here; at d = 10, n = 20, L = 5 the witness has loss 0.85629214 < 0.86568071
 */
export const antisymmetricPartLowersTheLoss = defineClaim<Setting>({
  id: "antisymmetric-part-lowers-the-loss",
  title: "The best preconditioner over all A is not a multiple of Σ⁻¹",
  statement: "\\ell(cI+\\varepsilon J) < \\min_b \\ell(bI), \\quad J^\\top = -J",
  source: "derived here",
  kind: "existence",
  hypotheses: { "d ≥ 2": ({ dim }) => dim >= 2 },
  grid: {
    quick: [
      point(2, 20, 2, "0.8326", "0.1019"),
      point(3, 50, 3, "0.924", "0.2"),
      point(4, 30, 3, "0.823", "0.254"),
      point(5, 50, 3, "0.89", "0.22"),
      point(10, 20, 4, "0.6", "0.2", "refuted"),
      point(10, 100, 2, "0.8947", "0.0409"),
      point(10, 1000, 3, "0.9882", "0.0761"),
    ],
    thorough: [point(10, 20, 5, "0.608", "0.303"), point(3, 20, 5, "0.7", "0.3")],
  },
  predicted: (setting) => optimum(setting).lower,
  measured: (setting) => ({
    value: populationLoss(
      { dim: setting.dim, contextLength: setting.contextLength },
      { preconditioners: [witnessOf(setting)], loops: setting.loops },
      { exact: true },
    ).exact!,
    errorBudget: 0,
    method: "exact",
  }),
  certificates: ({ dim, contextLength, loops, isBeaten }) =>
    isBeaten ? [{ kind: "best-preconditioner-is-not-isotropic", dim, contextLength, loops }] : [],
  rivals: {
    "by a quarter": (setting) => optimum(setting).lower.times(Rational.of(3, 4)),
    "as low as with one loop more": (setting) =>
      optimum({ ...setting, loops: setting.loops + 1 }).lower,
  },
  regime: (setting) => {
    const { value } = populationLoss(
      { dim: setting.dim, contextLength: setting.contextLength },
      { preconditioners: [witnessOf(setting)], loops: setting.loops },
    );
    const share = value / optimum(setting).toNumber();
    return `witness at ${share.toFixed(5)} of the best multiple of Σ⁻¹`;
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  c: string,
  epsilon: string,
  expected: "holds" | "refuted" = "holds",
) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops}: ${c} I + ${epsilon} J`,
    setting: {
      dim,
      contextLength,
      loops,
      witness: [c, epsilon] as const,
      isBeaten: expected === "holds",
    },
    expected,
  };
}

function optimum({ dim, contextLength, loops }: Setting) {
  return isotropicOptimum({ dim, contextLength, loops }).loss;
}

function witnessOf({ dim, witness }: Setting): RationalMatrix {
  const [c, epsilon] = witness.map(Rational.parse) as [Rational, Rational];
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (__, j) => {
      if (i === j) return c;
      const isBlock = i >> 1 === j >> 1 && Math.max(i, j) < 2 * (dim >> 1);
      if (!isBlock) return Rational.ZERO;
      return i < j ? epsilon : epsilon.negated();
    }),
  );
}
