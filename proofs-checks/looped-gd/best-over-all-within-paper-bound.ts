import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import type { Stream } from "../../src/random/stream.js";
import { paperBound } from "../../src/theory/paper-bound.js";
import { bestPreconditioner } from "../../src/theory/preconditioner-search/best-preconditioner.js";
import type { LoopedSetting } from "../../src/theory/setting.js";
import { PAPER_RADIUS, paperConstant } from "../paper-constant.js";

/**
 * The paper's bound on the global minimiser, read as a statement about every A.
 *
 * Statement.    ‖sym B − I‖_F ≤ c and ‖B − I‖_F ≤ c for the best B = Σ^{1/2}AΣ^{1/2} found over all
 *               matrices: more than the Loewner bound on the symmetric part, and on ‖B − I‖_op
 * Conventions.  c = 8δ d^{1/(2L)}, δ = (8Ld/√n)^{1/(2L)}; the minimiser is not symmetric here (see
 *               isotropic-optimum-is-best-over-all), so that the order needs a reading. "best" is the
 *               lowest minimum that the search over normal matrices finds
 * Hypotheses.   none; vacuous for c ≥ 1, that is n ≤ 64 L² d⁴ 8^{4L}
 * Accuracy.     exact: both sides raised to 4L times n; components sym B, B
 * Source.       Gatmiry, Saunshi, Reddi, Jegelka, Kumar 2024 (arXiv 2410.08292), global minimiser;
 *               constants as reported
 */
export const bestOverAllWithinPaperBound = defineClaim<LoopedSetting>({
  id: "best-over-all-within-paper-bound",
  title: "The best preconditioner found over all A lies within the paper's bound",
  statement:
    "\\|\\operatorname{sym}B - I\\|_F \\le c, \\quad \\|B-I\\|_F \\le c, \\quad c = 8\\,\\delta\\, d^{1/(2L)}",
  source: "Gatmiry et al. 2024, global minimiser theorem, as reported; read over all A",
  kind: "upper-bound",
  hypotheses: {},
  grid: {
    quick: [
      { ...point(10, 3, 20n, "20"), expected: "vacuous" as const },
      ...[2, 3, 10].flatMap((dim) => [1, 2, 3].map((loops) => first(dim, loops))),
      first(3, 4),
    ],
    thorough: [first(2, 4), first(10, 4), first(2, 5), first(3, 5), first(10, 5), first(50, 3)],
  },
  isVacuous: (setting) => paperBound(setting).vacuous,
  predicted: (setting) => [paperConstant(setting), paperConstant(setting)],
  measured: (setting, stream) => ({
    value: squaredRadii(setting, stream).map((square) => raised(setting, square)),
    errorBudget: 0,
    method: "exact",
  }),
  constant: PAPER_RADIUS,
  rivals: {
    "radius (d + 1)/n, that of one loop's symmetric part": (setting) => {
      const { dim, contextLength } = setting;
      const radius = Rational.of(BigInt(dim) + 1n, contextLength);
      return [raised(setting, radius.power(2)), raised(setting, radius.power(2))];
    },
    "radius 1/(2√n)": (setting) => {
      const square = Rational.of(1n, 4n * BigInt(setting.contextLength));
      return [raised(setting, square), raised(setting, square)];
    },
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

/** ‖sym B − I‖_F² and ‖B − I‖_F². */
function squaredRadii(setting: LoopedSetting, stream: Stream): Rational[] {
  const { weights } = bestPreconditioner(setting, {
    stream: stream.split("starts"),
    normalStarts: 2,
    agreement: 2,
    matrixStarts: 0,
  });
  const half = Rational.of(1, 2);
  let [symmetric, whole] = [Rational.ZERO, Rational.ZERO];
  weights.forEach((row, i) => {
    row.forEach((entry, j) => {
      const unit = i === j ? Rational.ONE : Rational.ZERO;
      const even = entry.plus(weights[j]![i]!).times(half);
      symmetric = symmetric.plus(even.minus(unit).power(2));
      whole = whole.plus(entry.minus(unit).power(2));
    });
  });
  return [symmetric, whole];
}

/** radius^{4L} n from the radius squared. */
function raised({ loops, contextLength }: LoopedSetting, square: Rational): Rational {
  return square.power(2 * loops).times(Rational.of(contextLength));
}
