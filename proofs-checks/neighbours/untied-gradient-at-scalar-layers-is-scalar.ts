import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { loopedStepsLoss } from "../../src/theory/polynomial-family/looped-steps-loss.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";
import { exactPopulationGradient } from "../../src/theory/population/exact-gradient.js";
import type { RationalMatrix } from "../../src/theory/population/setting.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  /** Steps a_1 … a_L as fractions, or the number of layers whose optimum is meant. */
  readonly steps: readonly string[] | number;
}

/** A scalar critical point is known to this many digits. */
const DIGITS = 20;

/**
 * Untied layers A_l = a_lΣ⁻¹ have critical points of the whole family among them.
 *
 * Statement.    ∂ℓ/∂A_l = (1/d)(∂ℓ/∂a_l) Σ at A_l = a_lΣ⁻¹, so that the scalar optimum a* is a
 *               critical point over all A_1 … A_L
 * Conventions.  prior Ω = Σ⁻¹; no noise; Σ = diag(1, 2, …, d); ℓ without ½
 * Accuracy.     exact at the steps given. At the optimum, known to 20 digits, the same identity, and the
 *               gradient itself: 0 to 1e−15. Predicted by the Hankel moments of a polynomial in one
 *               variable; measured by the circuit of words in S and A_1 … A_L
 * Source.       Ahn, Cheng, Daneshmand, Sra 2023, the theorem on L layers
 */
export const untiedGradientAtScalarLayersIsScalar = defineClaim<Setting>({
  id: "untied-gradient-at-scalar-layers-is-scalar",
  title: "Untied layers A_l = a_lΣ⁻¹ hold critical points of the whole family",
  statement:
    "\\nabla_{A_l}\\ell\\,\\big|_{A_l=a_l\\Sigma^{-1}} = \\tfrac1d\\,\\frac{\\partial\\ell}{\\partial a_l}\\,\\Sigma, \\quad \\nabla\\ell = 0 \\text{ at } a = a^*",
  source: "Ahn, Cheng, Daneshmand, Sra 2023",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [
      point(3, 5, ["1/2", "2/3"]),
      point(2, 7, ["1/2", "2/3", "3/2"]),
      point(4, 3, ["1/5", "-1/3"]),
      point(3, 100, ["1/2", "2/3"]),
      point(3, 20, 2),
      point(2, 20, 3),
    ],
    thorough: [point(5, 20, 3), point(3, 30, 4)],
  },
  predicted: (setting) => atOptimum(setting, (gradient) => gradient),
  measured: (setting) => {
    const { dim, contextLength } = setting;
    const { preconditioners } = exactPopulationGradient(
      { dim, contextLength, covariance: diagonal(dim, (i) => Rational.of(i)) },
      {
        preconditioners: stepsOf(setting).map((step) =>
          diagonal(dim, (i) => step.over(Rational.of(i))),
        ),
        loops: 1,
      },
    );
    const entries = preconditioners.flatMap((matrix) => matrix.flat());
    if (typeof setting.steps !== "number") {
      return { value: entries, errorBudget: 0, method: "exact" };
    }
    const largest = entries.reduce((most, entry) => {
      const size = entry.absolute();
      return size.compare(most) > 0 ? size : most;
    }, Rational.ZERO);
    return {
      value: [...entries, largest],
      errorBudget: [...entries.map(() => Rational.ZERO), Rational.parse("1e-15")],
      method: "exact",
    };
  },
  rivals: {
    "1 for 1/d": (setting) =>
      atOptimum(setting, (gradient) => gradient.times(Rational.of(setting.dim))),
    "1/(d+1) for 1/d": (setting) =>
      atOptimum(setting, (gradient) => gradient.times(Rational.of(setting.dim, setting.dim + 1))),
    "n + 1 for n": (setting) =>
      atOptimum(
        {
          ...setting,
          contextLength: setting.contextLength + 1,
          steps: stepsOf(setting).map(String),
        },
        (gradient) => gradient,
      ).concat(typeof setting.steps === "number" ? [Rational.ZERO] : []),
    "Σ⁻¹ for Σ": (setting) =>
      atOptimum(setting, (gradient, i) => gradient.over(Rational.of(i * i))),
  },
});

function point(dim: number, contextLength: number, steps: readonly string[] | number) {
  const name = typeof steps === "number" ? `the optimum of L=${steps}` : `a=(${steps.join(",")})`;
  return { name: `d=${dim} n=${contextLength} ${name}`, setting: { dim, contextLength, steps } };
}

function stepsOf({ dim, contextLength, steps }: Setting): Rational[] {
  if (typeof steps !== "number") return steps.map(Rational.parse);
  const { stepSizes } = untiedOptimum({ dim, contextLength, loops: steps, digits: DIGITS });
  return stepSizes!.map(({ midpoint }) => midpoint);
}

/** Entries of (1/d)(∂ℓ/∂a_l)Σ, layer by layer, each changed; after them a 0 at an optimum. */
function atOptimum(
  setting: Setting,
  change: (entry: Rational, diagonalIndex: number) => Rational,
): Rational[] {
  const { dim, contextLength } = setting;
  const { gradient } = loopedStepsLoss({ dim, contextLength, loops: 1 }, stepsOf(setting));
  const entries = gradient.flatMap((slope) =>
    diagonal(dim, (i) => change(slope.times(Rational.of(i, dim)), i)).flat(),
  );
  return typeof setting.steps === "number" ? [...entries, Rational.ZERO] : entries;
}

/** diag(entry(1), …, entry(d)). */
function diagonal(dim: number, entry: (index: number) => Rational): RationalMatrix {
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (__, j) => (i === j ? entry(i + 1) : Rational.ZERO)),
  );
}
