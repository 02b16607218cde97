import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import type { Stream } from "../../src/random/stream.js";
import { paperBound } from "../../src/theory/paper-bound.js";
import { bestSymmetric } from "../../src/theory/preconditioner-search/best-symmetric.js";
import type { LoopedSetting } from "../../src/theory/setting.js";
import { PAPER_RADIUS, paperConstant, raisedToPaperPower } from "../paper-constant.js";

/**
 * The paper's bound on the global minimiser, read as a statement about symmetric A.
 *
 * Statement.    (1 − c)Σ⁻¹ ⪯ A ⪯ (1 + c)Σ⁻¹ for the best symmetric A: every eigenvalue λ of
 *               Σ^{1/2}AΣ^{1/2} has |λ − 1| ≤ c, c = 8δ d^{1/(2L)}, δ = (8Ld/√n)^{1/(2L)}
 * Conventions.  "best" is the lowest of the minima that descents over all spectra reach from b*I and
 *               from random starts: that there is no lower one is observed, not proved
 * Hypotheses.   none; vacuous for c ≥ 1, that is n ≤ 64 L² d⁴ 8^{4L}
 * Accuracy.     eigenvalues are exact fractions with more digits than n has; compared as
 *               |λ − 1|^{4L} n ≤ 64 L² d⁴ 8^{4L}, in integers
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), global minimiser;
 *               constants as reported
 */
export const bestSymmetricWithinPaperBound = defineClaim<LoopedSetting>({
  id: "best-symmetric-within-paper-bound",
  title: "The best symmetric preconditioner found lies within the paper's bound",
  statement:
    "|\\lambda_i(\\Sigma^{1/2}A\\Sigma^{1/2}) - 1| \\le c = 8\\,\\delta\\, d^{1/(2L)}, \\; \\delta = \\left(8Ld/\\sqrt n\\right)^{1/(2L)}, \\quad A = A^\\top",
  source: "Gatmiry et al. 2024, global minimiser theorem, as reported; read over symmetric A",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [
      { ...point(10, 3, 20n, "20"), expected: "vacuous" as const },
      ...[2, 3, 10, 50].flatMap((dim) => [1, 2, 3, 4].map((loops) => first(dim, loops))),
      first(3, 5),
    ],
    thorough: [first(2, 5), first(10, 5), first(50, 5), point(10, 3, 10n ** 40n, "1e40")],
  },
  isVacuous: (setting) => paperBound(setting).vacuous,
  predicted: paperConstant,
  measured: (setting, stream) => ({
    value: raisedToPaperPower(setting, radiusOf(setting, stream)),
    errorBudget: 0,
    method: "exact",
  }),
  constant: PAPER_RADIUS,
  rivals: {
    "radius d/n": (setting) =>
      raisedToPaperPower(setting, Rational.of(setting.dim, setting.contextLength)),
    "radius 1/n": (setting) => raisedToPaperPower(setting, Rational.of(1, setting.contextLength)),
  },
});

function point(dim: number, loops: number, contextLength: bigint, n: string) {
  return { name: `d=${dim} L=${loops} n=${n}`, setting: { dim, loops, contextLength } };
}

/** At the first n at which the bound says something. */
function first(dim: number, loops: number) {
  const { contextForNonVacuous } = paperBound({ dim, loops, contextLength: 1 });
  return point(dim, loops, contextForNonVacuous, "the first with c < 1");
}

/** max |λ − 1|; the weights found are diagonal. */
function radiusOf(setting: LoopedSetting, stream: Stream): Rational {
  const { weights } = bestSymmetric(setting, { stream: stream.split("starts"), randomStarts: 2 });
  return weights
    .map((row, i) => row[i]!.minus(Rational.ONE).absolute())
    .reduce((a, b) => (b.compare(a) > 0 ? b : a));
}
