import { defineClaim } from "../../src/claim/claim.js";
import { Enclosure } from "../../src/numeric/enclosure.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";

/** Relative gap that counts as strictly less. */
const STRICT = Rational.of(1n, 10n ** 40n);

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
}

/**
 * One loop more, at its own best step size, always lowers the loss.
 *
 * Statement.    ℓ*_{L+1} < ℓ*_L with ℓ*_L = min_b E tr(I − bS)^{2L}, ℓ*_0 = d
 * Conventions.  Ω = Σ⁻¹, no noise; b re-optimised for every depth (at a fixed b the loss diverges)
 * Accuracy.     exact enclosures; components L = 0 … loops − 1, strict by more than the widths
 * Source.       observed for trained models by Gatmiry et al. 2024 (d = 10); checked exactly here
 */
export const isotropicLossFallsWithLoops = defineClaim<Setting>({
  id: "isotropic-loss-falls-with-loops",
  title: "The loss falls with every loop, each depth at its own optimum",
  statement:
    "\\ell^*_{L+1} < \\ell^*_L, \\quad \\ell^*_L = \\min_b \\mathbb E\\operatorname{tr}(I-bS)^{2L}",
  source: "Gatmiry et al. 2024, experiments; exact here",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [point(10, 20, 8), point(10, 5, 8), point(1, 1, 8), point(5, 20, 8), point(4, 400, 8)],
    thorough: [point(50, 30, 32), point(3, 10 ** 9, 32)],
  },
  predicted: (setting) =>
    losses(setting)
      .slice(0, -1)
      .map(({ lower }) => lower),
  measured: (setting) => {
    const after = losses(setting).slice(1);
    return {
      value: after.map(({ upper }) => upper),
      // Strictness: one loop gives an exact point, of width 0.
      errorBudget: after.map(({ width, upper }) => width.plus(upper.times(STRICT))),
      method: "certified",
    };
  },
  rivals: {
    "each loop as good as the first": (setting) => {
      const [none, one, ...more] = losses(setting).map(({ lower }) => lower);
      const factor = one!.over(none!);
      return [none!, one!, ...more].slice(0, -1).map((loss) => loss.times(factor));
    },
    "each loop halves the loss": (setting) =>
      losses(setting)
        .slice(0, -1)
        .map(({ lower }) => lower.over(Rational.of(2n))),
  },
});

function point(dim: number, contextLength: number, loops: number) {
  return { name: `d=${dim} n=${contextLength} L<${loops}`, setting: { dim, contextLength, loops } };
}

/** Enclosures of ℓ*_0 … ℓ*_loops. */
function losses({ dim, contextLength, loops }: Setting) {
  return Array.from({ length: loops + 1 }, (_, depth) =>
    depth === 0
      ? Enclosure.point(Rational.of(dim))
      : isotropicOptimum({ dim, contextLength, loops: depth }).loss,
  );
}
