import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { isotropicOptimum } from "../../src/theory/isotropic-optimum.js";
import { paperBound } from "../../src/theory/paper-bound.js";
import type { LoopedSetting } from "../../src/theory/setting.js";
import { PAPER_RADIUS, paperConstant, raisedToPaperPower } from "../paper-constant.js";

/**
 * The looped-GD paper's bound on the global minimiser, in the regime where it says something.
 *
 * Statement.    (1 − c)Σ⁻¹ ⪯ A ⪯ (1 + c)Σ⁻¹, c = 8δ d^{1/(2L)}, δ = (8Ld/√n)^{1/(2L)}
 * Conventions.  a Loewner bound reads as a statement about symmetric A (over all A the minimiser need
 *               not be symmetric). Checked here on the line A = bΣ⁻¹, where it says |b* − 1| ≤ c; that
 *               the minimiser over symmetric A lies on that line is found by descent, not proved
 * Hypotheses.   none; vacuous for c ≥ 1, that is n ≤ 64 L² d⁴ 8^{4L}, and so at every n one can run
 * Accuracy.     exact at n of any size: both sides are compared as |b* − 1|^{4L} n ≤ c^{4L} n, which
 *               are rational, c^{4L} n = 64 L² d⁴ 8^{4L}; b* is enclosed 20 digits beyond 1/n
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), global minimiser;
 *               constants as reported
 */
export const globalMinimiserWithinPaperBound = defineClaim<LoopedSetting>({
  id: "global-minimiser-within-paper-bound",
  title: "The paper's bound on the minimiser holds for A = bΣ⁻¹ where it is not vacuous",
  statement:
    "(1-c)\\,\\Sigma^{-1} \\preceq A \\preceq (1+c)\\,\\Sigma^{-1}, \\quad c = 8\\,\\delta\\, d^{1/(2L)}, \\; \\delta = \\left(8Ld/\\sqrt n\\right)^{1/(2L)}",
  source: "Gatmiry et al. 2024, global minimiser theorem, as reported",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [2, 10, 50].flatMap((dim) =>
      [1, 2, 3, 4, 5].flatMap((loops) => {
        const { contextForNonVacuous } = paperBound({ dim, loops, contextLength: 1 });
        return [
          vacuous(dim, loops, 20n, "20"),
          vacuous(dim, loops, contextForNonVacuous - 1n, "the last with c ≥ 1"),
          point(dim, loops, contextForNonVacuous, "the first with c < 1"),
          point(dim, loops, 10n ** 30n, "1e30"),
        ];
      }),
    ),
    thorough: [
      point(100, 8, 10n ** 60n, "1e60"),
      point(1, 1, paperBound({ dim: 1, loops: 1, contextLength: 1 }).contextForNonVacuous, "first"),
    ],
  },
  isVacuous: (setting) => paperBound(setting).vacuous,
  predicted: paperConstant,
  measured: (setting) => ({
    value: raisedToPaperPower(setting, distanceFromOne(setting)),
    errorBudget: 0,
    method: "exact",
  }),
  constant: PAPER_RADIUS,
  rivals: {
    "radius d/n": (setting) =>
      raisedToPaperPower(setting, Rational.of(setting.dim, setting.contextLength)),
    "radius c^{8L}, of order 1/n²": (setting) => {
      const power = paperConstant(setting).over(Rational.of(setting.contextLength));
      return raisedToPaperPower(setting, power.power(2));
    },
  },
  regime: (setting) => {
    const { c, contextForNonVacuous } = paperBound(setting);
    const radius = distanceFromOne(setting);
    const from = Number(contextForNonVacuous).toExponential(2);
    return `c = ${c.toPrecision(4)}, |b* − 1| = ${radius.toDecimal(4)}, c < 1 from n = ${from}`;
  },
});

function point(dim: number, loops: number, contextLength: bigint, n: string) {
  return { name: `d=${dim} L=${loops} n=${n}`, setting: { dim, loops, contextLength } };
}

function vacuous(dim: number, loops: number, contextLength: bigint, n: string) {
  return { ...point(dim, loops, contextLength, n), expected: "vacuous" as const };
}

/** The largest |b − 1| over an enclosure of b* that is far narrower than 1/n: a bound of |b* − 1|. */
function distanceFromOne(setting: LoopedSetting): Rational {
  const digits = 20 + `${setting.contextLength}`.length;
  const { lower, upper } = isotropicOptimum({ ...setting, digits }).stepSize;
  const [below, above] = [lower, upper].map((end) => end.minus(Rational.ONE).absolute());
  return below!.compare(above!) > 0 ? below! : above!;
}
