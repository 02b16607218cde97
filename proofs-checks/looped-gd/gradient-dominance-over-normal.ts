import { defineClaim, type Verdict } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicDominanceLevel } from "../../src/theory/gradient-dominance.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { SpectralFamily } from "../../src/theory/preconditioner-search/spectral-family.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** Eigenvalues of A: pairs c, ε of rotation planes, then real ones; each list is repeated to fill d. */
  readonly planes: readonly (readonly [string, string])[];
  readonly reals: readonly string[];
}

/**
 * The paper's gradient dominance over symmetric and over all A, at finite n: it fails at higher losses.
 *
 * Statement.    ‖∇_A ℓ‖² ≥ (1/16) ℓ^{(2L−1)/L} at every A whose loss is above the level ξ down to which it
 *               holds on the multiples of I
 * Conventions.  Σ = I, no noise; tried with witnesses: diagonal A (symmetric), cI + εJ (all A). Near b*I the
 *               ratio is 2(ℓ − ℓ*)λ/ℓ^{(2L−1)/L}, λ the curvature along the way: smaller than along I for
 *               traceless directions, and near zero or negative for antisymmetric ones
 * Hypotheses.   ℓ(A) > ξ
 * Accuracy.     loss and derivatives in the eigenvalues by exact fractions, rounded once: 10⁻¹³ relative
 * Source.       a reading of Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), gradient
 *               dominance; refuted here
 */
export const gradientDominanceOverNormal = defineClaim<Setting>({
  id: "gradient-dominance-over-normal",
  title: "Gradient dominance with 1/16 off the multiples of I, at losses where it holds on them",
  statement:
    "\\|\\nabla_A\\ell\\|_F^2 \\ge \\tfrac1{16}\\,\\ell^{(2L-1)/L} \\quad\\text{for } \\ell(A) > \\xi",
  source: "a reading of Gatmiry et al. 2024, gradient dominance",
  kind: "lower-bound",
  hypotheses: {
    "ℓ(A) > ξ, its level on the multiples of I": (setting) =>
      ratioAt(setting).loss > isotropicLevel(setting),
  },
  grid: {
    quick: [
      point(2, 10, 2, { planes: [], reals: ["0.5", "0.5"] }, "holds"),
      point(4, 30, 3, { planes: [["0.4", "0.2"]], reals: [] }, "holds"),
      point(2, 10, 2, { planes: [], reals: ["0.7253", "0.6784"] }),
      point(10, 20, 2, { planes: [], reals: ["0.6782", "0.5679"] }),
      point(10, 20, 3, { planes: [], reals: ["0.6496", "0.5629"] }),
      point(2, 10, 2, { planes: [["0.721", "0.1979"]], reals: [] }),
      point(10, 20, 2, { planes: [["0.6469", "0.201"]], reals: [] }),
      point(10, 20, 3, { planes: [["0.6296", "0.3056"]], reals: [] }),
      point(10, 100, 2, { planes: [["0.9034", "0.1699"]], reals: [] }),
      point(10, 20, 2, { planes: [], reals: ["0.6281", "0.6281"] }, "not-applicable"),
    ],
    thorough: [],
  },
  predicted: () => 1 / 16,
  measured: (setting) => {
    const { ratio } = ratioAt(setting);
    return { value: ratio, errorBudget: 1e-13 * ratio, method: "certified" };
  },
  constant: { name: "1/16", stated: () => 1 / 16 },
  rivals: {
    "the constant of infinitely long prompts, 4L² d^{−(L−1)/L}": ({ dim, loops }) =>
      4 * loops ** 2 * dim ** (-(loops - 1) / loops),
    "4L², the factor d^{−(L−1)/L} dropped": ({ loops }) => 4 * loops ** 2,
  },
  regime: (setting) => {
    const { dim, contextLength, loops } = setting;
    const optimum = isotropicOptimum({ dim, contextLength, loops }).loss.toNumber();
    const here = ratioAt(setting).loss / optimum;
    return `ℓ(A) = ${here.toFixed(4)} ℓ(b*I); on the multiples of I down to ${(isotropicLevel(setting) / optimum).toFixed(4)}`;
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  spectrum: Pick<Setting, "planes" | "reals">,
  expected: Verdict = "refuted",
) {
  const shown = [...spectrum.planes.map(([c, e]) => `${c}±${e}i`), ...spectrum.reals].join(", ");
  return {
    name: `d=${dim} n=${contextLength} L=${loops}: ${shown}`,
    setting: { dim, contextLength, loops, ...spectrum },
    expected,
  };
}

function isotropicLevel({ dim, contextLength, loops }: Setting): number {
  return isotropicDominanceLevel(
    { dim, contextLength, loops },
    Rational.of(1, 16),
  ).upper.toNumber();
}

/** Loss and ‖∇‖²/ℓ^{(2L−1)/L}; a plane's c and ε move A by √2. */
function ratioAt({ dim, contextLength, loops, planes, reals }: Setting) {
  const [list, size] = planes.length > 0 ? [planes.flat(), 2] : [reals, 1];
  const coordinates = Array.from({ length: dim }, (_, i) => Rational.parse(list[i % list.length]!));
  const family = SpectralFamily.of(
    "gradientDominanceOverNormal",
    { dim, contextLength, loops },
    size === 2 ? "normal" : "symmetric",
  );
  const spectrum = { planes: size === 2 ? dim / 2 : 0, coordinates };
  const { value, gradient } = family.jetAt(spectrum);
  const squared = gradient.reduce((sum, slope) => sum + slope * slope, 0) / size;
  return { loss: value, ratio: squared / value ** ((2 * loops - 1) / loops) };
}
