import { type ClaimCase, defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import type { RationalMatrix } from "../../src/theory/population/setting.js";
import { infiniteContextGradient } from "../infinite-context-dominance.js";

interface Setting {
  readonly loops: number;
  /** R = I − A of the witness. */
  readonly residual: RationalMatrix;
  /** How often it is repeated as a diagonal block: d = copies · (size of R). */
  readonly copies: number;
  readonly constant: "1/16" | "4L² d^{−(L−1)/L}";
}

/**
 * Gradient dominance over every A, for infinitely long prompts: the symmetric constant is too large.
 *
 * Statement.    ‖∇_A ℓ‖² ≥ κ ℓ^{(2L−1)/L} for every A, with κ = 4L² d^{−(L−1)/L}, sharp over symmetric A,
 *               and with the paper's κ = 1/16
 * Conventions.  Σ = I, n = ∞, no noise. Witnesses: I − A made of m shift blocks of size L + 1 has ratio
 *               4L m^{−(L−1)/L}, so that κ = 1/16 is false from d = (L+1)(⌊(64L)^{L/(L−1)}⌋ + 1) on
 * Accuracy.     exact, raised to L; the blocks are evaluated one by one, loss and gradient add up
 * Source.       the symmetric constant as a reading of Gatmiry et al. 2024 (arXiv 2410.08292), gradient
 *               dominance; refuted here: N^L of a shift N of size L + 1 has norm 1, and ∇ has L entries 2
 */
export const gradientDominanceConstantOverAll = defineClaim<Setting>({
  id: "gradient-dominance-constant-over-all",
  title: "The symmetric constant of gradient dominance, and 1/16, over every A at n = ∞",
  statement: "\\|\\nabla_A\\ell\\|_F^2 \\ge \\kappa\\,\\ell^{(2L-1)/L} \\quad\\text{for every } A",
  source: "a reading of Gatmiry et al. 2024, gradient dominance",
  kind: "lower-bound",
  hypotheses: {},
  grid: {
    quick: [
      { ...symmetricPoint(1, rotated(1)), expected: "holds" },
      { ...symmetricPoint(3, [[Rational.of(1, 3)]]), expected: "holds" },
      symmetricPoint(2, rotated(2)),
      symmetricPoint(2, shift(3)),
      symmetricPoint(3, shift(4)),
      symmetricPoint(5, shift(6)),
      { ...paperPoint(2, 16_384), expected: "holds" },
      paperPoint(2, 16_385),
      { ...paperPoint(3, 2_660), expected: "holds" },
      paperPoint(3, 2_661),
    ],
    thorough: [symmetricPoint(8, shift(9)), paperPoint(5, 1_360)],
  },
  predicted: (setting) => bound(setting, constantPower(setting)),
  measured: (setting) => ({
    value: repeated(setting).squaredGradient.power(setting.loops),
    errorBudget: 0,
    method: "exact",
  }),
  constant: {
    name: "κ",
    stated: (setting) => constantPower(setting).toNumber() ** (1 / setting.loops),
    power: ({ loops }) => loops,
  },
  rivals: {
    "4L², d dropped": (setting) =>
      bound(setting, Rational.of(4 * setting.loops ** 2 + 1).power(setting.loops)),
    "d for d^{(L−1)/L}, upside down": (setting) =>
      bound(setting, Rational.of(5 * setting.loops ** 2 * dimOf(setting)).power(setting.loops)),
  },
});

function symmetricPoint(loops: number, residual: RationalMatrix): ClaimCase<Setting> {
  const constant = "4L² d^{−(L−1)/L}" as const;
  return {
    name: `κ=${constant} d=${residual.length} L=${loops}`,
    setting: { loops, residual, copies: 1, constant },
    expected: "refuted",
  };
}

/** m shift blocks. */
function paperPoint(loops: number, copies: number): ClaimCase<Setting> {
  const residual = shift(loops + 1);
  return {
    name: `κ=1/16 d=${copies * (loops + 1)} L=${loops}`,
    setting: { loops, residual, copies, constant: "1/16" as const },
    expected: "refuted",
  };
}

/** Ones above the diagonal. */
function shift(size: number): RationalMatrix {
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => (j === i + 1 ? Rational.ONE : Rational.ZERO)),
  );
}

/** A matrix that is not normal; at L = 2 its ratio is 11.2593, that of every symmetric one 11.3137. */
function rotated(loops: number): RationalMatrix {
  const entries = loops === 1 ? [1, 2, -3, 1] : [-5511, -5863, 5231, -2810];
  const [a, b, c, d] = entries.map((entry) => Rational.of(entry, 10_000));
  return [
    [a!, b!],
    [c!, d!],
  ];
}

function dimOf({ residual, copies }: Setting): number {
  return residual.length * copies;
}

function constantPower(setting: Setting): Rational {
  const { loops, constant } = setting;
  if (constant === "1/16") return Rational.of(1, 16).power(loops);
  return Rational.of(4 * loops ** 2)
    .power(loops)
    .over(Rational.of(dimOf(setting)).power(loops - 1));
}

function repeated({ residual, loops, copies }: Setting) {
  const { loss, squaredGradient } = infiniteContextGradient(residual, loops);
  const times = Rational.of(copies);
  return { loss: loss.times(times), squaredGradient: squaredGradient.times(times) };
}

function bound(setting: Setting, power: Rational): Rational {
  return power.times(repeated(setting).loss.power(2 * setting.loops - 1));
}
