import { type ClaimCase, defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import type { Stream } from "../../src/random/stream.js";
import { populationLoss } from "../../src/theory/population/population-loss.js";
import type { RationalMatrix } from "../../src/theory/population/setting.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
  /** "similar": DAD = Aᵀ for a diagonal D of signs; "any": random entries. */
  readonly matrix: "any" | "similar";
}

/**
 * The loss of A and of Aᵀ: equal up to two loops or two dimensions, not beyond.
 *
 * Statement.    ℓ(A) = ℓ(Aᵀ) for every A if L ≤ 2 or d ≤ 2, and for A orthogonally similar to Aᵀ; false
 *               in general for d ≥ 3 and L ≥ 3
 * Conventions.  Σ = Ω = I, no noise; A of fractions of hundredths, random
 * Accuracy.     exact: both losses are fractions, the witness of the failure is a difference of two
 * Source.       derived here: words of length ≤ 4 in B, Bᵀ have the traces of their transposes, and
 *               tr(B²BᵀBᵀBBᵀ) ≠ tr(B²BᵀBBᵀBᵀ); every real 2×2 matrix is orthogonally similar to its transpose
 */
export const lossIsInvariantUnderTransposition = defineClaim<Setting>({
  id: "loss-is-invariant-under-transposition",
  title: "A and Aᵀ have the same loss",
  statement: "\\ell(A) = \\ell(A^\\top)",
  source: "derived here",
  kind: "identity",
  hypotheses: {},
  grid: {
    quick: [
      point(5, 4, 1),
      point(3, 7, 2),
      point(5, 3, 2),
      point(2, 9, 3),
      point(2, 5, 4),
      point(4, 6, 3, "similar"),
      refuted(3, 7, 3),
      refuted(4, 2, 3),
      refuted(3, 7, 4),
    ],
    thorough: [point(2, 9, 6), point(3, 9, 5, "similar"), refuted(3, 7, 5), refuted(6, 50, 3)],
  },
  predicted: (setting, stream) => lossOf(setting, transpose(draw(setting, stream))),
  measured: (setting, stream) => ({
    value: lossOf(setting, draw(setting, stream)),
    errorBudget: 0,
    method: "exact",
  }),
  rivals: {
    "the antisymmetric part without effect": (setting, stream) => {
      const matrix = draw(setting, stream);
      const mirrored = transpose(matrix);
      const half = Rational.of(1, 2);
      return lossOf(
        setting,
        matrix.map((row, i) => row.map((entry, j) => entry.plus(mirrored[i]![j]!).times(half))),
      );
    },
    "n + 1 for n": (setting, stream) => {
      const contextLength = setting.contextLength + 1;
      return lossOf({ ...setting, contextLength }, draw(setting, stream));
    },
    "one entry transposed less": (setting, stream) => {
      const matrix = draw(setting, stream);
      const mirrored = transpose(matrix).map((row) => [...row]);
      mirrored[0]![1] = mirrored[0]![1]!.plus(Rational.of(1, 100));
      return lossOf(setting, mirrored);
    },
  },
});

function point(
  dim: number,
  contextLength: number,
  loops: number,
  matrix: Setting["matrix"] = "any",
): ClaimCase<Setting> {
  return {
    name: `d=${dim} n=${contextLength} L=${loops}, ${matrix === "any" ? "any A" : "A similar to Aᵀ"}`,
    setting: { dim, contextLength, loops, matrix },
  };
}

function refuted(dim: number, contextLength: number, loops: number): ClaimCase<Setting> {
  return { ...point(dim, contextLength, loops), expected: "refuted" };
}

function draw({ dim, matrix }: Setting, stream: Stream): RationalMatrix {
  const noise = stream.split("matrix").normals(dim * dim);
  const hundredths = (i: number, j: number) =>
    Math.round(25 * noise[i * dim + j]!) + (i === j ? 50 : 0);
  return Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (__, j) => {
      if (matrix === "any") return Rational.of(hundredths(i, j), 100);
      // Signs (−1)^i turn it into its transpose: equal across the diagonal up to (−1)^{i+j}.
      const [low, high] = i < j ? [i, j] : [j, i];
      const sign = i > j && (i + j) % 2 === 1 ? -1 : 1;
      return Rational.of(sign * hundredths(low, high), 100);
    }),
  );
}

function transpose(matrix: RationalMatrix): RationalMatrix {
  return matrix.map((row, i) => row.map((_, j) => matrix[j]![i]!));
}

function lossOf({ dim, contextLength, loops }: Setting, matrix: RationalMatrix): Rational {
  const weights = { preconditioners: [matrix], loops };
  return populationLoss({ dim, contextLength }, weights, { exact: true }).exact!;
}
