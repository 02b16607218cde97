import { defineClaim } from "../../src/claim/claim.js";
import { provenSaddleOnset } from "../../src/theory/population/proven-saddle-onset.js";

interface Setting {
  readonly dim: number;
  readonly loops: number;
  /** n₀ on record. */
  readonly onset: number;
}

/**
 * The antisymmetric curvature at the best multiple of Σ⁻¹ changes its sign once in n, over all n.
 *
 * Statement.    b*(n)Σ⁻¹ is a minimum against antisymmetric directions for every n < n₀ and a strict saddle
 *               for every n ≥ n₀, without end
 * Conventions.  Ω = Σ⁻¹, no noise; components: number of sign changes over n = 1, 2, 3, …, then n₀
 * Accuracy.     a proof: the curvature vanishes at b*(n) only where a polynomial in n, the resultant of it
 *               with ℓ′, does; its real roots are counted by Sturm's theorem, and exact signs taken
 *               between them, and at every n ≤ d
 * Source.       derived here; n₀ recorded from an implementation before this one that scanned n
 */
export const antisymmetricCurvatureChangesSignOnce = defineClaim<Setting>({
  id: "antisymmetric-curvature-changes-sign-once",
  title: "The best multiple of Σ⁻¹ turns from minimum to saddle once, at n₀, for all n",
  statement:
    "\\operatorname{sign}\\tfrac{d^2}{d\\varepsilon^2}\\ell(b^*I+\\varepsilon K)\\big|_0 = \\begin{cases}+1 & n < n_0\\\\ -1 & n \\ge n_0\\end{cases}",
  source: "derived here",
  kind: "equality",
  hypotheses: {
    "d ≥ 2": ({ dim }) => dim >= 2,
    "2 ≤ L ≤ 4 (reach of the proof)": ({ loops }) => loops >= 2 && loops <= 4,
  },
  grid: {
    quick: [
      point(2, 2, 15),
      point(3, 2, 20),
      point(4, 2, 25),
      point(5, 2, 31),
      point(10, 2, 78),
      point(50, 2, 1358),
      point(2, 3, 15),
      point(3, 3, 18),
      point(4, 3, 22),
      point(5, 3, 26),
      point(10, 3, 48),
    ],
    thorough: [
      point(2, 4, 9),
      point(3, 4, 11),
      point(4, 4, 12),
      point(5, 4, 14),
      point(10, 4, 22),
      point(50, 3, 268),
      point(50, 4, 90),
    ],
  },
  predicted: ({ onset }) => [1, onset],
  measured: ({ dim, loops }) => {
    const { signChanges, onset } = provenSaddleOnset(dim, loops);
    return { value: [signChanges, onset ?? 0], errorBudget: 0, method: "exact" };
  },
  // The file for every larger n reaches three loops, that for every smaller one some hundred n.
  certificates: ({ dim, loops, onset }) =>
    loops > 3 || onset > 100
      ? []
      : ["isotropic-optimum-turns-into-saddle", "isotropic-optimum-stays-saddle"].map((kind) => {
          return { kind, dim, contextLength: onset, loops };
        }),
  rivals: {
    "one later": ({ onset }) => [1, onset + 1],
    "one earlier": ({ onset }) => [1, onset - 1],
    "and back again": ({ onset }) => [2, onset],
  },
});

function point(dim: number, loops: number, onset: number) {
  return { name: `d=${dim} L=${loops}`, setting: { dim, loops, onset } };
}
