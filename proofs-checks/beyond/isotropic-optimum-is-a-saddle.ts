import { defineClaim } from "../../src/claim/claim.js";
import { saddleOnset } from "../../src/theory/population/saddle-onset.js";

interface Setting {
  readonly loops: number;
  readonly dims: readonly number[];
  /** n₀ on record, one for each d. */
  readonly onsets: readonly number[];
}

/**
 * The context length from which b*Σ⁻¹ is a strict saddle over all A.
 *
 * Statement.    n₀(d, L), the first n with negative curvature of ℓ at b*I along antisymmetric
 *               directions: 15, 20, 25, 31, 78 for L = 2 and d = 2, 3, 4, 5, 10; 15, 18, 22, 26, 48 for
 *               L = 3; 9, 11, 12, 14, 22 for L = 4; 9 and 21 for L = 5 and d = 2, 10
 * Conventions.  Ω = Σ⁻¹, no noise; over symmetric A no lower point than b*I is known
 * Accuracy.     exact signs at every n up to 2n₀; the values on record are integers
 * Source.       derived here, recorded from an implementation before this one
 */
export const isotropicOptimumIsASaddle = defineClaim<Setting>({
  id: "isotropic-optimum-is-a-saddle",
  title: "The best multiple of Σ⁻¹ is a saddle from n₀ on",
  statement:
    "\\tfrac{d^2}{d\\varepsilon^2}\\ell(b^*I+\\varepsilon K)\\big|_0 < 0 \\iff n \\ge n_0(d,L)",
  source: "derived here",
  kind: "equality",
  hypotheses: { "d ≥ 2": ({ dims }) => dims.every((dim) => dim >= 2) },
  grid: {
    quick: [
      { name: "L=2", setting: { loops: 2, dims: [2, 3, 4, 5, 10], onsets: [15, 20, 25, 31, 78] } },
      { name: "L=3", setting: { loops: 3, dims: [2, 3, 4, 5, 10], onsets: [15, 18, 22, 26, 48] } },
      { name: "L=4", setting: { loops: 4, dims: [2, 3, 4, 5, 10], onsets: [9, 11, 12, 14, 22] } },
      { name: "L=5", setting: { loops: 5, dims: [2, 10], onsets: [9, 21] } },
    ],
    thorough: [{ name: "L=6", setting: { loops: 6, dims: [2, 5, 10], onsets: [8, 12, 19] } }],
  },
  predicted: ({ onsets }) => onsets,
  measured: ({ dims, loops }) => ({
    value: dims.map((dim) => saddleOnset(dim, loops).onset ?? 0),
    errorBudget: 0,
    method: "exact",
  }),
  rivals: {
    "one later": ({ onsets }) => onsets.map((onset) => onset + 1),
    "one earlier": ({ onsets }) => onsets.map((onset) => onset - 1),
    "from n = 8d on": ({ dims }) => dims.map((dim) => 8 * dim),
  },
});
