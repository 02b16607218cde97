import { defineClaim } from "../../src/claim/claim.js";
import { Rational } from "../../src/numeric/rational.js";
import type { Stream } from "../../src/random/stream.js";
import { exactPopulationGradient } from "../../src/theory/population/exact-gradient.js";
import type { RationalMatrix } from "../../src/theory/population/setting.js";
import { SpectralFamily } from "../../src/theory/preconditioner-search/spectral-family.js";

interface Setting {
  readonly dim: number;
  readonly contextLength: number;
  readonly loops: number;
}

/**
 * At a symmetric A the gradient is symmetric and commutes with A: the flow never leaves symmetric A.
 *
 * Statement.    ∇_A ℓ(OΛOᵀ) = O diag(∂ℓ/∂λ_i) Oᵀ for every rotation O; hence gradient flow from a
 *               symmetric start keeps its eigenvectors, and cannot see that b*I is a saddle
 * Conventions.  Σ = Ω = I, no noise. Training with noise leaves the symmetric matrices
 * Accuracy.     ∇ exact, by the engine for any matrix, at rational O and Λ; ∂ℓ/∂λ_i by the polynomial in
 *               eigenvalues, rounded once: budget 2⁻⁴⁰ of the largest entry
 * Source.       derived here: ℓ(OBOᵀ) = ℓ(B), so ∇ℓ commutes with the reflections that fix B
 */
export const gradientAtSymmetricIsSymmetric = defineClaim<Setting>({
  id: "gradient-at-symmetric-is-symmetric",
  title: "Gradient flow from a symmetric start stays symmetric",
  statement:
    "\\nabla_A\\ell(O\\Lambda O^\\top) = O\\operatorname{diag}(\\partial\\ell/\\partial\\lambda_i)O^\\top",
  source: "derived here",
  kind: "equality",
  hypotheses: {},
  grid: {
    quick: [point(2, 5, 3), point(3, 8, 2), point(3, 2, 3), point(4, 20, 3), point(2, 100, 4)],
    thorough: [point(5, 20, 4), point(3, 50, 5)],
  },
  predicted: (setting, stream) => predict(setting, stream, (gradient) => gradient),
  measured: (setting, stream) => {
    const { contextLength, dim, loops } = setting;
    const { matrix } = draw(setting, stream);
    const weights = { preconditioners: [matrix], loops };
    const value = exactPopulationGradient(
      { dim, contextLength },
      weights,
    ).preconditioners[0]!.flat();
    const largest = Math.max(...value.map((entry) => Math.abs(entry.toNumber())));
    return { value, errorBudget: 2 ** -40 * largest, method: "certified" };
  },
  rivals: {
    "the eigenvalues of ∇ in another order": (setting, stream) =>
      predict(setting, stream, (gradient) => [...gradient].reverse()),
    "a stray ½": (setting, stream) =>
      predict(setting, stream, (gradient) => gradient.map((entry) => entry / 2)),
    "n + 1 for n": (setting, stream) => predict(setting, stream, (gradient) => gradient, 1),
    "turned by a thousandth": (setting, stream) =>
      predict(setting, stream, (gradient) => gradient).map(
        (entry, k) => entry + (k === 1 ? Math.abs(entry) + 1e-3 : 0),
      ),
    "2 % more": (setting, stream) =>
      predict(setting, stream, (gradient) => gradient.map((entry) => 1.02 * entry)),
  },
});

function point(dim: number, contextLength: number, loops: number) {
  return {
    name: `d=${dim} n=${contextLength} L=${loops}`,
    setting: { dim, contextLength, loops },
  };
}

/** O diag(change(∂ℓ/∂λ)) Oᵀ, row-major. */
function predict(
  setting: Setting,
  stream: Stream,
  change: (gradient: readonly number[]) => readonly number[],
  moreContext = 0,
): number[] {
  const { rotation, eigenvalues } = draw(setting, stream);
  const law = { ...setting, contextLength: setting.contextLength + moreContext };
  const family = SpectralFamily.of("gradientAtSymmetricIsSymmetric", law, "symmetric");
  const { gradient } = family.jetAt({ planes: 0, coordinates: eigenvalues });
  const changed = change([...gradient]);
  const o = rotation.map((row) => row.map((entry) => entry.toNumber()));
  return o.flatMap((left) =>
    o.map((right) => changed.reduce((sum, g, k) => sum + g * left[k]! * right[k]!, 0)),
  );
}

/** A rational rotation, as a product of plane rotations (3/5, 4/5), and rational eigenvalues. */
function draw({ dim }: Setting, stream: Stream) {
  const noise = stream.split("eigenvalues").normals(dim);
  const eigenvalues = Array.from({ length: dim }, (_, i) =>
    Rational.of(Math.round(60 + 30 * noise[i]!), 100),
  );
  let rotation: RationalMatrix = Array.from({ length: dim }, (_, i) =>
    Array.from({ length: dim }, (__, j) => (i === j ? Rational.ONE : Rational.ZERO)),
  );
  const [cosine, sine] = [Rational.of(3, 5), Rational.of(4, 5)];
  for (let plane = 0; plane + 1 < dim; plane++) {
    rotation = rotation.map((row) => {
      const turned = [...row];
      turned[plane] = row[plane]!.times(cosine).minus(row[plane + 1]!.times(sine));
      turned[plane + 1] = row[plane]!.times(sine).plus(row[plane + 1]!.times(cosine));
      return turned;
    });
  }
  const matrix = rotation.map((left) =>
    rotation.map((right) =>
      eigenvalues.reduce(
        (sum, value, k) => sum.plus(value.times(left[k]!).times(right[k]!)),
        Rational.ZERO,
      ),
    ),
  );
  return { rotation, eigenvalues, matrix };
}
