import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { IsotropicLoss, isotropicLoss } from "../../src/theory/isotropic-loss.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { complexWishartMoments } from "../complex-wishart-moments.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** [b*, loss]: fractions, or decimals rounded in their last digit. */
  readonly published: readonly [string, string];
}

/**
 * The exact isotropic optimum reproduces the values on record.
 *
 * Statement.    b* = argmin_b E tr(I − bS)^{2L} and the loss there, for any Σ with Ω = Σ⁻¹
 * Conventions.  S = W/n, W ~ W_d(n, I); no ½; no noise
 * Accuracy.     half a unit of the last recorded digit; one loop exactly. Prediction: a root of an exact
 *               polynomial, enclosed to 50 digits.
 * Source.       one loop: Mahankali, Hashimoto, Ma 2024; the rest derived here, computed by two
 *               implementations before this one existed (exact recursion, token-level simulation)
 */
export const isotropicOptimumTable = defineClaim<Setting>({
  id: "isotropic-optimum-table",
  title: "The table of exact isotropic optima",
  statement: "b^* = \\arg\\min_b \\mathbb E\\operatorname{tr}(I-bS)^{2L}",
  source: "one loop: Mahankali et al. 2024; the rest derived here",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [
      point(10, 20, 1, "20/31", "110/31"),
      point(10, 20, 2, "0.628077", "2.10527675"),
      point(10, 20, 3, "0.611251", "1.45867726"),
      point(10, 20, 5, "0.577214", "0.86568071"),
      point(10, 100, 5, "0.874599", "0.00438831"),
      point(5, 20, 3, "0.715587", "0.26834222"),
      point(10, 5, 2, "0.294536", "6.18059276"),
    ],
    thorough: [],
  },
  predicted: (setting) => optimum(setting),
  measured: ({ published }) => ({
    value: published.map(Rational.parse),
    errorBudget: published.map(halfUnitOfLastDigit),
    method: "certified",
  }),
  certificates: ({ dim, contextLength, loops }) => [
    { kind: "isotropic-optimum-is-enclosed", dim, contextLength, loops },
  ],
  rivals: {
    "n + 1 for n": (setting) => optimum({ ...setting, contextLength: setting.contextLength + 1 }),
    "1/(n+1) for 1/n": (setting) => {
      const [stepSize, loss] = optimum(setting);
      const n = setting.contextLength;
      return [stepSize.times(Rational.of(n + 1, n)), loss];
    },
    "complex Gaussians: n + d for n + d + 1": complexOptimum,
    "the one-layer step n/(n+d+1) at every depth": (setting) => {
      const { dim, contextLength } = setting;
      const stepSize = Rational.of(contextLength, contextLength + dim + 1);
      return [stepSize, isotropicLoss(setting, stepSize)];
    },
    "L + 1 loops": (setting) => optimum({ ...setting, loops: setting.loops + 1 }),
    "a stray ½ in the loss": (setting) => {
      const [stepSize, loss] = optimum(setting);
      return [stepSize, loss.over(Rational.of(2n))];
    },
  },
});

function point(dim: number, contextLength: number, loops: number, stepSize: string, loss: string) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops}`,
    setting: { dim, contextLength, loops, published: [stepSize, loss] as const },
  };
}

function optimum(setting: Omit<Setting, "published">): [Rational, Rational] {
  const { stepSize, loss } = isotropicOptimum(setting);
  return [stepSize.midpoint, loss.midpoint];
}

function halfUnitOfLastDigit(text: string): Rational {
  const digits = text.split(".")[1]?.length;
  return digits === undefined ? Rational.ZERO : Rational.of(1n, 2n * 10n ** BigInt(digits));
}

/** The optimum for complex Gaussians, by bisection to 40 bits. */
function complexOptimum(setting: Setting): Rational[] {
  const loss = IsotropicLoss.of(setting, complexWishartMoments(setting, 2 * setting.loops));
  let [below, above] = [Rational.ZERO, Rational.of(2n)];
  for (let bit = 0; bit < 40; bit++) {
    const middle = below.plus(above).over(Rational.of(2n));
    if (loss.derivativeAt(middle).sign() < 0) below = middle;
    else above = middle;
  }
  return [below, loss.at(below)];
}
