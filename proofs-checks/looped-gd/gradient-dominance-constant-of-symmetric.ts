import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import type { Stream } from "../../src/random/stream.js";
import type { RationalMatrix } from "../../src/theory/population/setting.js";
import { infiniteContextGradient } from "../infinite-context-dominance.js";

interface Setting {
  readonly dim: number;
  readonly loops: number;
}

const SPECTRA = 6;

/**
 * The sharp constant of gradient dominance over symmetric A, for infinitely long prompts.
 *
 * Statement.    ‖∇_A ℓ‖² ≥ 4L² d^{−(L−1)/L} ℓ^{(2L−1)/L} for every A = Aᵀ, with equality at A = bI; so the
 *               paper's 1/16 is true there iff d ≤ (64L²)^{L/(L−1)}
 * Conventions.  Σ = I, n = ∞, no noise
 * Accuracy.     exact, raised to L; components: A = bI, then random A near it and far from it
 * Source.       derived here: with ρ_i the eigenvalues of I − A, ∇ has −2Lρ_i^{2L−1}, and the power mean
 *               of x_i = ρ_i^{2L} with exponent (2L−1)/L is at least their mean
 */
export const gradientDominanceConstantOfSymmetric = defineClaim<Setting>({
  id: "gradient-dominance-constant-of-symmetric",
  title: "The sharp constant of gradient dominance over symmetric A at n = ∞",
  statement:
    "\\|\\nabla_A\\ell\\|_F^2 \\ge 4L^2 d^{-(L-1)/L}\\,\\ell^{(2L-1)/L}, \\quad A = A^\\top",
  source: "derived here",
  kind: "lower-bound",
  hypotheses: {},
  grid: {
    quick: [1, 2, 3, 5].flatMap((loops) => [2, 3, 6].map((dim) => point(dim, loops))),
    thorough: [point(12, 4), point(10, 8)],
  },
  predicted: (setting, stream) => bounds(setting, stream, sharpConstant(setting)),
  measured: (setting, stream) => ({
    value: gradients(setting, stream).map(({ squaredGradient }) =>
      squaredGradient.power(setting.loops),
    ),
    errorBudget: 0,
    method: "exact",
    attained: "a multiple of I",
  }),
  constant: {
    name: "4L² d^{−(L−1)/L}",
    stated: ({ dim, loops }) => 4 * loops ** 2 * dim ** (-(loops - 1) / loops),
    power: ({ loops }) => loops,
  },
  rivals: {
    "the factor d^{−(L−1)/L} dropped": (setting, stream) =>
      bounds(setting, stream, Rational.of(4 * setting.loops ** 2).power(setting.loops)),
    "d − 1 for d": (setting, stream) => {
      const { dim, loops } = setting;
      const scale = Rational.of(dim, dim - 1).power(loops - 1);
      return bounds(setting, stream, sharpConstant(setting).times(scale));
    },
    "1 % more": (setting, stream) =>
      bounds(setting, stream, sharpConstant(setting).times(Rational.of(101, 100))),
  },
});

function point(dim: number, loops: number) {
  return { name: `d=${dim} L=${loops}`, setting: { dim, loops } };
}

/** The constant raised to L. */
function sharpConstant({ dim, loops }: Setting): Rational {
  return Rational.of(4 * loops ** 2)
    .power(loops)
    .over(Rational.of(dim).power(loops - 1));
}

/** constant^L ℓ^{2L−1}. */
function bounds(setting: Setting, stream: Stream, constantPower: Rational): Rational[] {
  return gradients(setting, stream).map(({ loss }) =>
    constantPower.times(loss.power(2 * setting.loops - 1)),
  );
}

function gradients({ dim, loops }: Setting, stream: Stream) {
  return Array.from({ length: SPECTRA }, (_, i) => {
    // Entries of I − A in hundredths: a multiple of I, and more and more of a random symmetric matrix.
    const noise = stream
      .split("residuals")
      .split(i)
      .normals(dim * dim);
    const entry = (row: number, column: number) =>
      Math.round(20 * i * (noise[row * dim + column]! + noise[column * dim + row]!)) +
      (row === column ? 50 : 0);
    const residual: RationalMatrix = Array.from({ length: dim }, (_, row) =>
      Array.from({ length: dim }, (__, column) => Rational.of(entry(row, column), 100)),
    );
    return infiniteContextGradient(residual, loops);
  });
}
