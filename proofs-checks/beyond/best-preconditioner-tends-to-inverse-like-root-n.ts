import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import { Stream } from "../../src/random/stream.js";
import { bestPreconditioner } from "../../src/theory/preconditioner-search/best-preconditioner.js";

interface Setting {
  readonly dim: number;
  readonly loops: number;
  /** lim n‖B − I‖_F² for two loops; null where it is not known. */
  readonly constant: number | null;
}

/** log₁₀ n of the two points that the rate is taken between. */
const EXPONENTS = [14, 20] as const;

/**
 * Over all A the best preconditioner tends to Σ⁻¹ like 1/√n, not like 1/n as the best multiple does.
 *
 * Statement.    ‖B − I‖_F = Θ(n^{−1/2}) for the best B = Σ^{1/2}AΣ^{1/2} found over all matrices, L ≥ 2; at L = 2
 *               n‖B − I‖_F² → 2⌊d/2⌋: every rotation plane has ε² → 1/n
 * Conventions.  Ω = Σ⁻¹, no noise; the paper's radius is of order n^{−1/(4L)}
 * Accuracy.     components: slope of log‖B − I‖ between n = 10¹⁴ and 10²⁰, then n‖B − I‖_F² (−1 where unknown);
 *               B exact fractions, its distance from the minimum below 10⁻⁶ relative
 * Source.       derived here at L = 2 (the loss changes by −2ε²d/n + ε⁴d); observed at L = 3, 4
 */
export const bestPreconditionerTendsToInverseLikeRootN = defineClaim<Setting>({
  id: "best-preconditioner-tends-to-inverse-like-root-n",
  title: "Over all A the best preconditioner tends to Σ⁻¹ at the rate 1/√n",
  statement: "\\|\\Sigma^{1/2}A\\Sigma^{1/2} - I\\|_F = \\Theta(n^{-1/2})",
  source: "derived here",
  kind: "equality",
  hypotheses: { "L ≥ 2, d ≥ 2": ({ loops, dim }) => loops >= 2 && dim >= 2 },
  grid: {
    quick: [point(2, 2, 2), point(3, 2, 2), point(10, 2, 10), point(2, 3), point(3, 3)],
    thorough: [point(10, 3), point(2, 4), point(3, 4)],
  },
  predicted: ({ constant }) => [-0.5, constant ?? -1],
  measured: (setting) => {
    const [first, last] = EXPONENTS.map((exponent) => scaledSquare(setting, exponent));
    const slope = -0.5 + Math.log10(last! / first!) / (2 * (EXPONENTS[1] - EXPONENTS[0]));
    return {
      value: [slope, setting.constant === null ? -1 : last!],
      errorBudget: [1e-5, 1e-5 * setting.dim],
      method: "certified",
    };
  },
  rivals: {
    "rate 1/n, that of the best multiple": ({ constant }) => [-1, constant ?? -1],
    "the rate n^{−1/(4L)} of the paper's radius": ({ loops, constant }) => [
      -1 / (4 * loops),
      constant ?? -1,
    ],
    "rate n^{−0.49}": ({ constant }) => [-0.49, constant ?? -1],
    "ε² → 2/n": ({ constant }) => [-0.5, constant === null ? -1 : 2 * constant],
  },
});

function point(dim: number, loops: number, constant: number | null = null) {
  return { name: `d=${dim} L=${loops}`, setting: { dim, loops, constant } };
}

/** n‖B − I‖_F² of the best matrix found. */
function scaledSquare({ dim, loops }: Setting, exponent: number): number {
  const contextLength = 10n ** BigInt(exponent);
  const { weights } = bestPreconditioner(
    { dim, loops, contextLength },
    // The search's starts are part of the claim, not of the run.
    { stream: Stream.fromSeed(3), normalStarts: 2, agreement: 2, matrixStarts: 0 },
  );
  const square = weights
    .flatMap((row, i) => row.map((entry, j) => (i === j ? entry.minus(Rational.ONE) : entry)))
    .reduce((sum, entry) => sum.plus(entry.times(entry)), Rational.ZERO);
  return square.times(Rational.of(contextLength)).toNumber();
}
