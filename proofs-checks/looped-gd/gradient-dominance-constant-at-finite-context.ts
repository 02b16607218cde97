import { defineClaim } from "../../src/claim/claim.js";
import { NumericalError } from "../../src/errors.js";
import { Rational } from "../../src/numeric/rational.js";
import { sharpIsotropicDominance } from "../../src/theory/gradient-dominance.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { dominancePolynomials, searchDominance } from "../certificates/dominance-search.js";
import { stepSizeCell } from "../certificates/isotropic-optimum-is-enclosed.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: bigint;
  readonly loops: number;
  readonly over: "symmetric A" | "all A";
  /** Proved by branch and bound to lie below the sharp constant. */
  readonly lower: string;
  /** c, p², ε² of B = [[c + p, ε], [−ε, c − p]], whose ratio lies above it. */
  readonly witness: readonly [string, string, string];
}

const PAPER = Rational.of(1, 16);
const THRESHOLD = Rational.of(3, 2);
const BOXES = 20_000;

/**
 * The sharp constant of gradient dominance at finite n over all and over symmetric A, d ≤ 2.
 *
 * Statement.    ‖∇_A ℓ‖² ≥ (1/16) ℓ^{(2L−1)/L} wherever ℓ(A) ≥ (3/2) ℓ(b*I); the best constant is many
 *               times larger, and smaller than that on the multiples of I
 * Conventions.  Σ = I, no noise; A up to rotation [[c + p, ε], [−ε, c − p]], −1/2 ≤ c ≤ 2, p², ε² ≤ 1
 * Accuracy.     the least ratio lies between a bound that exact branch and bound proves over the box, and
 *               the exact ratio of a rational witness; raised to L
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), gradient dominance, as
 *               reported; sharp constants derived here
 */
export const gradientDominanceConstantAtFiniteContext = defineClaim<Setting>({
  id: "gradient-dominance-constant-at-finite-context",
  title: "The sharp constant of gradient dominance at finite n, enclosed",
  statement:
    "\\|\\nabla_A\\ell\\|_F^2 \\ge \\tfrac1{16}\\,\\ell^{(2L-1)/L} \\quad\\text{for } \\ell(A) \\ge \\tfrac32\\,\\ell(b^*I)",
  source: "Gatmiry et al. 2024, gradient dominance, as reported; sharp constants derived here",
  kind: "lower-bound",
  hypotheses: { "d ≤ 2": ({ dim }) => dim <= 2 },
  grid: {
    quick: [
      point(1, 20n, 2, "all A", "3.77", "0.715768", "0", "0"),
      point(2, 5n, 1, "symmetric A", "2.09", "0.368536", "0.051414", "0"),
      point(2, 5n, 1, "all A", "2.03", "0.37414", "0.005311", "0.048946"),
      point(2, 20n, 1, "symmetric A", "1.50", "0.786819", "0.049864", "0"),
      point(2, 20n, 1, "all A", "1.46", "0.791411", "0.001164", "0.049439"),
      point(2, 5n, 2, "symmetric A", "2.78", "0.299934", "0", "0"),
      point(2, 5n, 2, "all A", "1.73", "0.607628", "0", "0.203442"),
      point(2, 20n, 2, "symmetric A", "2.52", "0.664989", "0", "0"),
      point(2, 20n, 2, "all A", "1.58", "0.839123", "0.019987", "0.107718"),
      point(2, 100n, 2, "symmetric A", "2.53", "0.881407", "0", "0"),
    ],
    thorough: [point(2, 100n, 2, "all A", "1.25", "0.953238", "0.871081", "0.942623")],
  },
  predicted: ({ loops }) => PAPER.power(loops),
  measured: (setting) => {
    const [lower, upper] = [provedLower(setting), witnessRatio(setting)];
    const two = Rational.of(2);
    const [c, p, e] = setting.witness;
    return {
      value: lower.plus(upper).over(two),
      errorBudget: upper.minus(lower).absolute().over(two),
      method: "certified",
      attained: `c = ${c}, p² = ${p}, ε² = ${e}`,
    };
  },
  certificates: ({ dim, contextLength, loops }) => [
    { kind: "gradient-dominates-above-threshold", dim, contextLength, loops },
  ],
  constant: { name: "1/16", stated: () => 1 / 16, power: ({ loops }) => loops },
  rivals: {
    "the constant on the multiples of I": (setting) =>
      sharpIsotropicDominance({ ...setting, targetLoss: thresholdOf(setting) }).power.midpoint,
    "the constant of infinitely long prompts, 4L² d^{−(L−1)/L}": ({ dim, loops }) =>
      Rational.of(4 * loops * loops)
        .power(loops)
        .over(Rational.of(dim).power(loops - 1)),
  },
});

function point(
  dim: number,
  contextLength: bigint,
  loops: number,
  over: Setting["over"],
  lower: string,
  ...witness: [string, string, string]
) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops}, ${over}`,
    setting: { dim, contextLength, loops, over, lower, witness },
  };
}

/** Above the optimum's loss, and so above the searched threshold, by the width of a cell. */
function thresholdOf({ dim, contextLength, loops }: Setting): Rational {
  return isotropicOptimum({ dim, contextLength, loops }).loss.upper.times(THRESHOLD);
}

/** The bound raised to L. Throws NumericalError when branch and bound leaves boxes undecided. */
function provedLower(setting: Setting): Rational {
  const { lower, over, loops } = setting;
  const constant = Rational.parse(lower);
  // The largest digits keep the searched threshold, at the cell's end, next to the true one.
  const stepSize = stepSizeCell(setting, 12);
  const isSymmetric = over === "symmetric A";
  const bound = { constant, threshold: THRESHOLD, stepSize, isSymmetric };
  const { left } = searchDominance(setting, bound, BOXES);
  if (left !== "0/1") throw new NumericalError(`${left} of the boxes are left undecided`);
  return constant.power(loops);
}

/** The witness's ratio raised to L. Throws NumericalError for a loss below the threshold. */
function witnessRatio(setting: Setting): Rational {
  const { dim, contextLength, loops, witness } = setting;
  const at = witness.map(Rational.parse);
  const { loss, steepness } = dominancePolynomials(setting);
  const scale = Rational.of(contextLength ** BigInt(2 * loops));
  const value = loss.at(at).over(scale);
  if (value.compare(thresholdOf(setting)) < 0) {
    throw new NumericalError("the witness's loss lies below the threshold");
  }
  const squared = steepness.at(at).over(scale.times(scale).times(Rational.of(dim)));
  return squared.power(loops).over(value.power(2 * loops - 1));
}
