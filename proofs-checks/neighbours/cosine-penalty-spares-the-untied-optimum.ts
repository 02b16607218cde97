import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { untiedOptimum } from "../../src/theory/polynomial-family/untied-optimum.js";
import { populationLoss } from "../../src/theory/population/population-loss.js";
import type { RationalMatrix } from "../../src/theory/population/setting.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly layers: number;
}

/**
 * Where the prior is Ω = Σ⁻¹ the cosine regulariser costs the untied optimum nothing, whatever its weight.
 *
 * Statement.    at A_l = b_lΣ⁻¹, b* the untied optimum, every cos(A_l, A_m) is 1, the largest there is, and
 *               ℓ is the untied optimum's: min (ℓ + λ Σ(1 − cos)) ≤ ℓ*_untied for every λ
 * Conventions.  Σ = diag(1, …, d); blocks of one layer; the regulariser in its attracting form 1 − cos
 * Accuracy.     exact. Measured at the 20-digit steps as matrices: cos² of neighbouring layers, and the loss
 *               by the circuit of words in S and A_1 … A_L; predicted: 1, and the enclosed optimum
 * Source.       the regulariser: Saunshi et al. 2025; derived here
 */
export const cosinePenaltySparesTheUntiedOptimum = defineClaim<Setting>({
  id: "cosine-penalty-spares-the-untied-optimum",
  title: "The cosine regulariser costs the untied optimum nothing",
  statement:
    "\\cos(b_l\\Sigma^{-1}, b_m\\Sigma^{-1}) = 1, \\qquad \\ell = \\ell^*_{\\text{untied}} \\text{ for all } \\lambda",
  source: "Saunshi et al. 2025 (the regulariser); derived here",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [point(3, 20, 2), point(10, 20, 2), point(5, 20, 3), point(2, 3, 3)],
    thorough: [point(5, 20, 4)],
  },
  predicted: (setting) => cosinesAndLoss(setting, untiedLoss(setting, setting.layers)),
  measured: (setting) => {
    const { dim, contextLength } = setting;
    const layers = stepsOf(setting).map((step) => overDiagonal(dim, step));
    const { exact } = populationLoss(
      { dim, contextLength, covariance: diagonal(dim) },
      { preconditioners: layers, loops: 1 },
      { exact: true },
    );
    const cosines = layers.slice(1).map((layer, l) => squaredCosine(layers[l]!, layer));
    return {
      value: [...cosines, exact!],
      // At the minimum an error of 1e−20 in a step moves the loss by 1e−40 only.
      errorBudget: [...cosines.map(() => Rational.ZERO), Rational.parse("1e-18")],
      method: "exact",
    };
  },
  rivals: {
    "the looped model's depth lost: one layer fewer": (setting) =>
      cosinesAndLoss(setting, untiedLoss(setting, setting.layers - 1)),
    "n + 1 for n": (setting) =>
      cosinesAndLoss(
        setting,
        untiedLoss({ ...setting, contextLength: setting.contextLength + 1 }, setting.layers),
      ),
    "cosines that see sizes: b_l²/b_m²": (setting) => {
      const steps = stepsOf(setting);
      const ratios = steps.slice(1).map((step, l) => steps[l]!.over(step).power(2));
      return [...ratios, untiedLoss(setting, setting.layers)];
    },
  },
});

function point(dim: number, contextLength: number, layers: number) {
  return {
    name: `d=${dim} n=${contextLength} L=${layers}`,
    setting: { dim, contextLength, layers },
  };
}

function stepsOf({ dim, contextLength, layers }: Setting): Rational[] {
  const { stepSizes } = untiedOptimum({ dim, contextLength, loops: layers, digits: 20 });
  return stepSizes!.map(({ midpoint }) => midpoint);
}

function untiedLoss({ dim, contextLength }: Setting, layers: number): Rational {
  return untiedOptimum({ dim, contextLength, loops: layers, digits: 25 }).loss.midpoint;
}

function cosinesAndLoss({ layers }: Setting, loss: Rational): Rational[] {
  return [...new Array<Rational>(layers - 1).fill(Rational.ONE), loss];
}

function diagonal(dim: number): RationalMatrix {
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (__, j) => (i === j ? Rational.of(i + 1) : Rational.ZERO)),
  );
}

/** step·Σ⁻¹ for Σ = diag(1, …, d). */
function overDiagonal(dim: number, step: Rational): RationalMatrix {
  return diagonal(dim).map((row) =>
    row.map((entry) => (entry.sign() === 0 ? entry : step.over(entry))),
  );
}

function squaredCosine(a: RationalMatrix, b: RationalMatrix): Rational {
  const inner = (x: RationalMatrix, y: RationalMatrix) =>
    x.reduce(
      (sum, row, i) => row.reduce((part, entry, j) => part.plus(entry.times(y[i]![j]!)), sum),
      Rational.ZERO,
    );
  return inner(a, b)
    .power(2)
    .over(inner(a, a).times(inner(b, b)));
}
